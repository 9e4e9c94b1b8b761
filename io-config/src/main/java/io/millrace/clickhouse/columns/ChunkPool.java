package io.millrace.clickhouse.columns;

import java.util.ArrayDeque;

/**
 * Arrays that columns grow by, so that a growing column copies nothing and a large batch leaves no
 * large array. Not thread-safe.
 *
 * <p>State: keeps {@link #MOST_KEPT_BYTES} for later batches.
 */
public final class ChunkPool {
  /** Below G1's limit of humongous objects in every heap. */
  static final int CHUNK_BYTES = 64 << 10;

  private static final int MOST_KEPT_BYTES = 48 << 20;

  private final ArrayDeque<byte[]> kept = new ArrayDeque<>();

  byte[] take() {
    byte[] chunk = kept.poll();
    return chunk == null ? new byte[CHUNK_BYTES] : chunk;
  }

  void giveBack(byte[] chunk) {
    if (kept.size() < MOST_KEPT_BYTES / CHUNK_BYTES) {
      kept.push(chunk);
    }
  }
}
