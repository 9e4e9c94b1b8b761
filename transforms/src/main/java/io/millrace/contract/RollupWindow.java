package io.millrace.contract;

import java.io.Serializable;
import java.time.Duration;

/**
 * The event-time windows of a roll-up. Fixed and sliding windows start at multiples of their period
 * since the epoch (UTC).
 *
 * @param kind the kind of window
 * @param size the length of a window; for a session, the gap that ends it
 * @param period the time between two window starts; equals the size for fixed windows, unused for
 *     sessions
 */
public record RollupWindow(Kind kind, Duration size, Duration period) implements Serializable {

  /** The kinds of windows, as Beam defines them. */
  public enum Kind {
    /** Consecutive windows that do not overlap. */
    FIXED,
    /** Overlapping windows, one starting every period. */
    SLIDING,
    /** Windows that end with a gap between the events of a group. */
    SESSION
  }
}
