package io.millrace.event;

import org.apache.beam.sdk.values.Row;
import org.joda.time.Instant;

/**
 * A decoded, valid event.
 *
 * @param values the values, in the order of the contract's row
 * @param identityHigh upper half of the 128-bit hash of the identity
 * @param identityLow lower half of it
 * @param eventTimeMillis when the event happened, milliseconds since the epoch, UTC
 * @param origin the record it was decoded from
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

  /** The values as a row. */
  public Row row() {
    return values.row();
  }

  /** The same event with other values. */
  public Event withValues(RowValues other) {
    return new Event(other, identityHigh, identityLow, eventTimeMillis, origin);
  }

  /** The same event, decoded from a record of the same bytes. */
  public Event withOrigin(SourceRecord other) {
    return new Event(values, identityHigh, identityLow, eventTimeMillis, other);
  }

  /**
   * The timestamp of the element that holds the event: the event's time or, if the watermark had
   * passed that when the event arrived, the watermark. An element behind the watermark would not
   * hold it; it could pass the end of the event's bucket while the event is on its way there.
   */
  public Instant timestamp() {
    return Instant.ofEpochMilli(Math.max(eventTimeMillis, origin.arrivalWatermarkMillis()));
  }
}
