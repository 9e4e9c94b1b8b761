package io.millrace.contract;

import java.io.Serializable;
import java.time.Duration;

/**
 * The windows of event time that a rollup counts in. Fixed and sliding ones begin at multiples of
 * their period since the epoch (UTC).
 *
 * @param kind how windows lie
 * @param size how long a window is; for a session the silence that ends it
 * @param period from one window's start to the next; for a fixed window its size; for a session
 *     without meaning
 */
public record RollupWindow(Kind kind, Duration size, Duration period) implements Serializable {

  /** How windows lie. */
  public enum Kind {
    /** One after the other. */
    FIXED,
    /** One begins every period, and overlaps those before it. */
    SLIDING,
    /** As long as events of a group follow each other before a silence. */
    SESSION
  }
}
