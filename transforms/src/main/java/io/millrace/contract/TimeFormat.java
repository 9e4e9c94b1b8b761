package io.millrace.contract;

import java.util.Locale;

/** The format of a timestamp in an event. Every format denotes an instant, never a local time. */
public enum TimeFormat {
  /** ISO-8601 / RFC 3339 with an offset: {@code 2026-03-01T10:00:00.123Z}. */
  ISO8601(9),
  /** Seconds since 1970-01-01T00:00:00Z, an integer or a decimal number. */
  EPOCH_S(9),
  /** Milliseconds since the epoch, an integer. */
  EPOCH_MS(3),
  /** Microseconds since the epoch, an integer. */
  EPOCH_US(6),
  /** Nanoseconds since the epoch, an integer. */
  EPOCH_NS(9);

  private final int digits;

  TimeFormat(int digits) {
    this.digits = digits;
  }

  /** The largest number of fractional digits in this format; a time with more is invalid. */
  public int digits() {
    return digits;
  }

  /** The name used in contract files. */
  public String contractName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
