package io.millrace.decode;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads numbers in the grammar of JSON as exact decimals within bounds. What does not fit is told
 * by looking at the text alone, so that neither {@code 1e999999999} nor a million digits cost more
 * than reading them. Not thread-safe.
 */
public final class Decimals {
  /** Why a text is no decimal within the bounds. */
  public enum Problem {
    NO_NUMBER,
    TOO_MANY_WHOLE_DIGITS,
    TOO_MANY_FRACTION_DIGITS
  }

  // Beyond it every number but zero is out of bounds
  private static final int MAX_EXPONENT = 1_000_000_000;

  private Problem problem = Problem.NO_NUMBER;
  private int at;

  /** What is wrong with a number that does not fit, for messages. */
  public String excess(int precision, int scale) {
    return problem == Problem.TOO_MANY_WHOLE_DIGITS
        ? "more than " + (precision - scale) + " digits before the point"
        : "more than " + scale + " digits after the point";
  }

  /** What was wrong when {@link #read} gave null. */
  public Problem problem() {
    return problem;
  }

  /**
   * The number that a text holds, in JSON's grammar.
   *
   * @param precision most digits in all
   * @param scale most digits after the point, and the scale of the result; zeros at the end do not
   *     count
   * @return null if there is a {@link #problem}
   */
  public @Nullable BigDecimal read(String text, int precision, int scale) {
    at = 0;
    boolean negative = accept(text, '-');
    int wholeFrom = at;
    passDigits(text);
    int whole = at - wholeFrom;
    if (whole == 0 || (whole > 1 && text.charAt(wholeFrom) == '0')) {
      return none(Problem.NO_NUMBER);
    }
    int fraction = 0;
    if (accept(text, '.')) {
      int fractionFrom = at;
      passDigits(text);
      fraction = at - fractionFrom;
      if (fraction == 0) {
        return none(Problem.NO_NUMBER);
      }
    }
    int digitsTo = at;
    int exponent = exponent(text);
    if (at < text.length() || exponent == Integer.MIN_VALUE) {
      return none(Problem.NO_NUMBER);
    }

    int first = wholeFrom;
    while (first < digitsTo && isZeroOrPoint(text.charAt(first))) {
      first++;
    }
    if (first == digitsTo) {
      return BigDecimal.ZERO.setScale(scale);
    }
    int last = digitsTo - 1;
    while (isZeroOrPoint(text.charAt(last))) {
      last--;
    }
    int point = wholeFrom + whole;
    // Digits before and after the point that the number needs, as if written without exponent
    long before = (first < point ? point - first : point - first + 1) + (long) exponent;
    long after = (last > point ? last - point : last + 1 - point) - (long) exponent;
    if (before > precision - scale) {
      return none(Problem.TOO_MANY_WHOLE_DIGITS);
    } else if (after > scale) {
      return none(Problem.TOO_MANY_FRACTION_DIGITS);
    }
    String digits =
        fraction > 0 && first < point && last > point
            ? text.substring(first, point) + text.substring(point + 1, last + 1)
            : text.substring(first, last + 1);
    BigInteger unscaled =
        digits.length() <= 18 ? BigInteger.valueOf(Long.parseLong(digits)) : new BigInteger(digits);
    return new BigDecimal(negative ? unscaled.negate() : unscaled, (int) after).setScale(scale);
  }

  private @Nullable BigDecimal none(Problem why) {
    problem = why;
    return null;
  }

  /** The exponent, 0 if there is none; the smallest integer if it is malformed. */
  private int exponent(String text) {
    if (!accept(text, 'e') && !accept(text, 'E')) {
      return 0;
    }
    boolean negative = accept(text, '-');
    if (!negative) {
      accept(text, '+');
    }
    int from = at;
    int exponent = 0;
    for (; at < text.length() && isDigit(text.charAt(at)); at++) {
      exponent = Math.min(MAX_EXPONENT / 10, exponent) * 10 + text.charAt(at) - '0';
    }
    if (at == from) {
      return Integer.MIN_VALUE;
    }
    return negative ? -exponent : exponent;
  }

  private boolean accept(String text, char c) {
    boolean found = at < text.length() && text.charAt(at) == c;
    at += found ? 1 : 0;
    return found;
  }

  private void passDigits(String text) {
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isZeroOrPoint(char c) {
    return c == '0' || c == '.';
  }
}
