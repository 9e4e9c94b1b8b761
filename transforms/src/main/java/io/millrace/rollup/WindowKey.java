package io.millrace.rollup;

import java.nio.ByteBuffer;

/**
 * The key of the state of fixed and sliding windows: a window and a shard of its groups. Roll-ups
 * with equal windows share a key. Times are in milliseconds since the epoch, UTC.
 *
 * @param start the start of the window, inclusive
 * @param end the end of the window, exclusive
 * @param earlyMillis the interval between results of the open window; 0: no early results
 * @param shard the shard of the groups
 */
record WindowKey(long start, long end, long earlyMillis, int shard) {
  private static final int BYTES = 3 * Long.BYTES + Integer.BYTES;

  byte[] toBytes() {
    return ByteBuffer.allocate(BYTES)
        .putLong(start)
        .putLong(end)
        .putLong(earlyMillis)
        .putInt(shard)
        .array();
  }

  static WindowKey of(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new WindowKey(in.getLong(), in.getLong(), in.getLong(), in.getInt());
  }
}
