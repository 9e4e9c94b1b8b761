package io.millrace.kafka.time;

import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/**
 * The watermark of one Kafka partition: its {@link PartitionClock} less the contract's
 * out-of-orderness, or the reader's clock less the same while there is nothing to read. It never
 * goes back.
 *
 * <p>A record arrives at the watermark that the clock makes of the records before it; downstream
 * judges lateness by that. It is never before the watermark that the runner was given earlier, so
 * what a runner has forgotten is late.
 *
 * <p>All times in milliseconds since the epoch, UTC. Not thread-safe. State: one number.
 */
public final class PartitionWatermark {
  /** No watermark, and no reader has been asked for one. */
  static final long NEVER_ASKED = BoundedWindow.TIMESTAMP_MIN_VALUE.getMillis();

  /** No watermark yet. */
  public static final long UNKNOWN = NEVER_ASKED + 1;

  /**
   * Readers of earlier builds noted how many records they had read of a log that had no watermark
   * yet, up to this number. A watermark that is no later is none.
   */
  private static final long LATEST_OF_NONE = NEVER_ASKED + 250;

  private final long outOfOrdernessMillis;
  private long watermark;

  /**
   * Goes on from where a reader was.
   *
   * @param watermark as {@link #millis} gave it, or {@link #NEVER_ASKED}
   */
  public PartitionWatermark(long outOfOrdernessMillis, long watermark) {
    this.outOfOrdernessMillis = outOfOrdernessMillis;
    this.watermark = watermark <= LATEST_OF_NONE ? UNKNOWN : watermark;
  }

  long millis() {
    return watermark;
  }

  /**
   * The watermark at which a record arrives.
   *
   * @param clockMillis the partition's clock then; {@link PartitionClock#UNKNOWN} if there is none
   */
  long at(long clockMillis) {
    return clockMillis == PartitionClock.UNKNOWN
        ? watermark
        : Math.max(watermark, clockMillis - outOfOrdernessMillis);
  }

  /** Takes note of a clock, the partition's or, while there is nothing to read, the reader's. */
  void advanceTo(long clockMillis) {
    watermark = at(clockMillis);
  }
}
