package io.millrace.contract;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How a timestamp is written in an event. All are instants; a local time without offset is not. */
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

  /** The most digits after the second that a time in this format can have; more are no time. */
  public int digits() {
    return digits;
  }

  public static Optional<TimeFormat> of(String name) {
    return Arrays.stream(values()).filter(f -> f.contractName().equals(name)).findFirst();
  }

  public static String names() {
    return Arrays.stream(values()).map(TimeFormat::contractName).collect(Collectors.joining(", "));
  }

  /** The name used in contract files. */
  public String contractName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
