package io.millrace.kafka.time;

import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/**
 * The watermark of one Kafka partition: its {@link PartitionClock} minus the contract's
 * out-of-orderness. While the partition is idle, it follows the reader's clock instead. It never
 * goes back.
 *
 * <p>A record arrives at the watermark of the records before it, and its lateness is judged by
 * that. The arrival watermark is never before the watermark reported to the runner, so an event
 * whose state was removed is late.
 *
 * <p>Times are milliseconds since the epoch, UTC. Not thread-safe.
 */
public final class PartitionWatermark {
  /** No watermark was reported yet. */
  static final long NEVER_ASKED = BoundedWindow.TIMESTAMP_MIN_VALUE.getMillis();

  /** No watermark yet. */
  public static final long UNKNOWN = NEVER_ASKED + 1;

  /**
   * Readers of earlier versions stored a count of records, up to this number, in place of a
   * watermark. A value up to it is not a watermark.
   */
  private static final long LATEST_OF_NONE = NEVER_ASKED + 250;

  private final long outOfOrdernessMillis;
  private long watermark;

  /**
   * Continues from a reader's watermark.
   *
   * @param watermark as returned by {@link #millis}, or {@link #NEVER_ASKED}
   */
  public PartitionWatermark(long outOfOrdernessMillis, long watermark) {
    this.outOfOrdernessMillis = outOfOrdernessMillis;
    this.watermark = watermark <= LATEST_OF_NONE ? UNKNOWN : watermark;
  }

  long millis() {
    return watermark;
  }

  /**
   * The arrival watermark of a record.
   *
   * @param clockMillis the partition's clock at its arrival; {@link PartitionClock#UNKNOWN} if
   *     there is none
   */
  long at(long clockMillis) {
    return clockMillis == PartitionClock.UNKNOWN
        ? watermark
        : Math.max(watermark, clockMillis - outOfOrdernessMillis);
  }

  /** Advances by the partition's clock or, while the partition is idle, the reader's clock. */
  void advanceTo(long clockMillis) {
    watermark = at(clockMillis);
  }
}
