package io.millrace.testdata.workload;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing, reusable byte array. */
public final class ByteBuilder {
  private byte[] bytes;
  private int size;

  public ByteBuilder(int capacity) {
    bytes = new byte[capacity];
  }

  public void clear() {
    size = 0;
  }

  public int size() {
    return size;
  }

  /** The internal array, valid up to {@link #size()} and until the next append. */
  public byte[] array() {
    return bytes;
  }

  public byte[] toArray() {
    return Arrays.copyOf(bytes, size);
  }

  public ByteBuilder add(byte[] more) {
    return add(more, 0, more.length);
  }

  public ByteBuilder add(byte[] more, int from, int length) {
    ensure(length);
    System.arraycopy(more, from, bytes, size, length);
    size += length;
    return this;
  }

  public ByteBuilder add(char ascii) {
    ensure(1);
    bytes[size++] = (byte) ascii;
    return this;
  }

  public ByteBuilder ascii(String text) {
    int length = text.length();
    ensure(length);
    for (int i = 0; i < length; i++) {
      bytes[size++] = (byte) text.charAt(i);
    }
    return this;
  }

  public ByteBuilder utf8(String text) {
    return add(text.getBytes(StandardCharsets.UTF_8));
  }

  public ByteBuilder number(long value) {
    return ascii(Long.toString(value));
  }

  private void ensure(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
