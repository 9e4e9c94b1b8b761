package io.millrace.testdata.manifest;

import java.util.Locale;

/** How a record that is read must end; every record has exactly one outcome. */
public enum Outcome {
  /** A valid event, the first of its identity. */
  ACCEPTED,
  /** A valid event, the first of its identity, that reports an application error. */
  ERROR,
  /** The same identity as an event sent before. */
  DUPLICATE,
  /** Valid, but its time is past the allowed lateness; also when it was seen before. */
  LATE,
  /** Malformed. */
  DEAD;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The name used in manifests, tables and metrics, for example {@code accepted}. */
  public String label() {
    return label;
  }

  /** The outcome with this label; an unknown label is an {@link IllegalArgumentException}. */
  public static Outcome ofLabel(String label) {
    for (Outcome outcome : values()) {
      if (outcome.label.equals(label)) {
        return outcome;
      }
    }
    throw new IllegalArgumentException("no outcome is called '" + label + "'");
  }
}
