package io.millrace.flink.semantics;

import java.io.Serializable;

/**
 * One result of a window of a rollup, as Millrace or Beam gave it. Times in milliseconds since the
 * epoch, UTC.
 *
 * @param from who gave it
 * @param table the rollup
 * @param group the group; empty if the rollup has none
 * @param start of the window
 * @param end of the window, its first instant no more in it
 * @param events how many events it counts
 * @param correction whether it came after the window's first result: Beam's late panes; false of
 *     Millrace's results, which do not say
 * @param merged whether the session that began there is part of another one now: Millrace's results
 *     say so, Beam's do not
 */
record WindowResult(
    From from,
    String table,
    String group,
    long start,
    long end,
    long events,
    boolean correction,
    boolean merged)
    implements Serializable {

  enum From {
    MILLRACE,
    BEAM
  }

  /** What is said of a window in the table at the end. */
  String text() {
    return table + " " + group + " " + start + "-" + end + " " + events;
  }

  /** Whether the windows have an instant in common. */
  boolean overlaps(WindowResult other) {
    return start < other.end && other.start < end;
  }
}
