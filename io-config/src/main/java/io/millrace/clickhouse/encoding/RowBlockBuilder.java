package io.millrace.clickhouse.encoding;

import io.millrace.event.RowBuffer;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Builds blocks of encoded rows. A failed row leaves no bytes behind. */
public final class RowBlockBuilder {
  private static final int INITIAL_BYTES = 1 << 16;

  /** A larger buffer that is full is not copied. */
  private static final int LARGE_BYTES = 1 << 20;

  private final @Nullable BlockBuffers pool;
  private BlockBuffers.Buffers buffers;

  /** The records, if they are not serialized; null for a row of several records. */
  private final List<@Nullable SourceRecord> origins = new ArrayList<>();

  private int rowCount;
  private long originBytes;
  private long firstTimeMillis;

  /** Builds blocks that own their rows. */
  public RowBlockBuilder() {
    pool = null;
    buffers = ownBuffers();
  }

  private static BlockBuffers.Buffers ownBuffers() {
    return new BlockBuffers.Buffers(
        new RowBuffer(INITIAL_BYTES / 16), new RowBuffer(INITIAL_BYTES), new RowBuffer(0));
  }

  /** Builds blocks in buffers, for a receiver that releases them. */
  public RowBlockBuilder(BlockBuffers pool) {
    this.pool = pool;
    buffers = pool.take();
  }

  @FunctionalInterface
  public interface RowWriter<T> {
    void write(T value, RowBuffer out) throws InvalidRowException;
  }

  /**
   * Adds one row.
   *
   * @param origin the original record; null for a row of several records
   * @throws InvalidRowException if the table cannot hold it; the builder is unchanged
   */
  public <T> void add(
      T value, RowWriter<T> writer, long eventTimeMillis, @Nullable SourceRecord origin)
      throws InvalidRowException {
    RowBuffer rows = buffers.rows();
    int start = rows.size();
    boolean whole = false;
    try {
      writer.write(value, rows);
      whole = true;
    } finally {
      if (!whole) {
        rows.truncate(start);
      }
    }
    added(origin, eventTimeMillis);
  }

  private void added(@Nullable SourceRecord origin, long eventTimeMillis) {
    if (rowCount == 0) {
      firstTimeMillis = eventTimeMillis;
    }
    RowBuffer serialized = buffers.origins();
    if (pool == null) {
      origins.add(origin);
      originBytes += RowBlock.memoryBytes(origin);
    } else if (origin != null) {
      SourceRecordCoder.encode(origin, serialized);
    }
    RowBlock.appendIndex(
        buffers.index(), buffers.rows().size(), serialized.size(), eventTimeMillis);
    rowCount++;
  }

  /** Time of the first row, milliseconds since the epoch, UTC. Requires a row. */
  public long firstTimeMillis() {
    return firstTimeMillis;
  }

  /** Adds one row that is always valid and needs no origin. */
  public void addWithoutOrigin(long timeMillis, Consumer<RowBuffer> writer) {
    writer.accept(buffers.rows());
    added(null, timeMillis);
  }

  public int rowCount() {
    return rowCount;
  }

  /** Memory of the rows and their records. */
  public long memoryBytes() {
    return (long) buffers.index().size()
        + buffers.rows().size()
        + buffers.origins().size()
        + originBytes;
  }

  /** Builds a block and clears the builder. */
  public RowBlock build() {
    RowBlock block;
    if (pool == null) {
      RowBuffer rows = buffers.rows();
      int capacity = rows.capacity();
      boolean isFull = capacity > LARGE_BYTES && rows.size() > capacity - capacity / 8;
      block =
          new RowBlock(
              buffers.index().toByteArray(),
              isFull ? rows.bytes() : rows.toByteArray(),
              rows.size(),
              origins.toArray(new @Nullable SourceRecord[0]),
              originBytes);
      if (isFull) {
        buffers = ownBuffers();
      }
    } else {
      block = new RowBlock(buffers, pool);
      buffers = pool.take();
    }
    clear();
    return block;
  }

  public void clear() {
    buffers.clear();
    origins.clear();
    rowCount = 0;
    originBytes = 0;
  }
}
