package io.millrace.clickhouse.client;

import java.io.Serializable;
import java.time.Duration;

/**
 * Limits of a batch; the first one reached ends it.
 *
 * @param mode where rows are batched
 * @param maxRows most rows of an INSERT
 * @param maxBytes most bytes of an INSERT in memory, including the original records; may be
 *     exceeded by one block. In {@link Mode#BUNDLE}, {@link #bundleBytes}
 * @param maxAge longest wait of a row, by the worker's clock; only for {@link Mode#STATE}
 * @param maxWaitingBytes most bytes, including the original records, that wait for a table; above
 *     it the whole pipeline blocks
 */
public record Batching(Mode mode, int maxRows, int maxBytes, Duration maxAge, long maxWaitingBytes)
    implements Serializable {

  /** Where rows are batched. */
  public enum Mode {
    /** In state, over many bundles: for runners with small bundles. */
    STATE,
    /** In the bundle, whose end ends the batch: for runners with configurable bundle sizes. */
    BUNDLE
  }

  /**
   * Fits a core's cache, and is below G1's limit of humongous objects: half a region, which is 512
   * KiB in a heap of 2 GB.
   */
  private static final int BUNDLE_BLOCK_BYTES = 256 << 10;

  private static final int HEAP_SHARE = 16;

  /** In state, 50 000 rows, 64 MiB or two seconds; 64 MiB may wait for a table. */
  public static final Batching DEFAULT =
      new Batching(Mode.STATE, 50_000, 64 << 20, Duration.ofSeconds(2), 64L << 20);

  public Batching {
    require(maxRows >= 1, "batch rows: expected at least 1, found ", maxRows);
    require(maxBytes >= 1024, "batch bytes: expected at least 1024, found ", maxBytes);
    require(maxAge.toMillis() >= 1, "batch age: expected at least 1ms, found ", maxAge);
    require(maxWaitingBytes >= 1, "waiting bytes: expected at least 1, found ", maxWaitingBytes);
  }

  private static void require(boolean holds, String problem, Object found) {
    if (!holds) {
      throw new IllegalArgumentException(problem + found);
    }
  }

  public Batching withMode(Mode other) {
    return new Batching(other, maxRows, maxBytes, maxAge, maxWaitingBytes);
  }

  /**
   * Most bytes of an INSERT in {@link Mode#BUNDLE}: up to twice {@link #maxBytes} in a large heap.
   * Larger INSERTs make fewer parts, which ClickHouse merges with less work.
   *
   * @param heapBytes the worker's heap, which all tables and subtasks share
   */
  public long bundleBytes(long heapBytes) {
    return Math.max(maxBytes, bufferBytes(heapBytes));
  }

  /** Most bytes of the buffers that {@link Mode#BUNDLE} keeps for the next INSERT. */
  public long bufferBytes(long heapBytes) {
    return Math.min(2L * maxBytes, heapBytes / HEAP_SHARE);
  }

  /** Most rows of a block; less than a batch, unless rows are batched in the bundle. */
  public int blockRows() {
    return mode == Mode.BUNDLE ? maxRows : Math.max(1, maxRows / 4);
  }

  /** Most bytes of a block, including the original records. */
  public int blockBytes() {
    return mode == Mode.BUNDLE
        ? Math.min(maxBytes, BUNDLE_BLOCK_BYTES)
        : Math.max(1024, maxBytes / 4);
  }
}
