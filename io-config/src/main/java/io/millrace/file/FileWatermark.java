package io.millrace.file;

import java.io.Serializable;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/**
 * The watermark of a file. It depends only on the times of the preceding lines, so it is the same
 * when the file is read again. Immutable. Times are milliseconds since the epoch, UTC.
 *
 * <p>The watermark is the greatest time that two lines with different times have reached, minus the
 * out-of-orderness. So one line with a wrong time, or duplicates of it, does not move the
 * watermark. In an ordered file it lags by one line.
 *
 * @param millis the watermark; {@link #UNKNOWN} until there is one
 * @param greatest the greatest time read
 */
record FileWatermark(long millis, long greatest) implements Serializable {
  /** No watermark; nothing is late. */
  static final long UNKNOWN = BoundedWindow.TIMESTAMP_MIN_VALUE.getMillis();

  static final FileWatermark NONE = new FileWatermark(UNKNOWN, UNKNOWN);

  /**
   * The watermark after another line. Never goes back.
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
