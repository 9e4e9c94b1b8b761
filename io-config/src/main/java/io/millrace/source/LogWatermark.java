package io.millrace.source;

import java.io.Serializable;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/**
 * The watermark of a log, which is read in one order: a Kafka partition or a file. It is set by the
 * times of the records read so far and by nothing else, so it is the same whenever the log is read
 * again. Immutable; all times are milliseconds since the epoch, UTC.
 *
 * <p>A time counts once two records with different times have reached it: the watermark is the
 * greatest such time, less the out-of-orderness. So one record with a wrong clock, or that record
 * and its repeats, moves nothing. In a log in order this costs the distance of one record.
 *
 * @param millis the watermark; {@link #UNKNOWN} until there is one
 * @param greatest the greatest time read, whether it counts yet or not
 */
record LogWatermark(long millis, long greatest) implements Serializable {
  /** No watermark: nothing can be late. */
  static final long UNKNOWN = BoundedWindow.TIMESTAMP_MIN_VALUE.getMillis();

  /** The watermark of a log of which nothing has been read. */
  static final LogWatermark NONE = new LogWatermark(UNKNOWN, UNKNOWN);

  /**
   * The watermark after one record more. Never goes back.
   *
   * @param time the record's time; must not be ahead of the reader's clock
   */
  LogWatermark after(long time, long outOfOrdernessMillis) {
    if (time == greatest) {
      return this;
    }
    long reachedByTwo = Math.min(time, greatest);
    return new LogWatermark(
        Math.max(millis, reachedByTwo - outOfOrdernessMillis), Math.max(greatest, time));
  }
}
