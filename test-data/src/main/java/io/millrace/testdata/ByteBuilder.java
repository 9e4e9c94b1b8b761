package io.millrace.testdata;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing byte array that is cleared and used again, so that an event costs one copy. */
final class ByteBuilder {
  private byte[] bytes;
  private int size;

  ByteBuilder(int capacity) {
    bytes = new byte[capacity];
  }

  void clear() {
    size = 0;
  }

  int size() {
    return size;
  }

  /** The array behind, valid up to {@link #size()} and until the next append. */
  byte[] array() {
    return bytes;
  }

  byte[] toArray() {
    return Arrays.copyOf(bytes, size);
  }

  ByteBuilder add(byte[] more) {
    return add(more, 0, more.length);
  }

  ByteBuilder add(byte[] more, int from, int length) {
    ensure(length);
    System.arraycopy(more, from, bytes, size, length);
    size += length;
    return this;
  }

  ByteBuilder add(char ascii) {
    ensure(1);
    bytes[size++] = (byte) ascii;
    return this;
  }

  ByteBuilder ascii(String text) {
    int length = text.length();
    ensure(length);
    for (int i = 0; i < length; i++) {
      bytes[size++] = (byte) text.charAt(i);
    }
    return this;
  }

  ByteBuilder utf8(String text) {
    return add(text.getBytes(StandardCharsets.UTF_8));
  }

  ByteBuilder number(long value) {
    return ascii(Long.toString(value));
  }

  private void ensure(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
