package io.millrace.decode.influx;

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
    return remove(bytes, from, to, '"', '\\', '\\');
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
