package io.millrace.cli.audit;

import io.millrace.event.Outcome;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Outcomes by arrival time, per minute, hour or day, so that they fit on a page.
 *
 * @param step a minute, an hour or a day
 * @param steps outcomes by the start of the step in milliseconds since the epoch; at most {@value
 *     #PAGE}
 * @param before number of earlier steps omitted
 */
record OutcomesByArrival(Duration step, SortedMap<Long, Map<Outcome, Long>> steps, int before) {
  /** Maximum number of steps. */
  static final int PAGE = 60;

  /** Sums minutes into steps. */
  static OutcomesByArrival of(SortedMap<Long, Map<Outcome, Long>> minutes) {
    SortedMap<Long, Map<Outcome, Long>> steps = minutes;
    Duration step = Duration.ofMinutes(1);
    for (Duration longer : new Duration[] {Duration.ofHours(1), Duration.ofDays(1)}) {
      if (steps.size() > PAGE) {
        steps = sum(minutes, longer.toMillis());
        step = longer;
      }
    }
    int before = Math.max(0, steps.size() - PAGE);
    if (before > 0) {
      steps = steps.tailMap(steps.keySet().stream().skip(before).findFirst().orElseThrow());
    }
    return new OutcomesByArrival(step, steps, before);
  }

  private static SortedMap<Long, Map<Outcome, Long>> sum(
      SortedMap<Long, Map<Outcome, Long>> minutes, long length) {
    SortedMap<Long, Map<Outcome, Long>> steps = new TreeMap<>();
    minutes.forEach(
        (minute, outcomes) -> {
          Map<Outcome, Long> sum =
              steps.computeIfAbsent(
                  Math.floorDiv(minute, length) * length, s -> new EnumMap<>(Outcome.class));
          outcomes.forEach((outcome, records) -> sum.merge(outcome, records, Long::sum));
        });
    return steps;
  }

  /** The step's display name. */
  String unit() {
    return step.toDays() > 0 ? "day" : step.toHours() > 0 ? "hour" : "minute";
  }
}
