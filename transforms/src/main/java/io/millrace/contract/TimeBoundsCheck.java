package io.millrace.contract;

import io.millrace.contract.Contract.TimeBound;
import io.millrace.contract.Contract.TimeBounds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Finds invalid and contradicting event-time rules. */
final class TimeBoundsCheck {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration SHORTEST_BUCKET = Duration.ofSeconds(1);
  // Ten years, three of them leap years
  private static final Duration LONGEST_MEMORY = Duration.ofDays(3653);

  private final TimeBounds time;
  private final Function<TimeBound, String> names;
  private final List<String> problems = new ArrayList<>();

  private TimeBoundsCheck(TimeBounds time, Function<TimeBound, String> names) {
    this.time = time;
    this.names = names;
  }

  static List<String> problems(TimeBounds time, Instant now, Function<TimeBound, String> names) {
    TimeBoundsCheck check = new TimeBoundsCheck(time, names);
    check.memory(TimeBound.OUT_OF_ORDERNESS, time.outOfOrderness());
    check.memory(TimeBound.ALLOWED_LATENESS, time.allowedLateness());
    check.bucket();
    check.maxAhead();
    check.notBefore(now);
    return check.problems;
  }

  private void memory(TimeBound bound, Duration length) {
    if (notNegative(bound, length) && length.compareTo(LONGEST_MEMORY) > 0) {
      problem(
          bound,
          "expected at most 3653d (ten years), found "
              + Durations.format(length)
              + ": the state keeps every identity that long");
    }
  }

  private void bucket() {
    Duration bucket = time.bucket();
    if (bucket.compareTo(SHORTEST_BUCKET) < 0) {
      problem(
          TimeBound.BUCKET,
          "expected at least 1s, found "
              + Durations.format(bucket)
              + ": each bucket has its own state and timers");
    } else if (!dividesADay(bucket)) {
      problem(
          TimeBound.BUCKET,
          "expected a length that divides a day, such as 10s, 1m, 5m, 1h or 1d, found "
              + Durations.format(bucket)
              + ": otherwise buckets would not start at full minutes, hours or days");
    }
  }

  private static boolean dividesADay(Duration length) {
    return length.compareTo(DAY) <= 0
        && length.toNanosPart() % 1_000_000 == 0
        && DAY.toMillis() % length.toMillis() == 0;
  }

  private void maxAhead() {
    Duration maxAhead = time.maxAhead();
    if (maxAhead != null
        && notNegative(TimeBound.MAX_AHEAD, maxAhead)
        && maxAhead.compareTo(time.outOfOrderness()) < 0) {
      problem(
          TimeBound.MAX_AHEAD,
          ("expected at least %s (%s), found %s: otherwise events within the"
                  + " out-of-orderness would be dead letters")
              .formatted(
                  names.apply(TimeBound.OUT_OF_ORDERNESS),
                  Durations.format(time.outOfOrderness()),
                  Durations.format(maxAhead)));
    }
  }

  private void notBefore(Instant now) {
    Instant notBefore = time.notBefore();
    if (notBefore != null && notBefore.isAfter(now)) {
      problem(
          TimeBound.NOT_BEFORE,
          "expected an instant in the past, found "
              + notBefore
              + ": otherwise every event would be a dead letter");
    }
  }

  private boolean notNegative(TimeBound bound, @Nullable Duration length) {
    if (length != null && length.isNegative()) {
      problem(bound, "expected 0s or more, found " + Durations.format(length));
      return false;
    }
    return true;
  }

  private void problem(TimeBound bound, String message) {
    problems.add(names.apply(bound) + ": " + message);
  }
}
