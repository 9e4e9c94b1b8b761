package io.millrace.cli.audit;

import io.millrace.event.Outcome;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Outcomes by when their records arrived, in steps long enough for a page: minutes, hours or days.
 *
 * @param step a minute, an hour or a day
 * @param steps by the step's first millisecond since the epoch, UTC; at most {@value #PAGE}
 * @param before how many earlier steps were left out
 */
record OutcomesByArrival(Duration step, SortedMap<Long, Map<Outcome, Long>> steps, int before) {
  /** Most steps that are listed. */
  static final int PAGE = 60;

  /** Sums minutes up into steps. */
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

  /** The step's name for people. */
  String unit() {
    return step.toDays() > 0 ? "day" : step.toHours() > 0 ? "hour" : "minute";
  }
}
