package io.millrace.verify;

import java.time.Instant;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A stretch of arrival time, that is of the source's own clock for its records, UTC.
 *
 * @param from the first instant; null: from the beginning
 * @param to the instant after the last; null: without end
 */
public record AuditRange(@Nullable Instant from, @Nullable Instant to) {
  /** All of time. */
  public static final AuditRange WHOLE = new AuditRange(null, null);

  public boolean isWhole() {
    return from == null && to == null;
  }

  boolean holds(long millis) {
    return (from == null || millis >= from.toEpochMilli())
        && (to == null || millis < to.toEpochMilli());
  }

  /** The condition on a table's {@code record_time}. */
  String sql() {
    if (isWhole()) {
      return "1";
    }
    String after = from == null ? "1" : "record_time >= " + time(from);
    return after + (to == null ? "" : " AND record_time < " + time(to));
  }

  private static String time(Instant instant) {
    return "fromUnixTimestamp64Milli(toInt64(" + instant.toEpochMilli() + "), 'UTC')";
  }

  /** For people. */
  public String text() {
    if (isWhole()) {
      return "all arrivals";
    }
    return "arrivals"
        + (from == null ? "" : " from " + from)
        + (to == null ? "" : " to before " + to);
  }
}
