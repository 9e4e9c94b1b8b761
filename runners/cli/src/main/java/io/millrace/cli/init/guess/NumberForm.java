package io.millrace.cli.init.guess;

/** Tells whether a text is a number as JSON writes it. */
public final class NumberForm {
  /** A longer text is no number that anybody measures, and takes long to convert. */
  private static final int LONGEST = 100;

  private NumberForm() {}

  public static boolean isInteger(String text) {
    int end = integer(text);
    return end > 0 && end == text.length() && end <= LONGEST;
  }

  public static boolean isNumber(String text) {
    int at = integer(text);
    if (at <= 0 || text.length() > LONGEST) {
      return false;
    }
    if (at < text.length() && text.charAt(at) == '.') {
      int digits = digits(text, at + 1);
      if (digits == at + 1) {
        return false;
      }
      at = digits;
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
        at++;
      }
      int digits = digits(text, at);
      // A larger exponent is no number that anybody measures.
      if (digits == at || digits - at > 3) {
        return false;
      }
      at = digits;
    }
    return at == text.length();
  }

  /** The index after an integer without leading zeros at the start; 0 if there is none. */
  private static int integer(String text) {
    int from = !text.isEmpty() && text.charAt(0) == '-' ? 1 : 0;
    int end = digits(text, from);
    return end == from || (text.charAt(from) == '0' && end - from > 1) ? 0 : end;
  }

  private static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }
}
