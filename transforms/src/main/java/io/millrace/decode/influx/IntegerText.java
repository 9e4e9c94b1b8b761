package io.millrace.decode.influx;

/** Reads integers from digits, perhaps with a minus and with zeros before them. */
final class IntegerText {
  private static final String MAX = Long.toString(Long.MAX_VALUE);
  private static final String MIN = Long.toString(Long.MIN_VALUE).substring(1);
  private static final String UNSIGNED_MAX = Long.toUnsignedString(-1);

  private IntegerText() {}

  /** Whether the number is one of 64 bits with a sign. */
  static boolean fitsSigned(byte[] bytes, int from, int to) {
    return bytes[from] == '-' ? isAtMost(MIN, bytes, from + 1, to) : isAtMost(MAX, bytes, from, to);
  }

  /** Whether the number is one of 64 bits without a sign. */
  static boolean fitsUnsigned(byte[] bytes, int from, int to) {
    return bytes[from] != '-' && isAtMost(UNSIGNED_MAX, bytes, from, to);
  }

  private static boolean isAtMost(String most, byte[] bytes, int digitsFrom, int to) {
    int from = digitsFrom;
    while (to - from >= most.length() && bytes[from] == '0') {
      from++;
    }
    int length = to - from;
    if (length != most.length()) {
      return length < most.length();
    }
    for (int i = 0; i < length; i++) {
      int difference = bytes[from + i] - most.charAt(i);
      if (difference != 0) {
        return difference < 0;
      }
    }
    return true;
  }

  /** The 64 bits of a number that fits. */
  static long parse(byte[] bytes, int from, int to) {
    boolean negative = bytes[from] == '-';
    long value = 0;
    for (int i = negative ? from + 1 : from; i < to; i++) {
      value = value * 10 + bytes[i] - '0';
    }
    return negative ? -value : value;
  }
}
