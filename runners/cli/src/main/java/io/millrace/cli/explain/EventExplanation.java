package io.millrace.cli.explain;

import io.millrace.enrich.EventEnricher;
import io.millrace.event.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What becomes of one event of a sample.
 *
 * @param record the number of its record in the sample, from 1
 * @param element its number in a record that may hold many events, from 0; -1: the record is the
 *     event, or could not be taken apart
 * @param outcome the outcome; null: the record holds no event
 * @param reason why, for an outcome without a row: the code of a dead letter, the name of the rule
 *     that filtered the event, or where the event was before
 * @param message what was wrong; empty for a valid event
 * @param eventTime when the event happened, UTC; null for an event without a row
 * @param lateFrom from this watermark on, the event would be late; null for an event without a row
 * @param table the table that gets the row; empty: none
 * @param row the row's columns and values, as in JSON
 * @param windows the windows of roll-ups that the event counts in
 * @param added the columns that the event got after it was decoded
 * @param redacted the redaction rules that were applied, in a few words each
 */
public record EventExplanation(
    long record,
    int element,
    @Nullable Outcome outcome,
    String reason,
    String message,
    @Nullable Instant eventTime,
    @Nullable Instant lateFrom,
    String table,
    Map<String, Object> row,
    List<CountedWindow> windows,
    List<EventEnricher.Addition> added,
    List<String> redacted) {

  /**
   * A window that an event counts in.
   *
   * @param end the first instant after it; null for a session, which grows with its events
   */
  public record CountedWindow(
      String table, Instant start, @Nullable Instant end, Map<String, Object> group) {}

  /** The outcome as output and tests of contracts name it. */
  public String outcomeName() {
    return outcome == null ? Outcome.NO_EVENT : outcome.label();
  }

  /** The outcome and its reason in one line, without the row. */
  public String describe() {
    if (outcome == null) {
      return "no event";
    }
    return outcome.label()
        + switch (outcome) {
          case DEAD -> ", " + reason + ": " + message;
          case FILTERED -> " by the rule " + reason;
          case DUPLICATE -> " of " + reason;
          case ACCEPTED, ERROR, LATE -> "";
        };
  }

  /** An event without a row. */
  public static EventExplanation without(
      long record, int element, @Nullable Outcome outcome, String reason, String message) {
    return new EventExplanation(
        record, element, outcome, reason, message, null, null, "", Map.of(), List.of(), List.of(),
        List.of());
  }

  /** Where the event is in the sample: {@code record 3}, {@code record 3, event 0}. */
  public String place() {
    return "record " + record + (element < 0 ? "" : ", event " + element);
  }
}
