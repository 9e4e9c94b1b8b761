package io.millrace.decode;

import io.millrace.text.ByteScan;

/**
 * Checks that bytes are UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing beyond
 * U+10FFFF. On the way it notes whether the JSON escape of a surrogate occurs that is not one of a
 * pair, which is rare enough that only then strings are searched for it. Costs about a tenth of a
 * nanosecond a byte for ASCII.
 */
public final class Utf8Validator {
  /** What the bytes are. */
  public enum Result {
    VALID,
    INVALID,
    /** Valid up to a character that is cut off by the end. */
    INCOMPLETE
  }

  private static final int BLOCK = 4 * Long.BYTES;

  /** The characters of an escape of a character by its number. */
  private static final int ESCAPE = 6;

  private static final int HIGH = 1;
  private static final int LOW = 2;

  private boolean loneSurrogates;
  private int position;

  /**
   * Whether the bytes last checked may hold half of a surrogate pair, such as {@code \ud83d} alone.
   */
  public boolean loneSurrogates() {
    return loneSurrogates;
  }

  /** Where the first character stands that is not valid or not complete. */
  public int position() {
    return position;
  }

  /** Checks all bytes from an index on. */
  public Result check(byte[] bytes, int from) {
    return check(bytes, from, bytes.length);
  }

  /** Checks the bytes from one index up to another. */
  public Result check(byte[] bytes, int from, int to) {
    loneSurrogates = false;
    int at = from;
    while (at < to) {
      at = passAscii(bytes, at, to);
      if (at == to) {
        break;
      }
      byte first = bytes[at];
      if (first >= 0 && at < to - Long.BYTES) {
        long word = ByteScan.read(bytes, at);
        findLoneSurrogates(bytes, at);
        long beyondAscii = word & ByteScan.HIGH;
        at += beyondAscii == 0 ? Long.BYTES : Long.numberOfTrailingZeros(beyondAscii) >>> 3;
        continue;
      }
      if (first >= 0) {
        loneSurrogates |= first == '\\' && isLoneSurrogate(bytes, at);
        at++;
        continue;
      }
      int length = sequence(bytes, at, to);
      if (length <= 0) {
        position = at;
        return length == 0 ? Result.INVALID : Result.INCOMPLETE;
      }
      at += length;
    }
    return Result.VALID;
  }

  /** Passes blocks of four words as long as they are ASCII: the most common case by far. */
  private int passAscii(byte[] bytes, int from, int to) {
    int at = from;
    // One byte more than is passed: what follows on the last one is looked at.
    for (; at < to - BLOCK; at += BLOCK) {
      long a = ByteScan.read(bytes, at);
      long b = ByteScan.read(bytes, at + 8);
      long c = ByteScan.read(bytes, at + 16);
      long d = ByteScan.read(bytes, at + 24);
      if (((a | b | c | d) & ByteScan.HIGH) != 0) {
        break;
      }
      long marks =
          ByteScan.asciiBackslashes(a)
              | ByteScan.asciiBackslashes(b)
              | ByteScan.asciiBackslashes(c)
              | ByteScan.asciiBackslashes(d);
      if ((marks & ByteScan.HIGH) != 0 && !loneSurrogates) {
        findLoneSurrogates(bytes, at);
        findLoneSurrogates(bytes, at + 8);
        findLoneSurrogates(bytes, at + 16);
        findLoneSurrogates(bytes, at + 24);
      }
    }
    return at;
  }

  /** Looks for lone surrogates that begin in eight bytes; there must be a ninth. */
  private void findLoneSurrogates(byte[] bytes, int at) {
    for (long left = ByteScan.unicodeEscapes(bytes, at); left != 0; left &= left - 1) {
      if (isLoneSurrogate(bytes, at + (Long.numberOfTrailingZeros(left) >>> 3))) {
        loneSurrogates = true;
        return;
      }
    }
  }

  /**
   * Whether a backslash begins the escape of a surrogate (or looks like it) without that of its
   * other half beside it.
   */
  private static boolean isLoneSurrogate(byte[] bytes, int at) {
    int kind = surrogate(bytes, at);
    return (kind == HIGH && surrogate(bytes, at + ESCAPE) != LOW)
        || (kind == LOW
            && (surrogate(bytes, at - ESCAPE) != HIGH || isEscaped(bytes, at - ESCAPE)));
  }

  /** Which half of a pair the escape is for that begins at an index; 0 if there is none. */
  private static int surrogate(byte[] bytes, int at) {
    if (at < 0
        || at + 3 >= bytes.length
        || bytes[at] != '\\'
        || bytes[at + 1] != 'u'
        || (bytes[at + 2] | 0x20) != 'd') {
      return 0;
    }
    int third = bytes[at + 3];
    if (third == '8' || third == '9' || (third | 0x20) == 'a' || (third | 0x20) == 'b') {
      return HIGH;
    }
    return (third | 0x20) >= 'c' && (third | 0x20) <= 'f' ? LOW : 0;
  }

  /** Whether the backslash at an index is itself escaped by one before it. */
  private static boolean isEscaped(byte[] bytes, int at) {
    int first = at;
    while (first > 0 && bytes[first - 1] == '\\') {
      first--;
    }
    return ((at - first) & 1) != 0;
  }

  /**
   * The length of the multi-byte character at an index.
   *
   * @return 2 to 4; 0 if it is not valid; -1 if it is valid as far as it goes, but cut off
   */
  private static int sequence(byte[] bytes, int at, int to) {
    int first = bytes[at] & 0xff;
    int length;
    int lowest = 0x80;
    int highest = 0xbf;
    if (first >= 0xc2 && first <= 0xdf) {
      length = 2;
    } else if (first >= 0xe0 && first <= 0xef) {
      length = 3;
      lowest = first == 0xe0 ? 0xa0 : lowest;
      highest = first == 0xed ? 0x9f : highest;
    } else if (first >= 0xf0 && first <= 0xf4) {
      length = 4;
      lowest = first == 0xf0 ? 0x90 : lowest;
      highest = first == 0xf4 ? 0x8f : highest;
    } else {
      return 0;
    }
    for (int i = 1; i < length; i++) {
      if (at + i >= to) {
        return -1;
      }
      int next = bytes[at + i] & 0xff;
      // Only the second byte has narrower bounds: they keep out overlong forms and surrogates.
      if (next < (i == 1 ? lowest : 0x80) || next > (i == 1 ? highest : 0xbf)) {
        return 0;
      }
    }
    return length;
  }
}
