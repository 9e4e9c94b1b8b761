package io.millrace.decode.influx;

import io.millrace.event.RowBuffer;
import io.millrace.event.Utf8Slice;
import io.millrace.text.ByteScan;
import java.nio.charset.StandardCharsets;

/** Writes tags and fields as JSON. Not thread-safe: holds one text at a time. */
final class JsonWriter {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ESCAPE = "\\u00".getBytes(StandardCharsets.US_ASCII);

  private final RowBuffer out = new RowBuffer(256);

  void clear() {
    out.clear();
  }

  boolean isEmpty() {
    return out.size() == 0;
  }

  void raw(char c) {
    out.writeByte(c);
  }

  void raw(byte[] json) {
    out.writeRaw(json, 0, json.length);
  }

  void number(byte[] bytes, int from, int to) {
    PointNumbers.writeJson(bytes, from, to, out);
  }

  void string(Utf8Slice text) {
    string(text.bytes(), text.from(), text.from() + text.length());
  }

  private void string(byte[] bytes, int from, int to) {
    out.writeByte('"');
    int at = from;
    while (at < to) {
      int next = ByteScan.quoteBackslashOrControl(bytes, at, to);
      out.writeRaw(bytes, at, next - at);
      if (next < to) {
        escape(bytes[next]);
      }
      at = next + 1;
    }
    out.writeByte('"');
  }

  private void escape(byte c) {
    int letter =
        switch (c) {
          case '"', '\\' -> c;
          case '\n' -> 'n';
          case '\r' -> 'r';
          case '\t' -> 't';
          default -> 0;
        };
    if (letter != 0) {
      out.writeByte('\\');
      out.writeByte(letter);
      return;
    }
    raw(ESCAPE);
    out.writeByte(HEX[c >> 4]);
    out.writeByte(HEX[c & 0xf]);
  }

  void value(Pairs pairs, int i) {
    byte[] bytes = pairs.valueBytes(i);
    int from = pairs.valueFrom(i);
    int to = pairs.valueTo(i);
    switch (pairs.kind(i)) {
      case STRING -> string(bytes, from, to);
      case TRUE -> raw(TRUE);
      case FALSE -> raw(FALSE);
      case FLOAT, INTEGER, UNSIGNED -> number(bytes, from, to);
    }
  }

  void member(Pairs pairs, int i) {
    string(pairs.keyBytes(i), pairs.keyFrom(i), pairs.keyTo(i));
    out.writeByte(':');
    value(pairs, i);
  }

  void object(Pairs pairs) {
    out.writeByte('{');
    for (int i = 0; i < pairs.count(); i++) {
      if (i > 0) {
        out.writeByte(',');
      }
      member(pairs, i);
    }
    out.writeByte('}');
  }

  /** A copy of what was written. */
  Utf8Slice text() {
    byte[] json = out.toByteArray();
    return new Utf8Slice(json, 0, json.length);
  }
}
