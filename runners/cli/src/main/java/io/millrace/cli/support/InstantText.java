package io.millrace.cli.support;

import java.time.Instant;
import java.time.format.DateTimeParseException;

/** Reads the times that flags hold. */
public final class InstantText {
  private InstantText() {}

  /**
   * Reads a time in ISO 8601 with a zone.
   *
   * @throws IllegalArgumentException if it is none; the message says what was expected
   */
  public static Instant parse(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "expected an instant such as 2026-03-01T10:00:00Z, found `" + text + "`", e);
    }
  }
}
