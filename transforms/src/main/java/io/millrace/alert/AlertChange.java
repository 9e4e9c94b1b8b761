package io.millrace.alert;

/**
 * A change of an alert's state for a group. Times are numbers of results: multiples of the time
 * between the ends of windows.
 *
 * @param kind what changed
 * @param tick when
 * @param since when the state began that the change begins or ends: for {@link Kind#FIRING} and
 *     {@link Kind#RESOLVED}, since when the alert fires or fired
 */
record AlertChange(Kind kind, long tick, long since) {
  /** The kinds of changes. The names in lower case are values of tables and messages. */
  enum Kind {
    /** Inactive to pending. */
    PENDING,
    /** To firing. */
    FIRING,
    /** Firing to inactive. */
    RESOLVED,
    /** Pending to inactive. */
    INACTIVE
  }

  /** Whether it is the same change as another one, perhaps with another beginning. */
  boolean isSame(AlertChange other) {
    return kind == other.kind && tick == other.tick;
  }
}
