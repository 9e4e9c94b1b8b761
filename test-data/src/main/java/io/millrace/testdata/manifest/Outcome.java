package io.millrace.testdata.manifest;

import java.util.Locale;

/** The expected outcome of a record. Every record has exactly one. */
public enum Outcome {
  /** A valid event, the first of its identity. */
  ACCEPTED,
  /** A valid event, the first of its identity, that reports an application error. */
  ERROR,
  /** An event with the identity of an earlier event. */
  DUPLICATE,
  /** A valid event past the allowed lateness; also if it was seen before. */
  LATE,
  /** Malformed. */
  DEAD;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The name in manifests, tables and metrics, such as {@code accepted}. */
  public String label() {
    return label;
  }

  /** The outcome with this label; throws {@link IllegalArgumentException} if there is none. */
  public static Outcome ofLabel(String label) {
    for (Outcome outcome : values()) {
      if (outcome.label.equals(label)) {
        return outcome;
      }
    }
    throw new IllegalArgumentException("unknown outcome '" + label + "'");
  }
}
