package io.millrace.verify;

import java.time.Instant;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A range of arrival time, by the source's record timestamps.
 *
 * @param from inclusive; null for no lower bound
 * @param to exclusive; null for no upper bound
 */
public record AuditRange(@Nullable Instant from, @Nullable Instant to) {
  public static final AuditRange WHOLE = new AuditRange(null, null);

  public boolean isWhole() {
    return from == null && to == null;
  }

  boolean holds(long millis) {
    return (from == null || millis >= from.toEpochMilli())
        && (to == null || millis < to.toEpochMilli());
  }

  /** The SQL condition on a table's {@code record_time}. */
  String sql() {
    if (isWhole()) {
      return "1";
    }
    String after = from == null ? "1" : "record_time >= " + time(from);
    return after + (to == null ? "" : " AND record_time < " + time(to));
  }

  /** SQL of a time, rounded down to milliseconds. */
  static String time(Instant instant) {
    return ClickHouseQueries.time(instant.toEpochMilli());
  }

  public String text() {
    if (isWhole()) {
      return "all arrivals";
    }
    return "arrivals"
        + (from == null ? "" : " from " + from)
        + (to == null ? "" : " to before " + to);
  }
}
