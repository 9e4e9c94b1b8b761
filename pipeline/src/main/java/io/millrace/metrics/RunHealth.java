package io.millrace.metrics;

import io.millrace.io.observe.PartitionProgress;
import io.millrace.io.observe.RunObservation;
import io.millrace.io.observe.RunObservation.Waiting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Whether a run is healthy: nothing waits for a sink, and Kafka answers.
 *
 * @param problems what waits and why, one text each; empty if the run is healthy
 */
public record RunHealth(List<String> problems) {
  /** After this time an INSERT without an answer is reported, and its rows wait. */
  static final long SLOW_INSERT_MILLIS = 5_000;

  /** The end of each partition is asked for every second, and a question takes at most 5 s. */
  private static final long SILENT_MILLIS = 10_000;

  public RunHealth {
    problems = List.copyOf(problems);
  }

  /** The health at a time, milliseconds since the epoch. */
  public static RunHealth of(RunObservation observation, long nowMillis) {
    List<String> problems = new ArrayList<>();
    waiting(observation, nowMillis)
        .sorted(Comparator.comparingLong(Waiting::sinceMillis))
        .map(waiting -> text(waiting, nowMillis))
        .distinct()
        .forEach(problems::add);
    long silent = silentMillis(observation, nowMillis);
    if (silent > SILENT_MILLIS) {
      problems.add("Kafka: no answer about the end of a partition for " + silent / 1000 + " s");
    }
    return new RunHealth(problems);
  }

  /** All that waits for a sink. */
  static Stream<Waiting> waiting(RunObservation observation, long nowMillis) {
    return Stream.concat(
        observation.waiting().stream(),
        observation.inserting().stream()
            .filter(rows -> nowMillis - rows.sinceMillis() >= SLOW_INSERT_MILLIS));
  }

  private static String text(Waiting waiting, long nowMillis) {
    return "%s: %d %s waiting for %d s%s"
        .formatted(
            waiting.described(),
            waiting.count(),
            waiting.unit(),
            Math.max(0, nowMillis - waiting.sinceMillis()) / 1000,
            waiting.reason().isEmpty() ? "" : ": " + waiting.reason());
  }

  private static long silentMillis(RunObservation observation, long nowMillis) {
    AtomicLong longest = new AtomicLong();
    observation.forEachPartition(
        partition -> {
          long asked = partition.getValue().endAskedMillis();
          if (asked != PartitionProgress.UNKNOWN) {
            longest.accumulateAndGet(nowMillis - asked, Math::max);
          }
        });
    return longest.get();
  }

  public boolean isHealthy() {
    return problems.isEmpty();
  }

  /** One line. */
  public String text() {
    return isHealthy()
        ? "healthy"
        : String.join("; ", problems.stream().map(text -> text.replace('\n', ' ')).toList());
  }
}
