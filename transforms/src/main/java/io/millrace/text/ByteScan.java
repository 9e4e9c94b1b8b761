package io.millrace.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks at eight bytes at a time ("SIMD within a register"). */
public final class ByteScan {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The sign bit of each byte: set where a byte is not ASCII. */
  public static final long HIGH = 0x8080808080808080L;

  private static final long LOW = 0x0101010101010101L;
  private static final long QUOTES = LOW * '"';
  private static final long BACKSLASHES = LOW * '\\';
  private static final long LETTERS_U = LOW * 'u';
  private static final long SPACES = LOW * ' ';
  private static final long NEWLINES = LOW * '\n';

  private ByteScan() {}

  /** Eight bytes; the byte at {@code at} is the lowest. */
  public static long read(byte[] bytes, int at) {
    return (long) LONGS.get(bytes, at);
  }

  /**
   * Marks the backslashes before the letter u in the eight bytes at {@code at}; there must be a
   * ninth. The lowest mark may be a false alarm, as others may, but none is missed.
   */
  public static long unicodeEscapes(byte[] bytes, int at) {
    return zeros(read(bytes, at) ^ BACKSLASHES) & zeros(read(bytes, at + 1) ^ LETTERS_U);
  }

  /**
   * Marks the bytes of a word of ASCII that are a backslash, those above the lowest perhaps
   * falsely; what is not a {@link #HIGH} bit means nothing.
   */
  public static long asciiBackslashes(long asciiWord) {
    return (asciiWord ^ BACKSLASHES) - LOW;
  }

  /**
   * Copies bytes up to a backslash, eight at a time, so that bytes behind it may be copied too.
   *
   * @param out has room for all bytes up to {@code to}, and eight more
   * @return the index of the backslash in {@code bytes}, or {@code to} if there is none
   */
  static int copyToBackslash(byte[] bytes, int from, int to, byte[] out, int start) {
    int at = from;
    int shift = start - from;
    // Bytes behind `to` may be read, but not those behind the array.
    int lastWord = Math.min(to - 1, bytes.length - Long.BYTES);
    while (at <= lastWord) {
      long word = read(bytes, at);
      LONGS.set(out, at + shift, word);
      long marks = zeros(word ^ BACKSLASHES);
      if (marks != 0) {
        return Math.min(to, at + (Long.numberOfTrailingZeros(marks) >>> 3));
      }
      at += Long.BYTES;
    }
    for (; at < to && bytes[at] != '\\'; at++) {
      out[at + shift] = bytes[at];
    }
    return Math.min(at, to);
  }

  /**
   * Where the quote stands that ends a string; the end of the bytes if there is none. A backslash
   * escapes any byte.
   */
  public static int closingQuote(byte[] bytes, int from) {
    int at = from;
    int lastWord = bytes.length - Long.BYTES;
    words:
    while (at <= lastWord) {
      long word = read(bytes, at);
      long quotes = exactZeros(word ^ QUOTES);
      long marks = quotes | exactZeros(word ^ BACKSLASHES);
      while (marks != 0) {
        int bit = Long.numberOfTrailingZeros(marks);
        if ((quotes >>> bit & 1) != 0) {
          return at + (bit >>> 3);
        } else if (bit == Long.SIZE - 1) {
          at += Long.BYTES + 1;
          continue words;
        }
        // Without the backslash and the byte that it escapes
        marks &= -2L << (bit + Byte.SIZE);
      }
      at += Long.BYTES;
    }
    while (at < bytes.length && bytes[at] != '"') {
      at += bytes[at] == '\\' ? 2 : 1;
    }
    return Math.min(at, bytes.length);
  }

  /**
   * Where the first quote or backslash stands.
   *
   * @return its index, or {@code to} if there is none from {@code from} on
   */
  public static int quoteOrBackslash(byte[] bytes, int from, int to) {
    return either(bytes, from, to, QUOTES, BACKSLASHES);
  }

  /**
   * Where the first quote, backslash or control character stands.
   *
   * @return its index, or {@code to} if there is none from {@code from} on
   */
  public static int quoteBackslashOrControl(byte[] bytes, int from, int to) {
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      long word = read(bytes, at);
      long controls = (word - SPACES) & ~word & HIGH;
      long marks = zeros(word ^ QUOTES) | zeros(word ^ BACKSLASHES) | controls;
      if (marks != 0) {
        return at + (Long.numberOfTrailingZeros(marks) >>> 3);
      }
    }
    while (at < to && bytes[at] != '"' && bytes[at] != '\\' && (bytes[at] & 0xff) >= ' ') {
      at++;
    }
    return at;
  }

  /** Where the first line feed stands; {@code to} if there is none from {@code from} on. */
  public static int newline(byte[] bytes, int from, int to) {
    return either(bytes, from, to, NEWLINES, NEWLINES);
  }

  /**
   * Where the first quote or line feed stands.
   *
   * @return its index, or {@code to} if there is none from {@code from} on
   */
  public static int quoteOrNewline(byte[] bytes, int from, int to) {
    return either(bytes, from, to, QUOTES, NEWLINES);
  }

  /**
   * Where a character, or a backslash before the letter u, stands first.
   *
   * @param other a character of ASCII
   * @return its index, or {@code to} if there is none from {@code from} on
   */
  public static int unicodeEscapeOr(char other, byte[] bytes, int from, int to) {
    long others = LOW * other;
    int at = from;
    while (at < to - Long.BYTES) {
      long marks = zeros(read(bytes, at) ^ others) | unicodeEscapes(bytes, at);
      if (marks == 0) {
        at += Long.BYTES;
        continue;
      }
      at += Long.numberOfTrailingZeros(marks) >>> 3;
      if (isEither(bytes, at, other)) {
        return at;
      }
      at++;
    }
    while (at < to && bytes[at] != other && (at + 1 == to || !isEither(bytes, at, other))) {
      at++;
    }
    return at;
  }

  private static boolean isEither(byte[] bytes, int at, char other) {
    return bytes[at] == other || (bytes[at] == '\\' && bytes[at + 1] == 'u');
  }

  /** Where the first of two characters stands, each given as a word of eight of it. */
  private static int either(byte[] bytes, int from, int to, long ones, long others) {
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      long word = read(bytes, at);
      long marks = zeros(word ^ ones) | zeros(word ^ others);
      if (marks != 0) {
        return at + (Long.numberOfTrailingZeros(marks) >>> 3);
      }
    }
    byte one = (byte) ones;
    byte other = (byte) others;
    while (at < to && bytes[at] != one && bytes[at] != other) {
      at++;
    }
    return at;
  }

  /** Marks the bytes that are zero, and no others. */
  private static long exactZeros(long word) {
    return ~(((word & ~HIGH) + ~HIGH) | word | ~HIGH);
  }

  /** Marks the bytes that are zero; those above the lowest mark perhaps falsely. */
  private static long zeros(long word) {
    return (word - LOW) & ~word & HIGH;
  }
}
