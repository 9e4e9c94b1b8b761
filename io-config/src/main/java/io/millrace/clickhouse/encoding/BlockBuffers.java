package io.millrace.clickhouse.encoding;

import io.millrace.event.RowBuffer;
import java.util.ArrayDeque;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Buffers of blocks whose rows wait for an INSERT in the same bundle. They are used again once the
 * rows are written ({@link RowBlock#release}). So the garbage collector does not move the rows and
 * records of a second from one generation to the next, which cost more than to encode them.
 *
 * <p>Memory: keeps at most the given number of bytes. Each table and subtask has buffers.
 * Thread-safe.
 */
public final class BlockBuffers {
  /** Larger ones are rare, and humongous objects of G1. */
  private static final int MOST_BYTES_OF_ONE = 512 << 10;

  /** Blocks of usual events are smaller. */
  private static final int MOST_BYTES_WHILE_EMPTY = 16 << 20;

  private final ArrayDeque<Buffers> kept = new ArrayDeque<>();
  private final long mostKept;
  private long keptBytes;
  private int indexBytes = 1 << 10;
  private int rowBytes = 16 << 10;
  private int originBytes = 16 << 10;

  /**
   * Creates none yet.
   *
   * @param mostKept most bytes to keep for later blocks
   */
  public BlockBuffers(long mostKept) {
    this.mostKept = mostKept;
  }

  /**
   * The buffers of one block.
   *
   * @param origins the serialized records
   */
  record Buffers(RowBuffer index, RowBuffer rows, RowBuffer origins) {
    /** Clears them, and frees what a usual block does not need. */
    void clear() {
      index.clear();
      rows.clear(MOST_BYTES_WHILE_EMPTY);
      origins.clear(MOST_BYTES_WHILE_EMPTY);
    }

    private long capacity() {
      return (long) index.capacity() + rows.capacity() + origins.capacity();
    }

    private int largest() {
      return Math.max(rows.capacity(), origins.capacity());
    }
  }

  /** Empty buffers; new ones have the size that the latest needed. */
  synchronized Buffers take() {
    @Nullable Buffers buffers = kept.poll();
    if (buffers == null) {
      return new Buffers(
          new RowBuffer(indexBytes), new RowBuffer(rowBytes), new RowBuffer(originBytes));
    }
    keptBytes -= buffers.capacity();
    return buffers;
  }

  /** Takes buffers back that nobody reads any more. */
  synchronized void giveBack(Buffers buffers) {
    long capacity = buffers.capacity();
    if (buffers.largest() > MOST_BYTES_OF_ONE || keptBytes + capacity > mostKept) {
      return;
    }
    indexBytes = buffers.index.capacity();
    rowBytes = buffers.rows.capacity();
    originBytes = buffers.origins.capacity();
    buffers.clear();
    kept.push(buffers);
    keptBytes += capacity;
  }
}
