package io.millrace.event;

import io.millrace.text.Escapes;
import io.millrace.text.Utf8;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A growing buffer with the primitives of ClickHouse's RowBinary: little-endian integers, and
 * lengths as variable-length integers. {@link #truncate} removes a row that cannot be encoded.
 */
public final class RowBuffer {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int MAX_VAR_INT_BYTES = 5;
  private static final int MAX_VAR_LONG_BYTES = 10;
  private static final int MAX_UTF8_BYTES = 4;

  private static final int FRESH_BYTES = 1 << 16;

  /** A larger value gets little more room than it needs: doubled, 50 MB would take 100 MB. */
  private static final int LARGE_BYTES = 1 << 20;

  private byte[] bytes;
  private int size;

  public RowBuffer(int capacity) {
    bytes = new byte[capacity];
  }

  public int size() {
    return size;
  }

  /** The number of bytes for which it has room. */
  public int capacity() {
    return bytes.length;
  }

  /** The array that holds the bytes, from its start; only until the next write. */
  public byte[] bytes() {
    return bytes;
  }

  /** The last byte; -1 if there is none. */
  public int last() {
    return size == 0 ? -1 : bytes[size - 1];
  }

  public void clear() {
    size = 0;
  }

  /** Clears it, and frees its memory if it has room for more bytes than these. */
  public void clear(int mostCapacity) {
    if (bytes.length > mostCapacity) {
      bytes = new byte[Math.min(mostCapacity, FRESH_BYTES)];
    }
    size = 0;
  }

  /** Removes the bytes from a position on. */
  public void truncate(int position) {
    size = position;
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  /** Writes all of it to another buffer. */
  public void appendTo(RowBuffer other) {
    other.writeRaw(bytes, 0, size);
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
    ensure(MAX_VAR_INT_BYTES);
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  public void writeVarLong(long value) {
    ensure(MAX_VAR_LONG_BYTES);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** Writes a ClickHouse String: a length and any bytes. */
  public void writeString(byte[] value) {
    writeVarInt(value.length);
    writeRaw(value, 0, value.length);
  }

  /**
   * Writes a ClickHouse String with UTF-8. A lone surrogate becomes a question mark. The text is
   * encoded in place: {@code String.getBytes} is as fast for Latin-1, but several times slower for
   * a text with one character outside of it.
   */
  public void writeString(String value) {
    int chars = value.length();
    ensure(MAX_VAR_INT_BYTES + (long) chars);
    int lengthAt = size;
    // The number of bytes is not known yet; it mostly equals the number of chars.
    int start = lengthAt + varIntBytes(chars);
    int at = start;
    int i = 0;
    byte[] out = bytes;
    while (true) {
      // ASCII is the common case: the compiler can unroll this loop.
      char c = 0;
      while (i < chars && (c = value.charAt(i)) < 0x80) {
        out[at++] = (byte) c;
        i++;
      }
      if (i == chars) {
        break;
      }
      size = at;
      // A growing array keeps only the bytes before `size`.
      ensure(MAX_VAR_INT_BYTES + MAX_UTF8_BYTES + (long) chars - i);
      out = bytes;
      int point = value.codePointAt(i);
      i += Character.charCount(point);
      at = Utf8.writePoint(point, out, at);
    }
    writeLength(lengthAt, start, at - start);
  }

  /** Writes the length of what was written, for which perhaps another number of bytes was left. */
  private void writeLength(int lengthAt, int start, int length) {
    int lengthBytes = varIntBytes(length);
    if (lengthAt + lengthBytes != start) {
      // The buffer has room for the longest length.
      System.arraycopy(bytes, start, bytes, lengthAt + lengthBytes, length);
    }
    size = lengthAt;
    writeVarInt(length);
    size += length;
  }

  private static int varIntBytes(int value) {
    return value == 0 ? 1 : (38 - Integer.numberOfLeadingZeros(value)) / 7;
  }

  public void writeRaw(byte[] value, int offset, int length) {
    ensure(length);
    System.arraycopy(value, offset, bytes, size, length);
    size += length;
  }

  /** Writes a ClickHouse String from a {@link String} or a {@link Utf8Slice}. */
  public void writeText(Object text) {
    if (text instanceof Utf8Slice slice) {
      Escapes escapes = slice.escapes();
      if (escapes != null) {
        writeUnescaped(slice, escapes);
        return;
      }
      writeVarInt(slice.length());
      writeRaw(slice.bytes(), slice.from(), slice.length());
    } else {
      writeString((String) text);
    }
  }

  private void writeUnescaped(Utf8Slice text, Escapes escapes) {
    int sent = text.sentLength();
    ensure(MAX_VAR_INT_BYTES + (long) sent + Escapes.ROOM);
    int lengthAt = size;
    int start = lengthAt + varIntBytes(sent);
    int from = text.sentFrom();
    int end = escapes.remove(text.sent(), from, from + sent, bytes, start);
    if (end < 0) {
      throw new IllegalStateException("a text whose escapes are not valid " + escapes);
    }
    writeLength(lengthAt, start, end - start);
  }

  /** A stream that writes to this buffer. */
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
    // Long arithmetic, because an int overflow would give a negative size.
    long needed = size + more;
    if (needed > bytes.length) {
      if (needed > Integer.MAX_VALUE - 8) {
        throw new OutOfMemoryError("one block has more than 2 GiB of encoded rows");
      }
      boolean large = more > LARGE_BYTES && more > needed / 2;
      long capacity = large ? needed + needed / 8 : Math.max(needed, bytes.length * 2L);
      bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8, capacity));
    }
  }
}
