package io.millrace.clickhouse.encoding;

import io.millrace.event.RowBuffer;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jpountz.xxhash.StreamingXXHash64;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Encoded rows of one table, each with its event time and original record. Immutable.
 *
 * <p>A new block references the records, because their bytes are rarely needed. A serialized block
 * is {@link #packed()} into three byte arrays, so that state, which may be copied for every bundle,
 * is cheap to copy. A block of {@link BlockBuffers} is packed, too, and may be {@link #release}d.
 */
public final class RowBlock {
  /** Index entry of a row: end of the row, end of its origin, event time. */
  public static final int INDEX_BYTES = Integer.BYTES + Integer.BYTES + Long.BYTES;

  /** Approximate overhead of a record in memory. */
  private static final long RECORD_BYTES = 64;

  private static final int MOST_ORIGIN_BYTES = Integer.MAX_VALUE - 8;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final byte[] NOTHING = {};

  // Not final, so that a released block has nothing that others write to by then.
  private byte[] index;
  private byte[] rows;
  private byte[] origins;
  private BlockBuffers.@Nullable Buffers buffers;

  /** The records, if the block is not packed; null for a row of several records. */
  private final @Nullable SourceRecord @Nullable [] records;

  private final @Nullable BlockBuffers owner;
  private final int rowCount;
  private final int rowBytes;
  private final int originBytes;
  private final long recordBytes;

  /**
   * Creates a block that is not packed.
   *
   * @param index entries written by {@link #appendIndex}
   * @param rows an array with the rows, which nobody changes
   * @param rowBytes the number of its bytes that are rows
   * @param records the record of each row; null for a row of several records
   * @param recordBytes memory of the records
   */
  RowBlock(
      byte[] index, byte[] rows, int rowBytes, @Nullable SourceRecord[] records, long recordBytes) {
    this(index, rows, rowBytes, NOTHING, 0, records, recordBytes);
  }

  private RowBlock(
      byte[] index,
      byte[] rows,
      int rowBytes,
      byte[] origins,
      int originBytes,
      @Nullable SourceRecord @Nullable [] records,
      long recordBytes) {
    this.index = index;
    this.rows = rows;
    this.origins = origins;
    this.records = records;
    this.recordBytes = recordBytes;
    this.rowCount = index.length / INDEX_BYTES;
    this.rowBytes = rowBytes;
    this.originBytes = originBytes;
    this.owner = null;
  }

  /** Creates a packed block of what buffers hold. It has them until it is released. */
  RowBlock(BlockBuffers.Buffers buffers, BlockBuffers owner) {
    this.index = buffers.index().bytes();
    this.rows = buffers.rows().bytes();
    this.origins = buffers.origins().bytes();
    this.records = null;
    this.recordBytes = 0;
    this.rowCount = buffers.index().size() / INDEX_BYTES;
    this.rowBytes = buffers.rows().size();
    this.originBytes = buffers.origins().size();
    this.buffers = buffers;
    this.owner = owner;
  }

  /**
   * Gives the buffers of the block back, if it has any. Nobody may use it afterwards: it fails.
   * Requires that all its rows have an outcome, and that no part of it is kept.
   */
  public void release() {
    BlockBuffers.Buffers mine = buffers;
    if (owner != null && mine != null) {
      buffers = null;
      index = NOTHING;
      rows = NOTHING;
      origins = NOTHING;
      owner.giveBack(mine);
    }
  }

  /** Creates a block from the arrays of a packed one. */
  public static RowBlock packed(byte[] index, byte[] rows, byte[] origins) {
    return new RowBlock(index, rows, rows.length, origins, origins.length, null, 0);
  }

  /** Receives rows where they are. */
  @FunctionalInterface
  public interface RowVisitor {
    /**
     * Visits a row.
     *
     * @param row its index in the block
     * @param bytes an array with the row, which must not be changed
     * @param start the position of its first byte
     */
    void visit(int row, byte[] bytes, int start);
  }

  /** Receives bytes of rows where they are. */
  @FunctionalInterface
  public interface RangeVisitor {
    /**
     * Visits one or more whole rows.
     *
     * @param bytes an array with the rows, which must not be changed
     * @param from the position of the first byte
     * @param to the position behind the last byte
     */
    void visit(byte[] bytes, int from, int to);
  }

  /** Appends a row's entry to an index. The end of its origin is set by {@link #packed()}. */
  public static void appendIndex(RowBuffer index, int rowEnd, long eventTimeMillis) {
    appendIndex(index, rowEnd, 0, eventTimeMillis);
  }

  static void appendIndex(RowBuffer index, int rowEnd, int originEnd, long eventTimeMillis) {
    index.writeInt(rowEnd);
    index.writeInt(originEnd);
    index.writeLong(eventTimeMillis);
  }

  public static long memoryBytes(@Nullable SourceRecord record) {
    if (record == null) {
      return 0;
    }
    byte[] key = record.key();
    byte[] value = record.value();
    long bytes = RECORD_BYTES + (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
    for (SourceRecord.Header header : record.headers()) {
      bytes += header.name().length() + header.storedValue().length;
    }
    return bytes;
  }

  boolean isPacked() {
    return records == null;
  }

  /** The same block with serialized records. */
  public RowBlock packed() {
    if (records == null) {
      return this;
    }
    byte[] ends = index.clone();
    // The records' own size, because growth by doubling would take four times a large record.
    RowBuffer bytes = new RowBuffer((int) Math.min(recordBytes, MOST_ORIGIN_BYTES));
    for (int row = 0; row < records.length; row++) {
      SourceRecord record = records[row];
      if (record != null) {
        SourceRecordCoder.encode(record, bytes);
      }
      INTS.set(ends, row * INDEX_BYTES + Integer.BYTES, bytes.size());
    }
    return new RowBlock(ends, rows, rowBytes, bytes.bytes(), bytes.size(), null, 0);
  }

  /** The same block, or a copy of it if it is in buffers. */
  public RowBlock withoutBuffers() {
    if (owner == null) {
      return this;
    }
    return packed(
        Arrays.copyOf(index, indexBytes()),
        Arrays.copyOf(rows, rowBytes),
        Arrays.copyOf(origins, originBytes));
  }

  /** Joins blocks in order; packed. */
  public static RowBlock join(Iterable<RowBlock> blocks) {
    List<RowBlock> parts = new ArrayList<>();
    int indexBytes = 0;
    int rowBytes = 0;
    int originBytes = 0;
    for (RowBlock block : blocks) {
      RowBlock part = block.packed();
      parts.add(part);
      indexBytes = Math.addExact(indexBytes, part.indexBytes());
      rowBytes = Math.addExact(rowBytes, part.rowBytes);
      originBytes = Math.addExact(originBytes, part.originBytes);
    }
    if (parts.size() == 1) {
      return parts.get(0);
    }
    RowBlock joined = packed(new byte[indexBytes], new byte[rowBytes], new byte[originBytes]);
    int indexEnd = 0;
    int rowEnd = 0;
    int originEnd = 0;
    for (RowBlock part : parts) {
      System.arraycopy(part.index, 0, joined.index, indexEnd, part.indexBytes());
      joined.moveEnds(indexEnd, indexEnd + part.indexBytes(), rowEnd, originEnd);
      System.arraycopy(part.rows, 0, joined.rows, rowEnd, part.rowBytes);
      System.arraycopy(part.origins, 0, joined.origins, originEnd, part.originBytes);
      indexEnd += part.indexBytes();
      rowEnd += part.rowBytes;
      originEnd += part.originBytes;
    }
    return joined;
  }

  /** A block of the rows in a range; packed. */
  public RowBlock part(int from, int to) {
    if (records != null) {
      return packed().part(from, to);
    }
    if (from == 0 && to == rowCount()) {
      return this;
    }
    int rowStart = end(from - 1, 0);
    int originStart = end(from - 1, Integer.BYTES);
    RowBlock part =
        packed(
            Arrays.copyOfRange(index, from * INDEX_BYTES, to * INDEX_BYTES),
            Arrays.copyOfRange(rows, rowStart, end(to - 1, 0)),
            Arrays.copyOfRange(origins, originStart, end(to - 1, Integer.BYTES)));
    part.moveEnds(0, part.indexBytes(), -rowStart, -originStart);
    return part;
  }

  private void moveEnds(int from, int to, int rowBytes, int originBytes) {
    for (int at = from; at < to; at += INDEX_BYTES) {
      INTS.set(index, at, (int) INTS.get(index, at) + rowBytes);
      INTS.set(index, at + Integer.BYTES, (int) INTS.get(index, at + Integer.BYTES) + originBytes);
    }
  }

  public int rowCount() {
    return rowCount;
  }

  /** Memory of the rows and their records. */
  public long memoryBytes() {
    return (long) indexBytes() + rowBytes + originBytes + recordBytes;
  }

  private int indexBytes() {
    return rowCount * INDEX_BYTES;
  }

  /** Milliseconds since the epoch, UTC. */
  public long eventTimeMillis(int row) {
    return (long) LONGS.get(index, row * INDEX_BYTES + Integer.BYTES + Integer.BYTES);
  }

  /** The record of a row, possibly without its bytes. Cheap even for large records. */
  public SourceRecord originWithoutBytes(int row) {
    if (records != null) {
      return known(records[row]);
    }
    int start = end(row - 1, Integer.BYTES);
    try {
      return SourceRecordCoder.decodeWithoutBytes(origins, start, end(row, Integer.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public SourceRecord origin(int row) {
    if (records != null) {
      return known(records[row]);
    }
    int start = end(row - 1, Integer.BYTES);
    int end = end(row, Integer.BYTES);
    try {
      return SourceRecordCoder.of().decode(new ByteArrayInputStream(origins, start, end - start));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SourceRecord known(@Nullable SourceRecord record) {
    if (record == null) {
      throw new IllegalStateException("a row of several records has no origin");
    }
    return record;
  }

  public int byteCount(int from, int to) {
    return end(to - 1, 0) - end(from - 1, 0);
  }

  public void writeRows(int from, int to, OutputStream out) throws IOException {
    int start = end(from - 1, 0);
    out.write(rows, start, end(to - 1, 0) - start);
  }

  /** Visits the rows in a range, in order. */
  public void forEachRow(int from, int to, RowVisitor visitor) {
    for (int row = from; row < to; row++) {
      visitor.visit(row, rows, end(row - 1, 0));
    }
  }

  /** Visits the rows in a range, all at once. */
  public void visitRange(int from, int to, RangeVisitor visitor) {
    visitor.visit(rows, end(from - 1, 0), end(to - 1, 0));
  }

  public void digestRows(int from, int to, StreamingXXHash64 digest) {
    int start = end(from - 1, 0);
    digest.update(rows, start, end(to - 1, 0) - start);
  }

  /**
   * The three arrays of a packed block, in the order of {@link #packed(byte[], byte[], byte[])}.
   */
  void forEachArray(RangeWriter writer) throws IOException {
    writer.write(index, indexBytes());
    writer.write(rows, rowBytes);
    writer.write(origins, originBytes);
  }

  /** Takes the first bytes of an array. */
  @FunctionalInterface
  interface RangeWriter {
    void write(byte[] bytes, int length) throws IOException;
  }

  private int end(int row, int field) {
    return row < 0 ? 0 : (int) INTS.get(index, row * INDEX_BYTES + field);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof RowBlock that) || rowCount != that.rowCount) {
      return false;
    }
    RowBlock mine = packed();
    RowBlock theirs = that.packed();
    return equal(mine.rows, mine.rowBytes, theirs.rows, theirs.rowBytes)
        && equal(mine.index, mine.indexBytes(), theirs.index, theirs.indexBytes())
        && equal(mine.origins, mine.originBytes, theirs.origins, theirs.originBytes);
  }

  private static boolean equal(byte[] a, int aLength, byte[] b, int bLength) {
    return Arrays.equals(a, 0, aLength, b, 0, bLength);
  }

  @Override
  public int hashCode() {
    return 31 * ByteBuffer.wrap(rows, 0, rowBytes).hashCode() + rowCount;
  }
}
