package io.millrace.verify;

import java.util.List;

/**
 * The audited records of a range that may hold many events.
 *
 * @param records all records
 * @param empty records that hold no event
 * @param eventsWithoutOutcome events that the other events of their record say there are, but that
 *     have no outcome
 * @param incomplete examples of such records, one line each
 */
public record RecordCounts(
    long records, long empty, long eventsWithoutOutcome, List<String> incomplete) {
  /** The counts where each record is one event. */
  static RecordCounts ofWhole(long records) {
    return new RecordCounts(records, 0, 0, List.of());
  }
}
