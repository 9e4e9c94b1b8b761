package io.millrace.contract.compatibility;

import java.util.Locale;

/**
 * How two versions of a contract go together. The words are those of schema registries: a version
 * is backward compatible if it accepts the records of the version before, and forward compatible if
 * the version before accepts its records.
 */
public enum Compatibility {
  /** Each accepts the records of the other. */
  FULL,
  /** The new version accepts the records of the old one: update pipelines before producers. */
  BACKWARD,
  /** The old version accepts the records of the new one: update producers before pipelines. */
  FORWARD,
  /** Neither accepts all records of the other: run both side by side. */
  BREAKING;

  static Compatibility of(boolean backward, boolean forward) {
    if (backward) {
      return forward ? FULL : BACKWARD;
    }
    return forward ? FORWARD : BREAKING;
  }

  /** Whether this holds where the other is demanded. */
  public boolean includes(Compatibility demanded) {
    return this == FULL || this == demanded || demanded == BREAKING;
  }

  /** The name in output. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
