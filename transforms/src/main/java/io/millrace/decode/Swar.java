package io.millrace.decode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks at eight bytes at a time ("SIMD within a register"). */
final class Swar {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The sign bit of each byte: set where a byte is not ASCII. */
  static final long HIGH = 0x8080808080808080L;

  private static final long LOW = 0x0101010101010101L;
  private static final long QUOTES = LOW * '"';
  private static final long BACKSLASHES = LOW * '\\';

  private Swar() {}

  /** Eight bytes; the byte at {@code at} is the lowest. */
  static long read(byte[] bytes, int at) {
    return (long) LONGS.get(bytes, at);
  }

  /** Marks the bytes that are a backslash. The lowest mark is exact; others may be false alarms. */
  static long backslashes(long word) {
    return zeros(word ^ BACKSLASHES);
  }

  /** As {@link #backslashes}, cheaper, for a word that is ASCII; the marks still need a mask. */
  static long asciiBackslashes(long asciiWord) {
    return (asciiWord ^ BACKSLASHES) - LOW;
  }

  /**
   * Where the first quote or backslash stands.
   *
   * @return its index, or {@code to} if there is none from {@code from} on
   */
  static int quoteOrBackslash(byte[] bytes, int from, int to) {
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      long word = read(bytes, at);
      long marks = zeros(word ^ QUOTES) | zeros(word ^ BACKSLASHES);
      if (marks != 0) {
        return at + (Long.numberOfTrailingZeros(marks) >>> 3);
      }
    }
    while (at < to && bytes[at] != '"' && bytes[at] != '\\') {
      at++;
    }
    return at;
  }

  private static long zeros(long word) {
    return (word - LOW) & ~word & HIGH;
  }
}
