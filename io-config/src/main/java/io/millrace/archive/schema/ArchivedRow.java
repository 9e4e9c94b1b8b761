package io.millrace.archive.schema;

import io.millrace.event.DeadLetter;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One archived row: an event or a dead letter.
 *
 * @param event an event, whose origin has no bytes
 * @param outcome the label of its {@link Outcome}
 */
public record ArchivedRow(@Nullable Event event, @Nullable DeadLetter letter, String outcome) {
  static ArchivedRow of(Event event, String outcome) {
    return new ArchivedRow(event, null, outcome);
  }

  static ArchivedRow of(DeadLetter letter) {
    return new ArchivedRow(null, letter, Outcome.DEAD.label());
  }
}
