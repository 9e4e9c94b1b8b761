package io.millrace.decode;

/** What a text in ASCII is by the grammar of JSON's numbers, by looking at its bytes alone. */
final class NumberBytes {
  private NumberBytes() {}

  /** Whether a text is an integer: no leading zeros, no plus sign. */
  static boolean isInteger(byte[] bytes, int from, int to) {
    return wholePart(bytes, from, to) == to;
  }

  /** Whether a text is a number, with or without fraction and exponent. */
  static boolean isNumber(byte[] bytes, int from, int to) {
    int at = wholePart(bytes, from, to);
    if (at < 0) {
      return false;
    }
    if (at < to && bytes[at] == '.') {
      int fraction = at + 1;
      at = digits(bytes, fraction, to);
      if (at == fraction) {
        return false;
      }
    }
    if (at < to && (bytes[at] | 0x20) == 'e') {
      int exponent = at + 1;
      if (exponent < to && (bytes[exponent] == '-' || bytes[exponent] == '+')) {
        exponent++;
      }
      at = digits(bytes, exponent, to);
      if (at == exponent) {
        return false;
      }
    }
    return at == to;
  }

  /** Whether a text is what programs write for numbers that are not finite. */
  static boolean isNotFinite(byte[] bytes, int from, int to) {
    int at = from < to && bytes[from] == '-' ? from + 1 : from;
    return isWord(bytes, at, to, "NaN")
        || isWord(bytes, at, to, "nan")
        || isWord(bytes, at, to, "Infinity")
        || isWord(bytes, at, to, "inf");
  }

  static boolean isWord(byte[] bytes, int from, int to, String word) {
    if (to - from != word.length()) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (bytes[i] != word.charAt(i - from)) {
        return false;
      }
    }
    return true;
  }

  /** The value of an integer of at most 18 characters. */
  static long shortInteger(byte[] bytes, int from, int to) {
    boolean negative = bytes[from] == '-';
    long value = 0;
    for (int i = negative ? from + 1 : from; i < to; i++) {
      value = value * 10 + bytes[i] - '0';
    }
    return negative ? -value : value;
  }

  /** Where the integer ends that a text begins with; -1 if it begins with none. */
  private static int wholePart(byte[] bytes, int from, int to) {
    int first = from < to && bytes[from] == '-' ? from + 1 : from;
    int at = digits(bytes, first, to);
    return at == first || (at > first + 1 && bytes[first] == '0') ? -1 : at;
  }

  private static int digits(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    return at;
  }
}
