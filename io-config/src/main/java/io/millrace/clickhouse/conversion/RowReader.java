package io.millrace.clickhouse.conversion;

import io.millrace.event.RowBuffer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Reads RowBinary from an array, value by value. Not thread-safe. */
public final class RowReader {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final byte[] NOTHING = {};

  private byte[] bytes = NOTHING;
  private int position;

  /** Continues at a position of an array, which must not change. */
  public void reset(byte[] rows, int start) {
    bytes = rows;
    position = start;
  }

  /** Lets go of the array, which may be large. */
  public void release() {
    reset(NOTHING, 0);
  }

  /** The array that is read. */
  public byte[] bytes() {
    return bytes;
  }

  /** The position of the next byte. */
  public int position() {
    return position;
  }

  /** Skips bytes and returns the position of the first of them. */
  public int skip(int count) {
    position += count;
    return position - count;
  }

  public byte readByte() {
    return bytes[position++];
  }

  public long readLong() {
    return (long) LONGS.get(bytes, skip(Long.BYTES));
  }

  public int readInt() {
    return (int) INTS.get(bytes, skip(Integer.BYTES));
  }

  /** Reads a little-endian integer of at most eight bytes. */
  long readNumber(int count, boolean signed) {
    switch (count) {
      case Long.BYTES -> {
        return readLong();
      }
      case Integer.BYTES -> {
        int value = readInt();
        return signed ? value : value & 0xFFFF_FFFFL;
      }
      default -> {
        long value = 0;
        int shift = 0;
        for (; shift < count * Byte.SIZE; shift += Byte.SIZE) {
          value |= (readByte() & 0xFFL) << shift;
        }
        int unused = Long.SIZE - shift;
        return signed ? value << unused >> unused : value;
      }
    }
  }

  public int readVarInt() {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = readByte();
      value |= (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  /** Reads bytes in reverse order: big endian, as BigInteger expects them. */
  byte[] readReversed(int count) {
    byte[] reversed = new byte[count];
    for (int i = count - 1; i >= 0; i--) {
      reversed[i] = readByte();
    }
    return reversed;
  }

  void moveBytes(int count, RowBuffer out) {
    out.writeRaw(bytes, skip(count), count);
  }

  void moveCounted(RowBuffer out) {
    int count = readVarInt();
    out.writeVarInt(count);
    moveBytes(count, out);
  }

  /** Reads a length and so many bytes. */
  public byte[] readCounted() {
    return readBytes(readVarInt());
  }

  byte[] readBytes(int count) {
    int start = skip(count);
    return Arrays.copyOfRange(bytes, start, start + count);
  }
}
