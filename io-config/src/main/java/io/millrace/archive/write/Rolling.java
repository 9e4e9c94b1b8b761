package io.millrace.archive.write;

import java.io.Serializable;
import java.time.Duration;

/**
 * When rows become a part, and parts a file.
 *
 * @param partBytes most bytes of encoded rows in a part; may be exceeded by one block of rows
 * @param partAge longest wait of a row for its part, by the worker's clock
 * @param fileBytes length from which parts are joined to a file
 * @param fileAge longest wait of a part for its file, by the worker's clock
 * @param shards number of writers of a partition
 * @param maxWaitingBytes most bytes of parts that wait for the file system; above it the pipeline
 *     blocks
 * @param waitsForCheckpoint whether files are written after a checkpoint contains them, by {@link
 *     AwaitCheckpointFn}: on Flink. If not, the runner makes the input of these steps stable
 */
public record Rolling(
    int partBytes,
    Duration partAge,
    long fileBytes,
    Duration fileAge,
    int shards,
    long maxWaitingBytes,
    boolean waitsForCheckpoint)
    implements Serializable {
  /** Most bytes of a block of rows; several make a part. */
  int blockBytes() {
    return Math.max(1, Math.min(MOST_BLOCK_BYTES, partBytes / 4));
  }

  /** Below G1's limit of humongous objects in a heap of 2 GB. */
  private static final int MOST_BLOCK_BYTES = 256 << 10;
}
