package io.millrace.decode.json;

import io.millrace.decode.ByteScan;
import io.millrace.event.RowBuffer;
import io.millrace.event.Utf8Slice;
import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Makes the text of a JSON string with escapes, from bytes to bytes: UTF-8 as it came, and what the
 * escapes stand for. What is not valid it leaves to the parser, which knows what to say.
 */
public final class UnescapeString {
  private static final int HEX_DIGITS = 4;
  private static final int HEX_BITS = 4;

  private UnescapeString() {}

  /**
   * The text between two quotes.
   *
   * @param bytes valid UTF-8
   * @param from after the opening quote
   * @return null if it does not end, or an escape in it is not valid
   */
  public static @Nullable Utf8Slice string(byte[] bytes, int from) {
    int to = ByteScan.closingQuote(bytes, from);
    if (to == bytes.length) {
      return null;
    }
    // No escape stands for more bytes than it has.
    byte[] out = new byte[to - from];
    int length = 0;
    int at = from;
    while (at < to) {
      int next = Math.min(to, ByteScan.quoteOrBackslash(bytes, at, to));
      System.arraycopy(bytes, at, out, length, next - at);
      length += next - at;
      at = next;
      if (at == to) {
        break;
      }
      int escape = at + 1 < to ? bytes[at + 1] : 0;
      if (escape == 'u') {
        int point = codePoint(bytes, at, to);
        if (point < 0) {
          return null;
        }
        at += Character.isSupplementaryCodePoint(point) ? 2 * (2 + HEX_DIGITS) : 2 + HEX_DIGITS;
        if (point < 0x80) {
          out[length++] = (byte) point;
        } else {
          length = RowBuffer.writePoint(point, out, length);
        }
      } else {
        int plain = plain(escape);
        if (plain < 0) {
          return null;
        }
        out[length++] = (byte) plain;
        at += 2;
      }
    }
    return new Utf8Slice(out.length > 2 * length ? Arrays.copyOf(out, length) : out, 0, length);
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
    int low = unit(bytes, at + 2 + HEX_DIGITS, to);
    return low >= 0
            && Character.isHighSurrogate((char) high)
            && Character.isLowSurrogate((char) low)
        ? Character.toCodePoint((char) high, (char) low)
        : -1;
  }

  private static int unit(byte[] bytes, int at, int to) {
    if (at + 2 + HEX_DIGITS > to || bytes[at] != '\\' || bytes[at + 1] != 'u') {
      return -1;
    }
    int unit = 0;
    for (int i = at + 2; i < at + 2 + HEX_DIGITS; i++) {
      int digit = bytes[i] < 0 ? -1 : Character.digit(bytes[i], 1 << HEX_BITS);
      if (digit < 0) {
        return -1;
      }
      unit = unit << HEX_BITS | digit;
    }
    return unit;
  }
}
