package io.millrace.alert;

/** What the result of one window, or its absence, means for an alert. */
enum Verdict {
  /** Not known yet. */
  UNKNOWN,
  /** The condition holds. */
  MET,
  /** The condition does not hold, and a firing alert goes on. */
  BETWEEN,
  /** The condition does not hold, and a firing alert is resolved. */
  CLEARED
}
