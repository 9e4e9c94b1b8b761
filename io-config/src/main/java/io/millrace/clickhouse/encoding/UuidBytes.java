package io.millrace.clickhouse.encoding;

import io.millrace.event.RowBuffer;

/** The bytes of a {@code UUID} in RowBinary: two halves of 64 bits, each the least byte first. */
public final class UuidBytes {
  /** The length of a UUID's text. */
  public static final int CHARS = 36;

  private UuidBytes() {}

  /**
   * Writes a UUID.
   *
   * @param text 36 characters, with digits in either case
   * @return false if the text is no UUID; then nothing is written
   */
  public static boolean write(String text, RowBuffer out) {
    if (text.length() != CHARS) {
      return false;
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < CHARS; i++) {
      char c = text.charAt(i);
      if (isHyphen(i)) {
        if (c != '-') {
          return false;
        }
        continue;
      }
      // Character.digit accepts digits beyond ASCII.
      int digit = c < 128 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        return false;
      }
      if (i < 18) {
        high = high << 4 | digit;
      } else {
        low = low << 4 | digit;
      }
    }
    out.writeLong(high);
    out.writeLong(low);
    return true;
  }

  /** Whether a place of the text holds a hyphen. */
  public static boolean isHyphen(int place) {
    return place == 8 || place == 13 || place == 18 || place == 23;
  }
}
