package io.millrace.file;

import java.io.Serializable;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/**
 * The watermark of a file, whose lines are read in their order. It is set by the times of the lines
 * read so far and by nothing else, so it is the same whenever the file is read again. Immutable;
 * all times are milliseconds since the epoch, UTC.
 *
 * <p>A time counts once two lines with different times have reached it: the watermark is the
 * greatest such time, less the out-of-orderness. So one line with a wrong clock, or that line and
 * its repeats, moves nothing. In a file in order this costs the distance of one line.
 *
 * @param millis the watermark; {@link #UNKNOWN} until there is one
 * @param greatest the greatest time read, whether it counts yet or not
 */
record FileWatermark(long millis, long greatest) implements Serializable {
  /** No watermark: nothing can be late. */
  static final long UNKNOWN = BoundedWindow.TIMESTAMP_MIN_VALUE.getMillis();

  /** The watermark of a file of which nothing has been read. */
  static final FileWatermark NONE = new FileWatermark(UNKNOWN, UNKNOWN);

  /**
   * The watermark after one line more. Never goes back.
   *
   * @param time the line's time; must not be ahead of the reader's clock
   */
  FileWatermark after(long time, long outOfOrdernessMillis) {
    if (time == greatest) {
      return this;
    }
    long reachedByTwo = Math.min(time, greatest);
    return new FileWatermark(
        Math.max(millis, reachedByTwo - outOfOrdernessMillis), Math.max(greatest, time));
  }
}
