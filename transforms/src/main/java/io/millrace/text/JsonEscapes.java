package io.millrace.text;

/** The escapes of strings in JSON (RFC 8259, section 7). */
public final class JsonEscapes {
  private static final int HEX_DIGITS = 4;
  private static final int HEX_BITS = 4;
  private static final int UNIT = 2 + HEX_DIGITS;

  private JsonEscapes() {}

  /**
   * How many bytes the escape has that begins at a backslash; both halves of a surrogate pair are
   * one. -1 if it is not valid: half of a pair is not.
   */
  public static int length(byte[] bytes, int at, int to) {
    int escape = at + 1 < to ? bytes[at + 1] : 0;
    if (escape != 'u') {
      return plain(escape) < 0 ? -1 : 2;
    }
    int point = codePoint(bytes, at, to);
    return point < 0 ? -1 : length(point);
  }

  private static int length(int codePoint) {
    return Character.isSupplementaryCodePoint(codePoint) ? 2 * UNIT : UNIT;
  }

  /** See {@link Escapes#remove}; half of a surrogate pair is not valid either. */
  static int remove(byte[] bytes, int from, int to, byte[] out, int start) {
    int at = from;
    int length = start;
    while (true) {
      int next = ByteScan.copyToBackslash(bytes, at, to, out, length);
      length += next - at;
      at = next;
      if (at == to) {
        return length;
      }
      int escape = at + 1 < to ? bytes[at + 1] : 0;
      if (escape == 'u') {
        int point = codePoint(bytes, at, to);
        if (point < 0) {
          return -1;
        }
        at += length(point);
        if (point < 0x80) {
          out[length++] = (byte) point;
        } else {
          length = Utf8.writePoint(point, out, length);
        }
      } else {
        int plain = plain(escape);
        if (plain < 0) {
          return -1;
        }
        out[length++] = (byte) plain;
        at += 2;
      }
    }
  }

  private static int plain(int escape) {
    return switch (escape) {
      case '"', '\\', '/' -> escape;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> -1;
    };
  }

  /**
   * The code point of the escape, or the pair of them, that begins at an index; -1 if none does.
   */
  private static int codePoint(byte[] bytes, int at, int to) {
    int high = unit(bytes, at, to);
    if (high < 0 || !Character.isSurrogate((char) high)) {
      return high;
    }
    int low = unit(bytes, at + UNIT, to);
    return low >= 0
            && Character.isHighSurrogate((char) high)
            && Character.isLowSurrogate((char) low)
        ? Character.toCodePoint((char) high, (char) low)
        : -1;
  }

  private static int unit(byte[] bytes, int at, int to) {
    if (at + UNIT > to || bytes[at] != '\\' || bytes[at + 1] != 'u') {
      return -1;
    }
    int unit = 0;
    for (int i = at + 2; i < at + UNIT; i++) {
      int digit = bytes[i] < 0 ? -1 : Character.digit(bytes[i], 1 << HEX_BITS);
      if (digit < 0) {
        return -1;
      }
      unit = unit << HEX_BITS | digit;
    }
    return unit;
  }
}
