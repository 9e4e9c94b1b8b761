package io.millrace.pubsub;

import java.time.DateTimeException;
import java.time.OffsetDateTime;

/**
 * Determines the record time of a message with a timestamp attribute. Times are milliseconds since
 * the epoch, UTC.
 */
final class PubsubTimes {
  /** 2000-01-01T00:00:00Z. */
  private static final long EARLIEST = 946_684_800_000L;

  private PubsubTimes() {}

  /**
   * The time in the attribute, or the publish time if the attribute is missing or invalid. Valid
   * are milliseconds since the epoch and RFC 3339. A time before the year 2000 is invalid: it is
   * mostly a zero, or seconds instead of milliseconds, and would hold back the watermark, which is
   * the least time of the last minute. A time after the publish time is invalid, too: a few
   * messages from the future could advance the watermark there.
   *
   * <p>Depends only on the message, so that each delivery has the same time.
   *
   * @param attribute the attribute's value; empty if there is none
   */
  static long recordTime(String attribute, long publishMillis) {
    long time = millis(attribute);
    return time < EARLIEST || time > publishMillis ? publishMillis : time;
  }

  /** Negative if the text is not a time. */
  private static long millis(String text) {
    if (text.isEmpty()) {
      return -1;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException notMillis) {
      try {
        return OffsetDateTime.parse(text).toInstant().toEpochMilli();
      } catch (DateTimeException | ArithmeticException noTime) {
        return -1;
      }
    }
  }
}
