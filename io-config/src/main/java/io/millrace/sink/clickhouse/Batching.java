package io.millrace.sink.clickhouse;

import java.io.Serializable;
import java.time.Duration;

/**
 * When a batch is full: at the first of three limits.
 *
 * @param mode where rows wait for their batch
 * @param maxRows most rows in an INSERT
 * @param maxBytes most bytes of encoded rows in an INSERT; one block more may come on top
 * @param maxAge longest wait of a row for its batch, by the worker's clock; only for {@link
 *     Mode#STATE}
 */
public record Batching(Mode mode, int maxRows, int maxBytes, Duration maxAge)
    implements Serializable {

  /** Where rows wait for their batch. */
  public enum Mode {
    /** In the runner's state, over many bundles: for runners whose bundles are small. */
    STATE,
    /** In the bundle: its end ends the batch. For runners that are told how large a bundle is. */
    BUNDLE
  }

  /** Over many bundles, 50 000 rows, 32 MiB or two seconds. */
  public static final Batching DEFAULT =
      new Batching(Mode.STATE, 50_000, 32 << 20, Duration.ofSeconds(2));

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
  }

  /** The same limits, waiting elsewhere. */
  public Batching withMode(Mode other) {
    return new Batching(other, maxRows, maxBytes, maxAge);
  }

  /** The same with another number of rows. */
  public Batching withMaxRows(int rows) {
    return new Batching(mode, rows, maxBytes, maxAge);
  }

  /** The same with another age. */
  public Batching withMaxAge(Duration age) {
    return new Batching(mode, maxRows, maxBytes, age);
  }

  /** Most rows in one block: a block must not fill a batch by itself unless data is plentiful. */
  int blockRows() {
    return mode == Mode.BUNDLE ? maxRows : Math.max(1, maxRows / 4);
  }

  /** Most bytes in one block. */
  int blockBytes() {
    return mode == Mode.BUNDLE ? maxBytes : Math.max(1024, maxBytes / 4);
  }
}
