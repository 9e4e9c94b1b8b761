package io.millrace.decode;

/**
 * Reads ISO-8601 / RFC 3339 times with an offset from ASCII bytes, without allocating:
 *
 * <pre>YYYY-MM-DD(T|t| )HH:MM[:SS[(.|,)f{1,9}]](Z|z|±HH:MM|±HHMM|±HH)</pre>
 *
 * <p>A lenient reader also takes a time without offset, which is in UTC then, and further digits of
 * the second that are zeros.
 *
 * <p>The calendar is the proleptic Gregorian one. Hour 24 and second 60 do not exist here: there is
 * one way to write midnight, and no table holds a leap second.
 *
 * <p>Not thread-safe: holds the digits after the second of the latest time.
 */
public final class IsoTime {
  // Codes far outside of what four digits of year can reach.
  private static final long NOT_ISO = Long.MIN_VALUE;
  private static final long NO_OFFSET = Long.MIN_VALUE + 1;
  private static final long BAD_DATE = Long.MIN_VALUE + 2;
  private static final long BAD_HOUR = Long.MIN_VALUE + 3;
  private static final long BAD_MINUTE = Long.MIN_VALUE + 4;
  private static final long BAD_SECOND = Long.MIN_VALUE + 5;
  private static final long BAD_OFFSET = Long.MIN_VALUE + 6;
  private static final long TOO_MANY_DIGITS = Long.MIN_VALUE + 7;

  private static final int MIN_LENGTH = "2026-03-01T10:00Z".length();
  private static final int MAX_OFFSET_MINUTES = 18 * 60;

  private static final int MAX_DIGITS = 9;

  /** What one unit of the last of so many digits after the second is in nanoseconds. */
  private static final int[] NANOS = {
    1_000_000_000, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1
  };

  private int nanos;

  /** What the time that {@link #parse} gave has beyond its second, in nanoseconds. */
  public int nanos() {
    return nanos;
  }

  /** Whether {@link #parse} gave a time. */
  public static boolean isTime(long parsed) {
    return parsed > TOO_MANY_DIGITS;
  }

  /** What is wrong, if {@link #parse} gave no time. */
  public static String expectation(long parsed) {
    if (parsed == NO_OFFSET) {
      return "a time without offset; expected one that ends with Z or an offset such as +02:00";
    } else if (parsed == BAD_DATE) {
      return "expected a day that exists in the calendar";
    } else if (parsed == BAD_HOUR) {
      return "expected an hour from 00 to 23";
    } else if (parsed == BAD_MINUTE) {
      return "expected a minute from 00 to 59";
    } else if (parsed == BAD_SECOND) {
      return "expected a second from 00 to 59; there is no leap second 60";
    } else if (parsed == BAD_OFFSET) {
      return "expected an offset within 18:00 of UTC";
    } else if (parsed == TOO_MANY_DIGITS) {
      return "expected at most " + MAX_DIGITS + " digits after the second";
    }
    return "expected an ISO-8601 time such as 2026-03-01T10:00:00.123Z";
  }

  /** Reads a time without leniency, as {@link #parse(byte[], int, int, boolean)} does. */
  public long parse(byte[] text, int from, int to) {
    return parse(text, from, to, false);
  }

  /**
   * The time that is written from one index up to another.
   *
   * @param lenient see the class
   * @return seconds since the epoch, UTC, rounded towards the past, see {@link #nanos}; or a code
   *     for {@link #expectation}, see {@link #isTime}
   */
  public long parse(byte[] text, int from, int to, boolean lenient) {
    if (to - from < MIN_LENGTH - 1) {
      return NOT_ISO;
    }
    int century = two(text, from);
    int yearOfCentury = two(text, from + 2);
    int month = two(text, from + 5);
    int day = two(text, from + 8);
    int hour = two(text, from + 11);
    int minute = two(text, from + 14);
    byte separator = text[from + 10];
    if ((century | yearOfCentury | month | day | hour | minute) < 0
        || text[from + 4] != '-'
        || text[from + 7] != '-'
        || (separator != 'T' && separator != 't' && separator != ' ')
        || text[from + 13] != ':') {
      return NOT_ISO;
    }
    int at = from + 16;
    int second = 0;
    nanos = 0;
    if (at < to && text[at] == ':') {
      if (at + 3 > to) {
        return NOT_ISO;
      }
      second = two(text, at + 1);
      if (second < 0) {
        return NOT_ISO;
      }
      at += 3;
      if (at < to && (text[at] == '.' || text[at] == ',')) {
        at++;
        int begin = at;
        int fraction = 0;
        for (; at < to && at - begin < MAX_DIGITS && isDigit(text[at]); at++) {
          fraction = fraction * 10 + text[at] - '0';
        }
        int digits = at - begin;
        if (digits < 1) {
          return NOT_ISO;
        }
        nanos = fraction * NANOS[digits];
        if (at < to && isDigit(text[at])) {
          at = lenient ? behindZeros(text, at, to) : at;
          if (at < to && isDigit(text[at])) {
            return TOO_MANY_DIGITS;
          }
        }
      }
    }
    if (at == to && !lenient) {
      return NO_OFFSET;
    }
    int year = century * 100 + yearOfCentury;
    if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) {
      return BAD_DATE;
    } else if (hour > 23) {
      return BAD_HOUR;
    } else if (minute > 59) {
      return BAD_MINUTE;
    } else if (second > 59) {
      return BAD_SECOND;
    }
    long offset = at == to ? 0 : offsetMinutes(text, at, to);
    if (offset == NOT_ISO || offset == BAD_OFFSET) {
      return offset;
    }
    long minutes = (daysSinceEpoch(year, month, day) * 24 + hour) * 60 + minute - offset;
    return minutes * 60 + second;
  }

  private static long offsetMinutes(byte[] text, int at, int to) {
    int length = to - at;
    byte sign = text[at];
    if (sign == 'Z' || sign == 'z') {
      return length == 1 ? 0 : NOT_ISO;
    }
    if ((sign != '+' && sign != '-') || (length != 3 && length != 5 && length != 6)) {
      return NOT_ISO;
    }
    int hours = two(text, at + 1);
    int minutes = length == 3 ? 0 : two(text, to - 2);
    if (hours < 0 || minutes < 0 || (length == 6 && text[at + 3] != ':')) {
      return NOT_ISO;
    }
    int total = hours * 60 + minutes;
    if (minutes > 59 || total > MAX_OFFSET_MINUTES) {
      return BAD_OFFSET;
    }
    return sign == '-' ? -total : total;
  }

  private static int behindZeros(byte[] text, int from, int to) {
    int at = from;
    while (at < to && text[at] == '0') {
      at++;
    }
    return at;
  }

  /** Two digits, or -1. */
  private static int two(byte[] text, int at) {
    int tens = text[at] - '0';
    int ones = text[at + 1] - '0';
    return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  private static int daysInMonth(int year, int month) {
    if (month == 2) {
      boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
      return leap ? 29 : 28;
    }
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
  }

  /** Days from 1970-01-01, counted in years that begin in March, so that a leap day comes last. */
  private static long daysSinceEpoch(int year, int month, int day) {
    long y = month <= 2 ? year - 1 : year;
    long era = Math.floorDiv(y, 400L);
    long yearOfEra = y - era * 400;
    long dayOfYear = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    long dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146_097 + dayOfEra - 719_468;
  }
}
