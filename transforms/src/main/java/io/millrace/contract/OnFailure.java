package io.millrace.contract;

/** What becomes of an event for which a column has no value. */
public enum OnFailure {
  /** The column is null; a column of maps or arrays is empty. */
  NULL,
  /** The event is a dead letter ({@code rule_failed}). */
  DEAD
}
