package io.millrace.clickhouse.client;

import java.io.Serializable;
import java.time.Duration;

/**
 * When a batch is full: at the first of three limits.
 *
 * @param mode where rows wait for their batch
 * @param maxRows most rows in an INSERT
 * @param maxBytes most bytes of an INSERT's rows in memory, the records that they came from among
 *     them; one block more may come on top
 * @param maxAge longest wait of a row for its batch, by the worker's clock; only for {@link
 *     Mode#STATE}
 * @param maxWaitingBytes most bytes, the records that rows came from among them, that wait for a
 *     table which cannot be written; with more, the pipeline waits as a whole
 */
public record Batching(Mode mode, int maxRows, int maxBytes, Duration maxAge, long maxWaitingBytes)
    implements Serializable {

  /** Where rows wait for their batch. */
  public enum Mode {
    /** In the runner's state, over many bundles: for runners whose bundles are small. */
    STATE,
    /** In the bundle: its end ends the batch. For runners that are told how large a bundle is. */
    BUNDLE
  }

  /**
   * Small enough for a core's own cache and for the garbage collector's ordinary care: G1 treats
   * arrays of half a region, 512 KiB in a heap of 2 GB, each as an affair of its own.
   */
  private static final int BUNDLE_BLOCK_BYTES = 256 << 10;

  /** Over many bundles, 50 000 rows, 64 MiB or two seconds; 64 MiB of a table may wait. */
  public static final Batching DEFAULT =
      new Batching(Mode.STATE, 50_000, 64 << 20, Duration.ofSeconds(2), 64L << 20);

  /** Checks the limits. */
  public Batching {
    if (maxRows < 1) {
      throw new IllegalArgumentException("batch rows: expected at least 1, found " + maxRows);
    }
    if (maxBytes < 1024) {
      throw new IllegalArgumentException("batch bytes: expected at least 1024, found " + maxBytes);
    }
    if (maxAge.toMillis() < 1) {
      throw new IllegalArgumentException("batch age: expected at least 1ms, found " + maxAge);
    }
    if (maxWaitingBytes < 1) {
      throw new IllegalArgumentException(
          "waiting bytes: expected at least 1, found " + maxWaitingBytes);
    }
  }

  /** The same limits, waiting elsewhere. */
  public Batching withMode(Mode other) {
    return new Batching(other, maxRows, maxBytes, maxAge, maxWaitingBytes);
  }

  /** The same with another number of rows. */
  public Batching withMaxRows(int rows) {
    return new Batching(mode, rows, maxBytes, maxAge, maxWaitingBytes);
  }

  /** The same with another number of bytes. */
  public Batching withMaxBytes(int bytes) {
    return new Batching(mode, maxRows, bytes, maxAge, maxWaitingBytes);
  }

  /** The same with another age. */
  public Batching withMaxAge(Duration age) {
    return new Batching(mode, maxRows, maxBytes, age, maxWaitingBytes);
  }

  /** The same with another limit of what may wait. */
  public Batching withMaxWaitingBytes(long bytes) {
    return new Batching(mode, maxRows, maxBytes, maxAge, bytes);
  }

  /** Most rows in one block: a block must not fill a batch by itself unless data is plentiful. */
  public int blockRows() {
    return mode == Mode.BUNDLE ? maxRows : Math.max(1, maxRows / 4);
  }

  /** Most bytes in one block, with the records that its rows came from. */
  public int blockBytes() {
    return mode == Mode.BUNDLE
        ? Math.min(maxBytes, BUNDLE_BLOCK_BYTES)
        : Math.max(1024, maxBytes / 4);
  }
}
