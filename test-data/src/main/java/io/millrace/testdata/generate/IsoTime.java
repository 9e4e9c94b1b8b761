package io.millrace.testdata.generate;

/** Formats epoch milliseconds as ISO-8601 with milliseconds. */
final class IsoTime {
  private IsoTime() {}

  /**
   * Returns a JSON string such as {@code "2026-03-01T10:00:00.000Z"}.
   *
   * @param offsetMinutes the offset from UTC; 0 gives {@code Z}
   */
  static byte[] json(long epochMillis, int offsetMinutes) {
    long local = epochMillis + offsetMinutes * 60_000L;
    int inDay = (int) Math.floorMod(local, 86_400_000L);
    byte[] out = new byte[offsetMinutes == 0 ? 26 : 31];
    out[0] = '"';
    date(out, Math.floorDiv(local, 86_400_000L));
    out[11] = 'T';
    digits(out, 12, inDay / 3_600_000, 2);
    out[14] = ':';
    digits(out, 15, inDay / 60_000 % 60, 2);
    out[17] = ':';
    digits(out, 18, inDay / 1000 % 60, 2);
    out[20] = '.';
    digits(out, 21, inDay % 1000, 3);
    if (offsetMinutes == 0) {
      out[24] = 'Z';
    } else {
      out[24] = (byte) (offsetMinutes < 0 ? '-' : '+');
      digits(out, 25, Math.abs(offsetMinutes) / 60, 2);
      out[27] = ':';
      digits(out, 28, Math.abs(offsetMinutes) % 60, 2);
    }
    out[out.length - 1] = '"';
    return out;
  }

  // Proleptic Gregorian calendar for the years 0 to 9999. Years start in March, so that the leap
  // day is the last day of a year.
  private static void date(byte[] out, long days) {
    long shifted = days + 719_468;
    long era = Math.floorDiv(shifted, 146_097L);
    int dayOfEra = (int) (shifted - era * 146_097L);
    int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int marchMonth = (5 * dayOfYear + 2) / 153;
    int day = dayOfYear - (153 * marchMonth + 2) / 5 + 1;
    int month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
    int year = (int) (yearOfEra + era * 400) + (month <= 2 ? 1 : 0);
    digits(out, 1, year, 4);
    out[5] = '-';
    digits(out, 6, month, 2);
    out[8] = '-';
    digits(out, 9, day, 2);
  }

  private static void digits(byte[] out, int at, int value, int width) {
    int rest = value;
    for (int i = at + width - 1; i >= at; i--) {
      out[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
