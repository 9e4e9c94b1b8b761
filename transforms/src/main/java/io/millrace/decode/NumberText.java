package io.millrace.decode;

import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Knows whether a text is a number in the grammar of JSON: no surrounding blanks, no plus sign, no
 * leading zeros, neither NaN nor Infinity. Linear in the text's length; allocates nothing.
 */
public final class NumberText {
  /** What a field of type uint64 accepts, for messages. */
  public static final String UINT64 = "an unsigned integer of 64 bits";

  /** What a field of type float32 accepts, for messages. */
  public static final String FLOAT32 = "a number of 32 bits";

  private static final int UNSIGNED_DIGITS = 20;

  private NumberText() {}

  /** Whether a text is an integer: {@code -?(0|[1-9][0-9]*)}. */
  public static boolean isInteger(String text) {
    int end = wholeEnd(text);
    return end > 0 && end == text.length();
  }

  /** Whether a text is a number, with or without fraction and exponent. */
  public static boolean isNumber(String text) {
    int at = wholeEnd(text);
    if (at < 0) {
      return false;
    }
    int end = text.length();
    if (at < end && text.charAt(at) == '.') {
      int from = at + 1;
      at = digitsEnd(text, from);
      if (at == from) {
        return false;
      }
    }
    if (at < end && (text.charAt(at) | 0x20) == 'e') {
      at++;
      if (at < end && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
        at++;
      }
      int from = at;
      at = digitsEnd(text, from);
      if (at == from) {
        return false;
      }
    }
    return at == end;
  }

  /**
   * The 64 bits of an integer from 0 to 2^64 - 1; null if it is beyond.
   *
   * @param integer see {@link #isInteger}
   */
  public static @Nullable Long unsigned(String integer) {
    if (integer.startsWith("-")) {
      return integer.equals("-0") ? 0L : null;
    } else if (integer.length() > UNSIGNED_DIGITS) {
      return null;
    }
    try {
      return Long.parseUnsignedLong(integer);
    } catch (NumberFormatException e) {
      // Twenty digits can be too large.
      return null;
    }
  }

  /** Where the sign and the digits before the point end; -1 if they are malformed. */
  private static int wholeEnd(String text) {
    int from = text.startsWith("-") ? 1 : 0;
    int end = digitsEnd(text, from);
    return end == from || (end > from + 1 && text.charAt(from) == '0') ? -1 : end;
  }

  private static int digitsEnd(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }
}
