package io.millrace.rollup;

import java.nio.ByteBuffer;

/**
 * What the state of fixed and sliding windows is kept by: a window, and one of several shards of
 * its groups. Rollups with equal windows share it. Times in milliseconds since the epoch, UTC.
 *
 * @param start of the window
 * @param end of the window, its first instant no more in it
 * @param earlyMillis how often the window gives a result while it is open; 0: never
 * @param shard which part of the groups
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
