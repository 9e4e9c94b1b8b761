package io.millrace.decode.influx;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** The words that can stand for a field's value. */
final class Words {
  private static final byte[][] TRUE = bytes("t", "T", "true", "True", "TRUE");
  private static final byte[][] FALSE = bytes("f", "F", "false", "False", "FALSE");

  /** The longest word that stands for no number. */
  private static final int LONGEST = "-infinity".length();

  private Words() {}

  private static byte[][] bytes(String... words) {
    byte[][] bytes = new byte[words.length][];
    for (int i = 0; i < words.length; i++) {
      bytes[i] = words[i].getBytes(StandardCharsets.US_ASCII);
    }
    return bytes;
  }

  static boolean isTrue(byte[] bytes, int from, int to) {
    return isOneOf(TRUE, bytes, from, to);
  }

  static boolean isFalse(byte[] bytes, int from, int to) {
    return isOneOf(FALSE, bytes, from, to);
  }

  private static boolean isOneOf(byte[][] words, byte[] bytes, int from, int to) {
    for (byte[] word : words) {
      if (Arrays.equals(word, 0, word.length, bytes, from, to)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a word is NaN or Infinity, as some producers write them. */
  static boolean isNoNumber(byte[] bytes, int from, int to) {
    int start = from < to && (bytes[from] == '-' || bytes[from] == '+') ? from + 1 : from;
    if (start == to || to - from > LONGEST) {
      return false;
    }
    String word = new String(bytes, start, to - start, StandardCharsets.ISO_8859_1);
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "nan", "inf", "infinity" -> true;
      default -> false;
    };
  }
}
