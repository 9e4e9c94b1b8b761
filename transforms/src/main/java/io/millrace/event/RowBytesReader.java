package io.millrace.event;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the bytes that a {@link RowBuffer} wrote. */
final class RowBytesReader {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int MAX_SHIFT = 28;
  private static final int MAX_LONG_SHIFT = 63;

  private final byte[] bytes;
  private final int to;
  private int at;

  RowBytesReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  RowBytesReader(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.to = to;
  }

  byte readByte() throws EOFException {
    require(1);
    return bytes[at++];
  }

  int readInt() throws EOFException {
    require(Integer.BYTES);
    int value = (int) INTS.get(bytes, at);
    at += Integer.BYTES;
    return value;
  }

  long readLong() throws EOFException {
    require(Long.BYTES);
    long value = (long) LONGS.get(bytes, at);
    at += Long.BYTES;
    return value;
  }

  int readVarInt() throws IOException {
    int value = 0;
    for (int shift = 0; shift <= MAX_SHIFT; shift += 7) {
      byte next = readByte();
      value |= (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IOException("expected a 32-bit integer before byte " + at);
  }

  long readVarLong() throws IOException {
    long value = 0;
    for (int shift = 0; shift <= MAX_LONG_SHIFT; shift += 7) {
      byte next = readByte();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IOException("expected a 64-bit integer before byte " + at);
  }

  /** Reads this many bytes of UTF-8. */
  String readString(int length) throws EOFException {
    require(length);
    String text = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length;
    return text;
  }

  /** Reads a length and a text, which shares the reader's array. */
  Utf8Slice readText() throws IOException {
    int length = readVarInt();
    require(length);
    Utf8Slice text = new Utf8Slice(bytes, at, length);
    at += length;
    return text;
  }

  /** Copies this many bytes. */
  byte[] readBytes(int length) throws EOFException {
    require(length);
    byte[] copy = Arrays.copyOfRange(bytes, at, at + length);
    at += length;
    return copy;
  }

  /** The remaining bytes as a stream. */
  InputStream rest() {
    return new ByteArrayInputStream(bytes, at, to - at);
  }

  private void require(int more) throws EOFException {
    if (more < 0 || more > to - at) {
      throw new EOFException("expected " + more + " more bytes, found " + (to - at));
    }
  }
}
