package io.millrace.kafka.time;

import io.millrace.event.LostRange;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaTimestampType;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Encodes a {@link LostRange} as a Kafka record, so that it passes through KafkaIO at its position
 * in the log. The record has the range's last offset, so that reading continues after the range.
 *
 * <p>A timestamp with {@code NO_TIMESTAMP_TYPE} marks the record; no broker sends that. A {@link
 * RecordPage} is marked by another timestamp.
 */
public final class LostRangeRecord {
  private static final long TIME_OF_RANGE = 1;

  private LostRangeRecord() {}

  public static boolean isIn(KafkaRecord<byte[], byte[]> record) {
    return record.getTimestampType() == KafkaTimestampType.NO_TIMESTAMP_TYPE
        && record.getTimestamp() == TIME_OF_RANGE;
  }

  public static ConsumerRecord<byte[], byte[]> of(LostRange range) {
    byte[] value =
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(range.firstOffset())
            .putLong(range.detectedAtMillis())
            .array();
    return RecordPage.marked(
        range.topic(),
        range.partition(),
        range.lastOffset(),
        TIME_OF_RANGE,
        value,
        Optional.empty());
  }

  public static LostRange rangeIn(KafkaRecord<byte[], byte[]> record) {
    ByteBuffer value = ByteBuffer.wrap(record.getKV().getValue());
    return new LostRange(
        record.getTopic(),
        record.getPartition(),
        value.getLong(),
        record.getOffset(),
        value.getLong());
  }
}
