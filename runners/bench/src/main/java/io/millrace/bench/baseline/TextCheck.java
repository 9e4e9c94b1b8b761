package io.millrace.bench.baseline;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds errors that Jackson accepts or skips: invalid UTF-8 and escaped lone surrogates. One pass,
 * eight bytes at a time for plain text.
 */
final class TextCheck {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long BACKSLASHES = 0x5C5C5C5C5C5C5C5CL;
  private static final int ESCAPE_CHARS = 6;

  private TextCheck() {}

  /**
   * Checks a JSON text.
   *
   * @throws MalformedException if it is not UTF-8 or escapes a lone surrogate
   */
  static void check(byte[] json) throws MalformedException {
    int at = 0;
    while (true) {
      while (at + Long.BYTES <= json.length && isPlain((long) LONGS.get(json, at))) {
        at += Long.BYTES;
      }
      if (at >= json.length) {
        return;
      }
      byte b = json[at];
      if (b < 0) {
        at = afterCharacter(json, at);
      } else if (b == '\\') {
        at = afterEscape(json, at);
      } else {
        at++;
      }
    }
  }

  private static boolean isPlain(long eight) {
    long backslashIsZero = eight ^ BACKSLASHES;
    long zeros = (backslashIsZero - LOW_BITS) & ~backslashIsZero;
    return ((eight | zeros) & HIGH_BITS) == 0;
  }

  private static int afterCharacter(byte[] json, int at) throws MalformedException {
    int first = json[at] & 0xFF;
    int length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || at + length > json.length) {
      throw notUtf8();
    }
    for (int i = 1; i < length; i++) {
      if ((json[at + i] & 0xC0) != 0x80) {
        throw notUtf8();
      }
    }
    int second = json[at + 1] & 0xFF;
    boolean wrong =
        (first == 0xE0 && second < 0xA0)
            || (first == 0xED && second > 0x9F)
            || (first == 0xF0 && second < 0x90)
            || (first == 0xF4 && second > 0x8F);
    if (wrong) {
      throw notUtf8();
    }
    return at + length;
  }

  private static int afterEscape(byte[] json, int at) throws MalformedException {
    int unit = unit(json, at);
    if (unit < 0 || !Character.isSurrogate((char) unit)) {
      // The parser rejects invalid escapes.
      return Math.min(json.length, at + 2);
    }
    int next = Character.isHighSurrogate((char) unit) ? unit(json, at + ESCAPE_CHARS) : -1;
    if (next < 0 || !Character.isLowSurrogate((char) next)) {
      throw new MalformedException("lone_surrogate", "half of a surrogate pair");
    }
    return at + 2 * ESCAPE_CHARS;
  }

  /** The escaped UTF-16 unit at this position; -1 if there is none. */
  private static int unit(byte[] json, int at) {
    if (at + ESCAPE_CHARS > json.length || json[at] != '\\' || json[at + 1] != 'u') {
      return -1;
    }
    int unit = 0;
    for (int i = at + 2; i < at + ESCAPE_CHARS; i++) {
      int digit = Character.digit(json[i], 16);
      if (digit < 0) {
        return -1;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  private static MalformedException notUtf8() {
    return new MalformedException("not_utf8", "the bytes are not UTF-8");
  }
}
