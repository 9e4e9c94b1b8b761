package io.millrace.kafka.read;

import java.io.Serializable;
import java.time.DateTimeException;
import java.time.Instant;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Where reading of a partition begins at the first start of a job. Later starts continue from the
 * job's checkpoint.
 *
 * @param kind the kind
 * @param instant reading begins at the first record at or after it; null for other kinds
 */
public record StartFrom(Kind kind, @Nullable Instant instant) implements Serializable {
  /** The kinds of beginnings. */
  public enum Kind {
    /** The first record in the log. */
    EARLIEST,
    /** After the last record in the log. */
    LATEST,
    /** The offset that the consumer group has committed; without one, as the earliest. */
    COMMITTED,
    /** A time. */
    INSTANT
  }

  public static final StartFrom EARLIEST = new StartFrom(Kind.EARLIEST, null);

  /**
   * Parses a flag's value.
   *
   * @throws IllegalArgumentException in one line, if it is invalid
   */
  public static StartFrom parse(String text) {
    return switch (text) {
      case "earliest" -> EARLIEST;
      case "latest" -> new StartFrom(Kind.LATEST, null);
      case "committed" -> new StartFrom(Kind.COMMITTED, null);
      default -> new StartFrom(Kind.INSTANT, instant(text));
    };
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "expected earliest, latest, committed, or an instant such as 2026-03-01T10:00:00Z;"
              + " found `"
              + text
              + "`",
          e);
    }
  }

  @Override
  public String toString() {
    return switch (kind) {
      case EARLIEST -> "earliest";
      case LATEST -> "latest";
      case COMMITTED -> "committed";
      case INSTANT -> String.valueOf(instant);
    };
  }
}
