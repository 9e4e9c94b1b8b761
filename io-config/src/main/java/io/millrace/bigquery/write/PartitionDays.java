package io.millrace.bigquery.write;

import java.util.concurrent.TimeUnit;

/**
 * Which days BigQuery takes rows of, in a table that is partitioned by day: not those more than ten
 * years ago, nor those more than a year ahead.
 */
final class PartitionDays {
  /** Ten years without their leap days: a row may wait a day or two before it is sent. */
  static final long MOST_AGO = 3650;

  static final long MOST_AHEAD = 365;

  private PartitionDays() {}

  /**
   * Whether a time (milliseconds since the epoch, UTC) is of a day that BigQuery takes rows of.
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
