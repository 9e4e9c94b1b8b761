package io.millrace.decode.binary;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.millrace.event.Utf8Slice;
import io.millrace.text.ByteScan;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Writes values of a binary format as JSON text in UTF-8. NaN and the infinities, which JSON does
 * not have, become strings; bytes become Base64 (RFC 4648, with padding). The buffer is reused. Not
 * thread-safe.
 */
public final class JsonText {
  private static final int KEPT = 1 << 16;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
  private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};
  private static final byte[] LONG_MIN = ascii(Long.toString(Long.MIN_VALUE));

  private final byte[] digits = new byte[20];
  private byte[] buffer = new byte[256];
  private int length;
  private boolean bare;

  /** A key as JSON, with its quotes and the colon. */
  public static byte[] quotedKey(String key) {
    String quoted = new String(JsonStringEncoder.getInstance().quoteAsString(key));
    return ('"' + quoted + "\":").getBytes(StandardCharsets.UTF_8);
  }

  /** Begins another text. */
  public void clear() {
    clear(false);
  }

  /**
   * Begins another text.
   *
   * @param bareString if the whole text is one string, it is written without quotes and escapes
   */
  public void clear(boolean bareString) {
    if (buffer.length > KEPT) {
      buffer = new byte[256];
    }
    length = 0;
    bare = bareString;
  }

  boolean isEmpty() {
    return length == 0;
  }

  /** A copy of what was written. */
  public Utf8Slice toSlice() {
    return new Utf8Slice(Arrays.copyOf(buffer, length), 0, length);
  }

  /** What was written. */
  @Override
  public String toString() {
    return new String(buffer, 0, length, StandardCharsets.UTF_8);
  }

  public void beginObject() {
    bare = false;
    write('{');
  }

  public void endObject() {
    write('}');
  }

  public void beginArray() {
    bare = false;
    write('[');
  }

  public void endArray() {
    write(']');
  }

  /** Separates an element from the one before it. */
  public void element() {
    byte last = buffer[length - 1];
    if (last != '{' && last != '[') {
      write(',');
    }
  }

  /** Writes a key that {@link #quotedKey} made. */
  public void key(byte[] quoted) {
    element();
    raw(quoted, 0, quoted.length);
  }

  /** Writes a key of valid UTF-8. */
  public void key(byte[] utf8, int from, int to) {
    element();
    string(utf8, from, to);
    write(':');
  }

  public void nullValue() {
    raw(NULL, 0, NULL.length);
  }

  public void bool(boolean value) {
    byte[] text = value ? TRUE : FALSE;
    raw(text, 0, text.length);
  }

  public void number(long value) {
    if (value == Long.MIN_VALUE) {
      raw(LONG_MIN, 0, LONG_MIN.length);
      return;
    }
    long rest = Math.abs(value);
    int at = digits.length;
    do {
      digits[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    if (value < 0) {
      digits[--at] = '-';
    }
    raw(digits, at, digits.length);
  }

  public void number(double value) {
    byte[] text = ascii(Double.toString(value));
    finite(Double.isFinite(value), text);
  }

  public void number(float value) {
    byte[] text = ascii(Float.toString(value));
    finite(Float.isFinite(value), text);
  }

  private void finite(boolean finite, byte[] text) {
    if (finite) {
      raw(text, 0, text.length);
    } else {
      string(text, 0, text.length);
    }
  }

  /** Writes ASCII as it is, such as the text of a number. */
  public void ascii(CharSequence text) {
    byte[] bytes = ascii(text.toString());
    raw(bytes, 0, bytes.length);
  }

  /** Writes a string. A lone surrogate, which has no UTF-8, becomes a question mark. */
  public void string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    string(bytes, 0, bytes.length);
  }

  /** Writes a string of valid UTF-8. */
  public void string(byte[] utf8, int from, int to) {
    if (bare) {
      raw(utf8, from, to);
      return;
    }
    write('"');
    int at = from;
    while (at < to) {
      int special = ByteScan.quoteBackslashOrControl(utf8, at, to);
      raw(utf8, at, special);
      if (special < to) {
        escape(utf8[special]);
      }
      at = special + 1;
    }
    write('"');
  }

  /** Writes bytes as a string of Base64. */
  public void base64(byte[] bytes, int from, int to) {
    byte[] text = base64Of(bytes, from, to);
    string(text, 0, text.length);
  }

  /** The Base64 of bytes, as ASCII. */
  public static byte[] base64Of(byte[] bytes, int from, int to) {
    ByteBuffer text = Base64.getEncoder().encode(ByteBuffer.wrap(bytes, from, to - from));
    return Arrays.copyOf(text.array(), text.limit());
  }

  private void escape(byte c) {
    write('\\');
    switch (c) {
      case '"', '\\' -> write((char) c);
      case '\n' -> write('n');
      case '\r' -> write('r');
      case '\t' -> write('t');
      default -> {
        raw(new byte[] {'u', '0', '0', HEX[c >> 4], HEX[c & 15]}, 0, 5);
      }
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private void write(char c) {
    reserve(1);
    buffer[length++] = (byte) c;
  }

  void raw(byte[] bytes, int from, int to) {
    reserve(to - from);
    System.arraycopy(bytes, from, buffer, length, to - from);
    length += to - from;
  }

  private void reserve(int more) {
    if (length + more > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(length + more, 2 * buffer.length));
    }
  }
}
