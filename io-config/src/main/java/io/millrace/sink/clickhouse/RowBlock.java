package io.millrace.sink.clickhouse;

import io.millrace.event.RowBuffer;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import net.jpountz.xxhash.StreamingXXHash64;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Encoded rows of one table with, for each row, its event time and the record it came from. A block
 * is three byte arrays and nothing else, so that moving it through a runner's state, which may copy
 * it for every bundle, is three copies of memory. Immutable.
 */
final class RowBlock {
  /** In the index, for each row: where it ends, where its origin ends, its event time. */
  private static final int INDEX_BYTES = Integer.BYTES + Integer.BYTES + Long.BYTES;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] index;
  private final byte[] rows;
  private final byte[] origins;

  RowBlock(byte[] index, byte[] rows, byte[] origins) {
    this.index = index;
    this.rows = rows;
    this.origins = origins;
  }

  /** Appends one row's entry to an index. */
  static void appendIndex(RowBuffer index, int rowEnd, int originEnd, long eventTimeMillis) {
    index.writeInt(rowEnd);
    index.writeInt(originEnd);
    index.writeLong(eventTimeMillis);
  }

  /** The rows of several blocks, in their order. */
  static RowBlock join(Iterable<RowBlock> blocks) {
    int indexBytes = 0;
    int rowBytes = 0;
    int originBytes = 0;
    for (RowBlock block : blocks) {
      indexBytes = Math.addExact(indexBytes, block.index.length);
      rowBytes = Math.addExact(rowBytes, block.rows.length);
      originBytes = Math.addExact(originBytes, block.origins.length);
    }
    RowBlock joined = new RowBlock(new byte[indexBytes], new byte[rowBytes], new byte[originBytes]);
    int indexEnd = 0;
    int rowEnd = 0;
    int originEnd = 0;
    for (RowBlock block : blocks) {
      System.arraycopy(block.index, 0, joined.index, indexEnd, block.index.length);
      joined.moveEnds(indexEnd, indexEnd + block.index.length, rowEnd, originEnd);
      System.arraycopy(block.rows, 0, joined.rows, rowEnd, block.rows.length);
      System.arraycopy(block.origins, 0, joined.origins, originEnd, block.origins.length);
      indexEnd += block.index.length;
      rowEnd += block.rows.length;
      originEnd += block.origins.length;
    }
    return joined;
  }

  /** The rows from one (inclusive) to another (exclusive), as a block of their own. */
  RowBlock part(int from, int to) {
    if (from == 0 && to == rowCount()) {
      return this;
    }
    int rowStart = end(from - 1, 0);
    int originStart = end(from - 1, Integer.BYTES);
    RowBlock part =
        new RowBlock(
            Arrays.copyOfRange(index, from * INDEX_BYTES, to * INDEX_BYTES),
            Arrays.copyOfRange(rows, rowStart, end(to - 1, 0)),
            Arrays.copyOfRange(origins, originStart, end(to - 1, Integer.BYTES)));
    part.moveEnds(0, part.index.length, -rowStart, -originStart);
    return part;
  }

  private void moveEnds(int from, int to, int rowBytes, int originBytes) {
    for (int at = from; at < to; at += INDEX_BYTES) {
      INTS.set(index, at, (int) INTS.get(index, at) + rowBytes);
      INTS.set(index, at + Integer.BYTES, (int) INTS.get(index, at + Integer.BYTES) + originBytes);
    }
  }

  int rowCount() {
    return index.length / INDEX_BYTES;
  }

  /** What the block takes in memory: its rows and the records that they came from. */
  long memoryBytes() {
    return (long) index.length + rows.length + origins.length;
  }

  /** Milliseconds since the epoch, UTC. */
  long eventTimeMillis(int row) {
    return (long) LONGS.get(index, row * INDEX_BYTES + Integer.BYTES + Integer.BYTES);
  }

  /** The record a row came from, without its bytes: costs little, however large the record is. */
  SourceRecord originWithoutBytes(int row) {
    int start = end(row - 1, Integer.BYTES);
    try {
      return SourceRecordCoder.decodeWithoutBytes(origins, start, end(row, Integer.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The record a row came from. */
  SourceRecord origin(int row) {
    int start = end(row - 1, Integer.BYTES);
    int end = end(row, Integer.BYTES);
    try {
      return SourceRecordCoder.of().decode(new ByteArrayInputStream(origins, start, end - start));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes of the rows from one (inclusive) to another (exclusive). */
  int byteCount(int from, int to) {
    return end(to - 1, 0) - end(from - 1, 0);
  }

  void writeRows(int from, int to, OutputStream out) throws IOException {
    int start = end(from - 1, 0);
    out.write(rows, start, end(to - 1, 0) - start);
  }

  void digestRows(int from, int to, StreamingXXHash64 digest) {
    int start = end(from - 1, 0);
    digest.update(rows, start, end(to - 1, 0) - start);
  }

  byte[] index() {
    return index;
  }

  byte[] rows() {
    return rows;
  }

  byte[] origins() {
    return origins;
  }

  private int end(int row, int field) {
    return row < 0 ? 0 : (int) INTS.get(index, row * INDEX_BYTES + field);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RowBlock that
        && Arrays.equals(index, that.index)
        && Arrays.equals(rows, that.rows)
        && Arrays.equals(origins, that.origins);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(index) + rows.length;
  }
}
