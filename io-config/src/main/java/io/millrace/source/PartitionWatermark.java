package io.millrace.source;

import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/**
 * The watermark of one Kafka partition: the greatest record time read so far, less the allowed
 * out-of-orderness. A record time ahead of the reader's clock counts as now. Each record arrives at
 * the watermark that the records before it have set; downstream judges lateness by it.
 *
 * <p>The first {@link #WARM_UP_RECORDS} records are read before the log's clock is trusted: one
 * record says little about how the log is ordered, and a handful of old events in a fresh log is a
 * sample, not a late flood. How many of them were read is kept in the watermark itself, as
 * milliseconds after Beam's least timestamp, because that is all that a reader remembers of a
 * partition when it resumes.
 *
 * <p>All times in milliseconds since the epoch, UTC. Not thread-safe. State: one number.
 */
final class PartitionWatermark {
  /** How many records of a log are read before it has a watermark. */
  static final int WARM_UP_RECORDS = 250;

  /** The watermark of a log of which nothing has been read. */
  static final long UNKNOWN = BoundedWindow.TIMESTAMP_MIN_VALUE.getMillis();

  private static final long KNOWN = UNKNOWN + WARM_UP_RECORDS;

  private final long outOfOrdernessMillis;
  private long watermark;

  /**
   * Goes on from where a reader was.
   *
   * @param watermark as {@link #millis} gave it, or {@link #UNKNOWN}
   */
  PartitionWatermark(long outOfOrdernessMillis, long watermark) {
    this.outOfOrdernessMillis = outOfOrdernessMillis;
    this.watermark = Math.max(UNKNOWN, watermark);
  }

  long millis() {
    return watermark;
  }

  /**
   * Takes note of a record.
   *
   * @param nowMillis the reader's clock when it read the record
   * @return the watermark that the record arrives at
   */
  long arrive(long recordTimeMillis, long nowMillis) {
    long arrival = watermark;
    if (watermark < KNOWN) {
      watermark++;
    } else {
      advanceTo(Math.min(recordTimeMillis, nowMillis));
    }
    return arrival;
  }

  /**
   * Takes note of the first record after one that was read long ago and whose watermark has been
   * forgotten: it cannot have been far from this record's own.
   */
  void resumeAt(long recordTimeMillis, long nowMillis) {
    advanceTo(Math.min(recordTimeMillis, nowMillis));
  }

  /** Takes note that there is nothing to read: the log's clock is the reader's. */
  void idle(long nowMillis) {
    advanceTo(nowMillis);
  }

  private void advanceTo(long clockMillis) {
    watermark = Math.max(watermark, clockMillis - outOfOrdernessMillis);
  }
}
