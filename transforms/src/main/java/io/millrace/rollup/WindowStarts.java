package io.millrace.rollup;

import io.millrace.contract.RollupWindow;

/**
 * The windows of a roll-up that contain an instant, by their starts: {@code first(last(t))}, then
 * every period up to {@code last(t)}. Fixed windows have one. Not for sessions, whose windows
 * depend on other events. All times are in milliseconds since the epoch, UTC.
 *
 * @param sizeMillis the length of a window
 * @param periodMillis the time between two window starts
 */
public record WindowStarts(long sizeMillis, long periodMillis) {
  /** The starts of fixed or sliding windows. */
  public static WindowStarts of(RollupWindow window) {
    return new WindowStarts(window.size().toMillis(), window.period().toMillis());
  }

  /** The start of the latest window that contains an instant. */
  public long last(long time) {
    return Math.floorDiv(time, periodMillis) * periodMillis;
  }

  /**
   * The start of the earliest window that contains an instant.
   *
   * @param last the start of the latest one
   */
  public long first(long last) {
    return last - Math.floorDiv(sizeMillis - 1, periodMillis) * periodMillis;
  }
}
