package io.millrace.event;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads what a {@link RowBuffer} has written. */
final class RowBytesReader {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int MOST_SHIFT = 28;

  private final byte[] bytes;
  private int at;

  RowBytesReader(byte[] bytes) {
    this.bytes = bytes;
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
    for (int shift = 0; shift <= MOST_SHIFT; shift += 7) {
      byte next = readByte();
      value |= (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IOException("expected a number of 32 bits at byte " + at);
  }

  /** Bytes after their length, shared with this reader. */
  Utf8Slice readText() throws IOException {
    int length = readVarInt();
    require(length);
    Utf8Slice text = new Utf8Slice(bytes, at, length);
    at += length;
    return text;
  }

  /** The rest, as a stream. */
  InputStream rest() {
    return new ByteArrayInputStream(bytes, at, bytes.length - at);
  }

  private void require(int more) throws EOFException {
    if (more < 0 || more > bytes.length - at) {
      throw new EOFException("expected " + more + " more bytes, found " + (bytes.length - at));
    }
  }
}
