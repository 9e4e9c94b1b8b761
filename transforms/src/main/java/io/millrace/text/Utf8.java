package io.millrace.text;

/** Writes UTF-8. */
public final class Utf8 {
  private Utf8() {}

  /**
   * Writes a code point outside of ASCII into an array with enough room. A lone surrogate becomes a
   * question mark.
   *
   * @return the index after the last byte
   */
  public static int writePoint(int point, byte[] out, int start) {
    int at = start;
    if (point < 0x800) {
      out[at++] = (byte) (0xC0 | (point >> 6));
      out[at++] = (byte) (0x80 | (point & 0x3F));
    } else if (point < 0x10000 && Character.isSurrogate((char) point)) {
      out[at++] = '?';
    } else if (point < 0x10000) {
      out[at++] = (byte) (0xE0 | (point >> 12));
      out[at++] = (byte) (0x80 | ((point >> 6) & 0x3F));
      out[at++] = (byte) (0x80 | (point & 0x3F));
    } else {
      out[at++] = (byte) (0xF0 | (point >> 18));
      out[at++] = (byte) (0x80 | ((point >> 12) & 0x3F));
      out[at++] = (byte) (0x80 | ((point >> 6) & 0x3F));
      out[at++] = (byte) (0x80 | (point & 0x3F));
    }
    return at;
  }
}
