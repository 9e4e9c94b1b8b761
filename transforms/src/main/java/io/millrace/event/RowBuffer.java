package io.millrace.event;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Bytes that grow, with the primitives of ClickHouse's RowBinary (little endian, lengths as
 * variable-length integers). A row that turns out impossible is taken back by {@link #truncate}.
 */
public final class RowBuffer {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int MOST_VAR_INT_BYTES = 5;
  private static final int MOST_BYTES_OF_A_POINT = 4;

  private byte[] bytes;
  private int size;

  public RowBuffer(int capacity) {
    bytes = new byte[capacity];
  }

  public int size() {
    return size;
  }

  public void clear() {
    size = 0;
  }

  /** Forgets everything from a position on. */
  public void truncate(int position) {
    size = position;
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  public void writeTo(OutputStream out) throws IOException {
    out.write(bytes, 0, size);
  }

  public void writeByte(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
  }

  public void writeInt(int value) {
    ensure(Integer.BYTES);
    INTS.set(bytes, size, value);
    size += Integer.BYTES;
  }

  public void writeLong(long value) {
    ensure(Long.BYTES);
    LONGS.set(bytes, size, value);
    size += Long.BYTES;
  }

  public void writeVarInt(int value) {
    ensure(MOST_VAR_INT_BYTES);
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** A String of ClickHouse: any bytes, after their length. */
  public void writeString(byte[] value) {
    writeVarInt(value.length);
    writeRaw(value, 0, value.length);
  }

  /**
   * A String of ClickHouse holding UTF-8; half of a surrogate pair becomes a question mark. Encoded
   * in place: {@code String.getBytes} is as fast for Latin-1, and several times slower for a text
   * with a single character beyond it.
   */
  public void writeString(String value) {
    int chars = value.length();
    ensure(MOST_VAR_INT_BYTES + (long) chars);
    int lengthAt = size;
    // The length is that of the bytes, which is not known yet; mostly they are as many as chars.
    int start = lengthAt + varIntBytes(chars);
    int at = start;
    int i = 0;
    byte[] out = bytes;
    while (true) {
      // Nearly all of nearly every text: a loop that the compiler can unroll.
      char c = 0;
      while (i < chars && (c = value.charAt(i)) < 0x80) {
        out[at++] = (byte) c;
        i++;
      }
      if (i == chars) {
        break;
      }
      size = at;
      // What is in front of the size is kept if the array grows.
      ensure(MOST_VAR_INT_BYTES + MOST_BYTES_OF_A_POINT + (long) chars - i);
      out = bytes;
      int point = value.codePointAt(i);
      i += Character.charCount(point);
      at = writePoint(point, out, at);
    }
    int length = at - start;
    int lengthBytes = varIntBytes(length);
    if (lengthAt + lengthBytes != start) {
      // There is room: it was made for the longest length.
      System.arraycopy(bytes, start, bytes, lengthAt + lengthBytes, length);
    }
    size = lengthAt;
    writeVarInt(length);
    size += length;
  }

  /**
   * Writes a code point beyond ASCII as UTF-8 into an array that has room for it; half of a pair
   * becomes a question mark.
   *
   * @return where it ends
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

  private static int varIntBytes(int value) {
    return value == 0 ? 1 : (38 - Integer.numberOfLeadingZeros(value)) / 7;
  }

  public void writeRaw(byte[] value, int offset, int length) {
    ensure(length);
    System.arraycopy(value, offset, bytes, size, length);
    size += length;
  }

  /** A String of ClickHouse from a text: a {@link String} or a {@link Utf8Slice}. */
  public void writeText(Object text) {
    if (text instanceof Utf8Slice slice) {
      writeVarInt(slice.length());
      writeRaw(slice.bytes(), slice.from(), slice.length());
    } else {
      writeString((String) text);
    }
  }

  /** A stream into this buffer: lets a coder write into it without an array in between. */
  public OutputStream stream() {
    return new OutputStream() {
      @Override
      public void write(int value) {
        writeByte(value);
      }

      @Override
      public void write(byte[] from, int offset, int length) {
        writeRaw(from, offset, length);
      }
    };
  }

  private void ensure(long more) {
    // In long arithmetic: an overflow must end in an error, never in a negative size.
    long needed = size + more;
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
