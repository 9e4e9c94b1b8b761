package io.millrace.decode;

import io.millrace.contract.TimeFormat;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;

/** Makes times of numbers, exactly, and knows which times a table's column holds. */
public final class TimeConversion {
  /** Digits after the second of a number in nanoseconds. */
  public static final int NANOS_DIGITS = 9;

  /** Digits of a decimal number of seconds, {@link #NANOS_DIGITS} of them after the point. */
  public static final int SECONDS_DIGITS = 12 + NANOS_DIGITS;

  /** Of more seconds than these no instant is made: they are out of range in any case. */
  public static final long MOST_SECONDS = 1L << 40;

  // What every table's time column holds (ClickHouse's DateTime64)
  private static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("2299-12-31T23:59:59.999999999Z");

  /** What 64 bits of nanoseconds hold, and so a column of nine digits after the second. */
  private static final Instant LATEST_OF_NANOS = Instant.parse("2262-04-11T23:47:16.854775807Z");

  private static final long NANO = 1_000_000_000L;

  private TimeConversion() {}

  /**
   * The time of a number of units since the epoch, UTC.
   *
   * @param count at most {@link #MOST_SECONDS} from 0 if the unit is a second
   */
  public static Instant ofEpoch(long count, TimeFormat unit) {
    return switch (unit) {
      case EPOCH_S -> Instant.ofEpochSecond(count);
      case EPOCH_MS -> of(count, 1_000L);
      case EPOCH_US -> of(count, 1_000_000L);
      case EPOCH_NS -> of(count, NANO);
      case ISO8601 -> throw new IllegalArgumentException("no unit");
    };
  }

  /**
   * The time of a decimal number of seconds since the epoch, UTC.
   *
   * @param seconds at most {@link #SECONDS_DIGITS}, its scale is {@link #NANOS_DIGITS}
   */
  public static Instant ofSeconds(BigDecimal seconds) {
    BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
    return Instant.ofEpochSecond(
        whole.longValueExact(), seconds.subtract(whole).unscaledValue().longValueExact());
  }

  private static Instant of(long count, long ofASecond) {
    long seconds = Math.floorDiv(count, ofASecond);
    return Instant.ofEpochSecond(seconds, (count - seconds * ofASecond) * (NANO / ofASecond));
  }

  /** Whether a column with so many digits after the second holds a time. */
  public static boolean isStorable(Instant time, int digits) {
    return !time.isBefore(EARLIEST)
        && !time.isAfter(digits == NANOS_DIGITS ? LATEST_OF_NANOS : LATEST);
  }

  /** What is expected of a number in a unit, for messages. */
  public static String expectedCount(TimeFormat unit) {
    return switch (unit) {
      case EPOCH_S -> "a number of seconds since 1970";
      case EPOCH_MS -> "an integer of milliseconds since 1970";
      case EPOCH_US -> "an integer of microseconds since 1970";
      case EPOCH_NS -> "an integer of nanoseconds since 1970";
      case ISO8601 -> throw new IllegalArgumentException("no unit");
    };
  }

  /** What was expected of a time that is not storable, for messages. */
  public static String storable(int digits) {
    return digits == NANOS_DIGITS
        ? "expected a time from the years 1900 to 2262, which precision: 9 holds"
        : "expected a time from the years 1900 to 2299";
  }
}
