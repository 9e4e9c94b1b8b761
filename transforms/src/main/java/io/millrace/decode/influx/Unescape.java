package io.millrace.decode.influx;

import io.millrace.decode.ByteScan;
import java.util.Arrays;

/**
 * Removes the backslashes that escape. A backslash before any other byte, another backslash
 * included, stands for itself, except that a string also has {@code \\} for one backslash.
 */
final class Unescape {
  private Unescape() {}

  /** Without the escapes of a measurement: comma and space. */
  static byte[] measurement(byte[] bytes, int from, int to) {
    return remove(bytes, from, to, ',', ' ', ' ');
  }

  /** Without the escapes of a tag's key or value, or of a field's key: comma, equals, space. */
  static byte[] key(byte[] bytes, int from, int to) {
    return remove(bytes, from, to, ',', '=', ' ');
  }

  /** Without the escapes of a string: quote and backslash. */
  static byte[] string(byte[] bytes, int from, int to) {
    byte[] out = new byte[to - from];
    int length = 0;
    int at = from;
    while (at < to) {
      // Strings are long, and their escapes are few.
      int next = Math.min(to, ByteScan.quoteOrBackslash(bytes, at, to));
      System.arraycopy(bytes, at, out, length, next - at);
      length += next - at;
      at = next;
      if (at == to) {
        break;
      }
      boolean isEscape = at + 1 < to && (bytes[at + 1] == '"' || bytes[at + 1] == '\\');
      at += bytes[at] == '\\' && isEscape ? 1 : 0;
      out[length++] = bytes[at++];
    }
    return Arrays.copyOf(out, length);
  }

  private static byte[] remove(byte[] bytes, int from, int to, char a, char b, char c) {
    byte[] out = new byte[to - from];
    int length = 0;
    for (int at = from; at < to; at++) {
      if (bytes[at] == '\\' && at + 1 < to) {
        byte next = bytes[at + 1];
        at += next == a || next == b || next == c ? 1 : 0;
      }
      out[length++] = bytes[at];
    }
    return Arrays.copyOf(out, length);
  }
}
