package io.millrace.bench.baseline;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;

/** Parses ISO-8601 times with an offset: the common form by digits, others with the JDK. */
final class PlainTimes {
  private static final int USUAL_LENGTH = "2026-03-01T10:00:00.000Z".length();
  private static final long DAY_MILLIS = 86_400_000L;

  private PlainTimes() {}

  /**
   * Reads a time.
   *
   * @return milliseconds since the epoch, UTC
   * @throws MalformedException if the text is not a time
   */
  static long millis(String text) throws MalformedException {
    try {
      long usual = text.length() == USUAL_LENGTH ? usual(text) : -1;
      return usual >= 0 ? usual : OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException e) {
      throw new MalformedException("invalid_time", "expected an ISO-8601 time with an offset");
    }
  }

  /** {@code YYYY-MM-DDTHH:MM:SS.mmmZ} since 1970; -1 if it is another form. */
  private static long usual(String text) {
    int year = digits(text, 0, 4);
    int month = digits(text, 5, 2);
    int day = digits(text, 8, 2);
    int hour = digits(text, 11, 2);
    int minute = digits(text, 14, 2);
    int second = digits(text, 17, 2);
    int millis = digits(text, 20, 3);
    boolean separated =
        text.charAt(4) == '-'
            && text.charAt(7) == '-'
            && text.charAt(10) == 'T'
            && text.charAt(13) == ':'
            && text.charAt(16) == ':'
            && text.charAt(19) == '.'
            && text.charAt(23) == 'Z';
    if (!separated
        || (year | month | day | hour | minute | second | millis) < 0
        || hour > 23
        || minute > 59
        || second > 59) {
      return -1;
    }
    long inDay = ((hour * 60L + minute) * 60 + second) * 1000 + millis;
    return LocalDate.of(year, month, day).toEpochDay() * DAY_MILLIS + inDay;
  }

  /** Parses digits; negative if one is not a digit. */
  private static int digits(String text, int from, int count) {
    int number = 0;
    for (int i = from; i < from + count; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
