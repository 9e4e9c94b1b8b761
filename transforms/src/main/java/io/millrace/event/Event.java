package io.millrace.event;

import org.apache.beam.sdk.values.Row;
import org.joda.time.Instant;

/**
 * A decoded, valid event.
 *
 * @param values the values, in the order of the contract's row
 * @param identityHigh the upper half of the 128-bit hash of the identity
 * @param identityLow the lower half of the hash
 * @param eventTimeMillis when the event happened, milliseconds since the epoch, UTC
 * @param origin the record that held the event
 */
public record Event(
    RowValues values,
    long identityHigh,
    long identityLow,
    long eventTimeMillis,
    SourceRecord origin) {

  /** An event with the values of a row. */
  public Event(
      Row row, long identityHigh, long identityLow, long eventTimeMillis, SourceRecord origin) {
    this(RowValues.of(row), identityHigh, identityLow, eventTimeMillis, origin);
  }

  public Row row() {
    return values.row();
  }

  public Event withValues(RowValues other) {
    return new Event(other, identityHigh, identityLow, eventTimeMillis, origin);
  }

  /** A copy whose origin is another record with the same event. */
  public Event withOrigin(SourceRecord other) {
    return new Event(values, identityHigh, identityLow, eventTimeMillis, other);
  }

  /**
   * The timestamp of the event's element: the event time, or the watermark at arrival if that is
   * later. An element behind the watermark does not hold the watermark back. The watermark could
   * then pass the end of the event's bucket before the event gets there.
   */
  public Instant timestamp() {
    return Instant.ofEpochMilli(Math.max(eventTimeMillis, origin.arrivalWatermarkMillis()));
  }
}
