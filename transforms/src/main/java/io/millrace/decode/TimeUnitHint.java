package io.millrace.decode;

import io.millrace.contract.TimeFormat;
import java.time.Instant;

/**
 * Guesses that a number was sent in another unit of time than the contract reads: the time that it
 * gives is far from the present, and in another unit it would be near. Units are a factor of 1000
 * apart, so at most one fits. A hint names units only, never the number.
 */
public final class TimeUnitHint {
  /** Times that are taken as they are: 2000-01-01 to 2100-01-01, in seconds. */
  private static final long FROM = 946_684_800L;

  private static final long TO = 4_102_444_800L;

  private static final long NANO = 1_000_000_000L;

  private TimeUnitHint() {}

  /** A hint about a time read by a format, to be appended to a message; empty if there is none. */
  public static String of(TimeFormat declared, Instant time) {
    TimeFormat likely = likely(declared, time.getEpochSecond(), time.getNano());
    return likely == declared ? "" : text(declared, likely);
  }

  /** The same about a number of seconds of which no {@link Instant} can be made. */
  public static String of(long seconds) {
    TimeFormat likely = likely(TimeFormat.EPOCH_S, seconds, 0);
    return likely == TimeFormat.EPOCH_S ? "" : text(TimeFormat.EPOCH_S, likely);
  }

  /** Whether a time, in milliseconds since the epoch, is as near as one that needs no hint. */
  public static boolean isUsual(long millis) {
    return millis >= FROM * 1000 && millis < TO * 1000;
  }

  /**
   * The format by which a number gives a time near the present.
   *
   * @return the declared one if it does, or if no other does
   */
  public static TimeFormat likely(TimeFormat declared, long seconds, int nanos) {
    if (declared == TimeFormat.ISO8601 || isNear((double) seconds)) {
      return declared;
    }
    // The number that was sent; a fraction of it says nothing here.
    double count = (seconds + (double) nanos / NANO) * ofASecond(declared);
    for (TimeFormat format : TimeFormat.values()) {
      if (format != TimeFormat.ISO8601 && isNear(count / ofASecond(format))) {
        return format;
      }
    }
    return declared;
  }

  private static boolean isNear(double seconds) {
    return seconds >= FROM && seconds < TO;
  }

  private static double ofASecond(TimeFormat format) {
    return switch (format) {
      case EPOCH_MS -> 1e3;
      case EPOCH_US -> 1e6;
      case EPOCH_NS -> 1e9;
      default -> 1;
    };
  }

  private static String text(TimeFormat declared, TimeFormat likely) {
    return "; is "
        + likely.contractName()
        + " read as "
        + declared.contractName()
        + "? (see the field's `format` in the contract)";
  }
}
