package io.millrace.kafka;

import io.millrace.kafka.consume.OffsetSpan;

/**
 * Position and record time of a record in the log.
 *
 * @param timeMillis milliseconds since the epoch, UTC; -1 if there is none
 */
public record RecordPosition(String topic, int partition, long offset, long timeMillis) {
  public OffsetSpan span() {
    return new OffsetSpan(topic, partition, offset, offset + 1);
  }
}
