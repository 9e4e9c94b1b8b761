package io.millrace.decode.csv;

import io.millrace.event.RowBuffer;

/** Texts of quoted cells, and texts in JSON. */
final class CsvText {
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private CsvText() {}

  /**
   * Copies the text between quotes, with one quote in place of two.
   *
   * @return the index after its last byte
   */
  static int unescape(byte[] bytes, int from, int to, int quote, byte[] out) {
    int length = 0;
    for (int at = from; at < to; at++) {
      byte b = bytes[at];
      out[length++] = b;
      if (b == quote) {
        at++;
      }
    }
    return length;
  }

  /** Writes a text as a string of JSON. */
  static void writeJson(byte[] bytes, int from, int to, RowBuffer out) {
    out.writeByte('"');
    int done = from;
    for (int at = from; at < to; at++) {
      int b = bytes[at];
      if (b == '"' || b == '\\' || (b >= 0 && b < ' ')) {
        out.writeRaw(bytes, done, at - done);
        done = at + 1;
        escape(b, out);
      }
    }
    out.writeRaw(bytes, done, to - done);
    out.writeByte('"');
  }

  private static void escape(int b, RowBuffer out) {
    out.writeByte('\\');
    switch (b) {
      case '"', '\\' -> out.writeByte(b);
      case '\n' -> out.writeByte('n');
      case '\r' -> out.writeByte('r');
      case '\t' -> out.writeByte('t');
      default -> {
        out.writeByte('u');
        out.writeByte('0');
        out.writeByte('0');
        out.writeByte(HEX[b >> 4]);
        out.writeByte(HEX[b & 0xf]);
      }
    }
  }
}
