package io.millrace.bigquery.write;

import java.util.concurrent.TimeUnit;

/**
 * Range of days that BigQuery accepts in a table partitioned by day: from ten years ago to a year
 * ahead.
 */
final class PartitionDays {
  /** Ten years without leap days, with room for a row that waits a day or two. */
  static final long MOST_AGO = 3650;

  static final long MOST_AHEAD = 365;

  private PartitionDays() {}

  /**
   * Whether BigQuery accepts rows with a time (milliseconds since the epoch, UTC).
   *
   * @param nowMillis the worker's clock
   */
  static boolean has(long timeMillis, long nowMillis) {
    long days = day(timeMillis) - day(nowMillis);
    return days >= -MOST_AGO && days <= MOST_AHEAD;
  }

  private static long day(long millis) {
    return Math.floorDiv(millis, TimeUnit.DAYS.toMillis(1));
  }
}
