package io.millrace.cli.dashboard;

import io.millrace.verify.ClickHouseQueries;
import java.time.Duration;
import java.util.List;

/**
 * A range of time that a question asks for. It is bounded, so that no question reads whole tables.
 *
 * @param from inclusive, milliseconds since the epoch, UTC
 * @param to exclusive
 */
record TimeRange(long from, long to) {
  /** 2200-01-01, within ClickHouse's times. */
  static final long LATEST = 7_258_118_400_000L;

  private static final long MINUTE = Duration.ofMinutes(1).toMillis();
  private static final Duration LONGEST = Duration.ofDays(32);

  /** Lengths that people read easily, in minutes. */
  private static final List<Integer> EASY =
      List.of(1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440);

  /**
   * A range.
   *
   * @throws IllegalArgumentException in one line, if it is empty or too long
   */
  static TimeRange of(long from, long to) {
    if (from >= to) {
      throw new IllegalArgumentException("the range is empty: from must be before to");
    }
    if (to - from > LONGEST.toMillis()) {
      throw new IllegalArgumentException("the range is longer than " + LONGEST.toDays() + " days");
    }
    return new TimeRange(from, to);
  }

  /** The whole minutes that the range touches. */
  TimeRange wholeMinutes() {
    return new TimeRange(
        Math.floorDiv(from, MINUTE) * MINUTE, -Math.floorDiv(-to, MINUTE) * MINUTE);
  }

  /** The condition in SQL on a column of times; the column may have seconds or parts of them. */
  String sql(String column) {
    return "%1$s >= %2$s AND %1$s < %3$s"
        .formatted(column, ClickHouseQueries.time(from), ClickHouseQueries.time(to));
  }

  /** The shortest easy interval, in milliseconds, that gives at most so many points. */
  long interval(int points) {
    for (int minutes : EASY) {
      if (minutes * MINUTE * points >= to - from) {
        return minutes * MINUTE;
      }
    }
    return Duration.ofDays(1).toMillis();
  }
}
