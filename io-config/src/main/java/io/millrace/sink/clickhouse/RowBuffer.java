package io.millrace.sink.clickhouse;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes that grow, with the primitives of ClickHouse's RowBinary (little endian, lengths as
 * variable-length integers). A row that turns out impossible is taken back by {@link #truncate}.
 */
final class RowBuffer {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes;
  private int size;

  RowBuffer(int capacity) {
    bytes = new byte[capacity];
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  /** Forgets everything from a position on. */
  void truncate(int position) {
    size = position;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  void writeByte(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
  }

  void writeInt(int value) {
    ensure(Integer.BYTES);
    INTS.set(bytes, size, value);
    size += Integer.BYTES;
  }

  void writeLong(long value) {
    ensure(Long.BYTES);
    LONGS.set(bytes, size, value);
    size += Long.BYTES;
  }

  void writeVarInt(int value) {
    ensure(5);
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** A String of ClickHouse: any bytes, after their length. */
  void writeString(byte[] value) {
    writeVarInt(value.length);
    writeRaw(value, 0, value.length);
  }

  /** A String of ClickHouse holding UTF-8. */
  void writeString(String value) {
    // The JDK's encoder is vectorised: faster than any loop over chars, in spite of its copy.
    writeString(value.getBytes(StandardCharsets.UTF_8));
  }

  void writeRaw(byte[] value, int offset, int length) {
    ensure(length);
    System.arraycopy(value, offset, bytes, size, length);
    size += length;
  }

  private void ensure(int more) {
    // In long arithmetic: an overflow must end in an error, never in a negative size.
    long needed = (long) size + more;
    if (needed > bytes.length) {
      if (needed > Integer.MAX_VALUE - 8) {
        throw new OutOfMemoryError("more than 2 GiB of encoded rows in one block");
      }
      bytes =
          Arrays.copyOf(
              bytes,
              (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, (long) bytes.length * 2)));
    }
  }
}
