package io.millrace.alert;

/** The state of an alert for a group. The names in lower case are values of tables and messages. */
enum AlertState {
  INACTIVE,
  /** The condition holds, but not yet for long enough. */
  PENDING,
  FIRING
}
