package io.millrace.kafka.time;

import io.millrace.event.LostRange;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaTimestampType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * A {@link LostRange} as a record of Kafka, so that it passes through KafkaIO in its place in the
 * log. Its offset is the last of the range: a reader that has passed it goes on behind the range.
 *
 * <p>It is known by what no broker sends: a record without a kind of time, which has a time. A
 * {@link RecordPage} is known likewise, by another time.
 */
public final class LostRangeRecord {
  private static final long TIME_OF_RANGE = 1;
  private static final int ABSENT = -1;

  private LostRangeRecord() {}

  /** Whether {@link #of} made a record. */
  public static boolean isIn(KafkaRecord<byte[], byte[]> record) {
    return record.getTimestampType() == KafkaTimestampType.NO_TIMESTAMP_TYPE
        && record.getTimestamp() == TIME_OF_RANGE;
  }

  /** A range as a record. */
  public static ConsumerRecord<byte[], byte[]> of(LostRange range) {
    byte[] value =
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(range.firstOffset())
            .putLong(range.detectedAtMillis())
            .array();
    return new ConsumerRecord<>(
        range.topic(),
        range.partition(),
        range.lastOffset(),
        TIME_OF_RANGE,
        TimestampType.NO_TIMESTAMP_TYPE,
        ABSENT,
        value.length,
        null,
        value,
        new RecordHeaders(),
        Optional.empty());
  }

  /** The range in a record that {@link #of} made. */
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
