package io.millrace.pubsub;

import java.time.DateTimeException;
import java.time.OffsetDateTime;

/** The record time of a message with a timestamp attribute. All times are milliseconds, UTC. */
final class PubsubTimes {
  /** 2000-01-01T00:00:00Z. */
  private static final long EARLIEST = 946_684_800_000L;

  private PubsubTimes() {}

  /**
   * The time in the attribute, or the publish time where there is none: where the attribute is
   * missing, is neither a number of milliseconds since the epoch nor an instant by RFC 3339, or is
   * before the year 2000: nobody's telemetry is that old, but a zero is, and seconds where there
   * should be milliseconds, and readers take the least time of the last minute for their watermark.
   * A time after the publish time is from a wrong clock, for nobody can publish what has not
   * happened yet: then, too, it is the publish time. Without that rule a few messages from the year
   * 2036 could move the watermark there.
   *
   * <p>Only the message itself decides, so that one that is delivered again has the same time.
   *
   * @param attribute the attribute's value; empty if there is none
   */
  static long recordTime(String attribute, long publishMillis) {
    long time = millis(attribute);
    return time < EARLIEST || time > publishMillis ? publishMillis : time;
  }

  /** Negative if the text is no time. */
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
