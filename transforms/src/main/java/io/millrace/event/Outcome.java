package io.millrace.event;

import java.util.Locale;

/**
 * The outcome of a record. Every record has exactly one: {@code read = accepted + error + duplicate
 * + late + dead}.
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
  /** Malformed, invalid or rejected by the sink; a dead letter with the original bytes. */
  DEAD;

  /** The name in metrics, tables and output. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
