package io.millrace.decode.influx;

import io.millrace.event.RowBuffer;
import java.nio.charset.StandardCharsets;

/** Reads and rewrites the digits of a number, which the parser has found to be one. */
final class PointNumbers {
  /** Digits of an integer that a double holds exactly in any case. */
  private static final int EXACT_DIGITS = 15;

  private static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private PointNumbers() {}

  /**
   * The double nearest to a number; infinite if it is beyond them. A number of few digits is the
   * quotient of two doubles that are exact, and so is rounded once (W. Clinger, "How to Read
   * Floating Point Numbers Accurately", 1990).
   */
  static double parse(byte[] bytes, int from, int to) {
    boolean negative = bytes[from] == '-';
    long digits = 0;
    int read = 0;
    int fraction = 0;
    boolean afterPoint = false;
    for (int i = negative ? from + 1 : from; i < to; i++) {
      int c = bytes[i];
      if (c == '.') {
        afterPoint = true;
        continue;
      }
      if (c > '9' || read == EXACT_DIGITS) {
        // An exponent, or too many digits
        return Double.parseDouble(new String(bytes, from, to - from, StandardCharsets.US_ASCII));
      }
      digits = digits * 10 + c - '0';
      read++;
      fraction += afterPoint ? 1 : 0;
    }
    double value = digits / POWERS[fraction];
    return negative ? -value : value;
  }

  /** Writes a number of the same value as JSON has it: {@code 07.} as 7, {@code -.5} as -0.5. */
  static void writeJson(byte[] bytes, int from, int to, RowBuffer out) {
    int at = from;
    if (bytes[at] == '-') {
      out.writeByte('-');
      at++;
    }
    while (at + 1 < to && bytes[at] == '0' && isDigit(bytes[at + 1])) {
      at++;
    }
    int wholeFrom = at;
    while (at < to && isDigit(bytes[at])) {
      at++;
    }
    if (at == wholeFrom) {
      out.writeByte('0');
    }
    out.writeRaw(bytes, wholeFrom, at - wholeFrom);
    if (at < to && bytes[at] == '.' && (at + 1 == to || !isDigit(bytes[at + 1]))) {
      at++;
    }
    out.writeRaw(bytes, at, to - at);
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
