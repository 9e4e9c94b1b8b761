package io.millrace.bench.baseline;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing buffer in ClickHouse's RowBinary format. */
public final class RowBytes {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int MOST_VAR_INT_BYTES = 5;

  private byte[] bytes;
  private int size;

  /** An empty buffer with an initial capacity in bytes. */
  public RowBytes(int capacity) {
    bytes = new byte[capacity];
  }

  int size() {
    return size;
  }

  byte[] array() {
    return bytes;
  }

  /** A copy of the bytes. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  void clear() {
    size = 0;
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(bytes, 0, size);
  }

  /** One byte. */
  public void writeByte(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
  }

  /** Int32. */
  public void writeInt(int value) {
    ensure(Integer.BYTES);
    INTS.set(bytes, size, value);
    size += Integer.BYTES;
  }

  /** Int64, and a time in milliseconds. */
  public void writeLong(long value) {
    ensure(Long.BYTES);
    LONGS.set(bytes, size, value);
    size += Long.BYTES;
  }

  /** The length of a String, or of a Map. */
  public void writeVarInt(int value) {
    ensure(MOST_VAR_INT_BYTES);
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** String. */
  public void writeString(String value) {
    int chars = value.length();
    if (isAscii(value)) {
      writeVarInt(chars);
      ensure(chars);
      for (int i = 0; i < chars; i++) {
        bytes[size + i] = (byte) value.charAt(i);
      }
      size += chars;
    } else {
      writeString(value.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static boolean isAscii(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /** String, from encoded bytes. */
  public void writeString(byte[] value) {
    writeVarInt(value.length);
    writeRaw(value, 0, value.length);
  }

  /** Nullable(String). */
  public void writeNullable(byte[] value) {
    writeByte(value == null ? 1 : 0);
    if (value != null) {
      writeString(value);
    }
  }

  /** Nullable(String). */
  public void writeNullable(String value) {
    writeByte(value == null ? 1 : 0);
    if (value != null) {
      writeString(value);
    }
  }

  /** Nullable(Int64). */
  public void writeNullable(Long value) {
    writeByte(value == null ? 1 : 0);
    if (value != null) {
      writeLong(value);
    }
  }

  /** Encoded bytes, unchanged. */
  public void writeEncoded(byte[] value) {
    writeRaw(value, 0, value.length);
  }

  void writeRaw(byte[] value, int offset, int length) {
    ensure(length);
    System.arraycopy(value, offset, bytes, size, length);
    size += length;
  }

  void writeAll(RowBytes other) {
    writeRaw(other.bytes, 0, other.size);
  }

  private void ensure(int more) {
    int needed = Math.addExact(size, more);
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, Math.multiplyExact(2, bytes.length)));
    }
  }
}
