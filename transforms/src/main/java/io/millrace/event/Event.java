package io.millrace.event;

import org.apache.beam.sdk.values.Row;
import org.joda.time.Instant;

/**
 * A decoded, valid event.
 *
 * @param row the values, in the order of the contract's row
 * @param identityHigh upper half of the 128-bit hash of the identity
 * @param identityLow lower half of it
 * @param eventTimeMillis when the event happened, milliseconds since the epoch, UTC
 * @param origin the record it was decoded from
 */
public record Event(
    Row row, long identityHigh, long identityLow, long eventTimeMillis, SourceRecord origin) {

  /** The event's place in event time, as Beam counts it. */
  public Instant timestamp() {
    return Instant.ofEpochMilli(eventTimeMillis);
  }
}
