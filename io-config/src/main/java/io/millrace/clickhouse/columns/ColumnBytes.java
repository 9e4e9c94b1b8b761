package io.millrace.clickhouse.columns;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A growing sequence of bytes in chunks of a pool. Not thread-safe. */
final class ColumnBytes {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final byte[] NONE = {};

  private final ChunkPool pool;
  private final List<byte[]> full = new ArrayList<>();
  private byte[] chunk = NONE;
  private int size;

  ColumnBytes(ChunkPool pool) {
    this.pool = pool;
  }

  void writeByte(int value) {
    if (size == chunk.length) {
      next();
    }
    chunk[size++] = (byte) value;
  }

  void writeInt(int value) {
    if (chunk.length - size >= Integer.BYTES) {
      INTS.set(chunk, size, value);
      size += Integer.BYTES;
    } else {
      for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
        writeByte(value >>> shift);
      }
    }
  }

  void writeLong(long value) {
    if (chunk.length - size >= Long.BYTES) {
      LONGS.set(chunk, size, value);
      size += Long.BYTES;
    } else {
      writeInt((int) value);
      writeInt((int) (value >>> Integer.SIZE));
    }
  }

  void writeZeros(int count) {
    for (int i = 0; i < count; i++) {
      writeByte(0);
    }
  }

  void writeRaw(byte[] bytes, int from, int length) {
    int at = from;
    int left = length;
    while (left > 0) {
      if (size == chunk.length) {
        next();
      }
      int count = Math.min(left, chunk.length - size);
      System.arraycopy(bytes, at, chunk, size, count);
      size += count;
      at += count;
      left -= count;
    }
  }

  private void next() {
    if (chunk.length > 0) {
      full.add(chunk);
    }
    chunk = pool.take();
    size = 0;
  }

  void writeTo(OutputStream out) throws IOException {
    for (byte[] each : full) {
      out.write(each);
    }
    out.write(chunk, 0, size);
  }

  /**
   * Writes integers of four bytes as narrower ones. Requires that nothing else was appended.
   *
   * @param width bytes of each, one or two; no integer may need more
   */
  void writeNarrow(int width, OutputStream out) throws IOException {
    byte[] narrow = new byte[ChunkPool.CHUNK_BYTES / Integer.BYTES * width];
    for (byte[] each : full) {
      out.write(narrow, 0, narrow(each, each.length, width, narrow));
    }
    out.write(narrow, 0, narrow(chunk, size, width, narrow));
  }

  private static int narrow(byte[] wide, int size, int width, byte[] narrow) {
    int to = 0;
    for (int from = 0; from < size; from += Integer.BYTES) {
      narrow[to++] = wide[from];
      if (width > 1) {
        narrow[to++] = wide[from + 1];
      }
    }
    return to;
  }

  /** Removes all bytes and gives the chunks back. */
  void clear() {
    full.forEach(pool::giveBack);
    full.clear();
    if (chunk.length > 0) {
      pool.giveBack(chunk);
    }
    chunk = NONE;
    size = 0;
  }
}
