package io.millrace.archive.schema;

import java.time.Instant;

/** The digits of a time that its own column does not keep, in nanoseconds. */
final class ExtraDigits {
  private static final int NANOS_OF_A_MILLI = 1_000_000;
  private static final int NANOS_OF_A_MICRO = 1_000;
  private static final int MILLISECONDS = 3;

  private ExtraDigits() {}

  /**
   * The digits beyond those of the column.
   *
   * @param digits the digits of the column: 3 or 6
   */
  @SuppressWarnings("JavaInstantGetSecondsGetNano") // The other column has the seconds.
  static int of(Instant time, int digits) {
    return time.getNano() % (digits == MILLISECONDS ? NANOS_OF_A_MILLI : NANOS_OF_A_MICRO);
  }
}
