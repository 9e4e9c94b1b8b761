package io.millrace.event;

import java.util.Locale;

/**
 * The outcome of an event. Every event has exactly one: {@code events = accepted + error +
 * duplicate + late + filtered + dead}. A record that cannot be taken apart is one dead event.
 */
public enum Outcome {
  /** The first valid event of its identity; in the normal table. */
  ACCEPTED,
  /** A valid event that reports an application error; in the error table. */
  ERROR,
  /** An event whose identity was seen before; counted and audited. */
  DUPLICATE,
  /** A valid event past the allowed lateness; in the late table. */
  LATE,
  /** A valid event that a filter rule of the contract turned away; counted and audited. */
  FILTERED,
  /** Malformed, invalid or rejected by the sink; a dead letter with the original bytes. */
  DEAD;

  /** In the place of an outcome in the audit: a record that holds no event. */
  public static final String NO_EVENT = "empty";

  /** The name in metrics, tables and output. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
