package io.millrace.kafka;

import io.millrace.kafka.consume.OffsetSpan;

/**
 * Where a record is in the log, and the time that the source has for it.
 *
 * @param timeMillis milliseconds since the epoch, UTC; -1: none
 */
public record RecordPosition(String topic, int partition, long offset, long timeMillis) {
  /** The stretch of the log that holds only this record. */
  public OffsetSpan span() {
    return new OffsetSpan(topic, partition, offset, offset + 1);
  }
}
