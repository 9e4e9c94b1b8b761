package io.millrace.event;

import java.util.Locale;

/**
 * Where a record that was read ends. Exactly one for each record: {@code read = accepted + error +
 * duplicate + late + dead}.
 */
public enum Outcome {
  /** A valid event, the first of its identity: in the normal table. */
  ACCEPTED,
  /** A valid event that reports an application error: in the error table. */
  ERROR,
  /** An event whose identity was seen before: counted. */
  DUPLICATE,
  /** A valid event past the allowed lateness: in the late table. */
  LATE,
  /** Malformed, invalid or refused by the sink: a dead letter with the original bytes. */
  DEAD;

  /** The name used in metrics, tables and output. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
