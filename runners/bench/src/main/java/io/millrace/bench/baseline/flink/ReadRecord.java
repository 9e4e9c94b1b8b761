package io.millrace.bench.baseline.flink;

import io.millrace.bench.baseline.RowBytes;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Reads a record and adds its partition's watermark. Flink's watermark is the minimum of all
 * partitions and is emitted periodically, so lateness would depend on the job's speed. With the
 * partition's watermark it is deterministic.
 */
final class ReadRecord implements KafkaRecordDeserializationSchema<KafkaEvent> {
  private static final long serialVersionUID = 1L;
  private static final byte[] NO_HEADERS = {0};

  private final long outOfOrdernessMillis;
  private transient Map<Integer, Long> watermarks;

  ReadRecord(long outOfOrdernessMillis) {
    this.outOfOrdernessMillis = outOfOrdernessMillis;
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<KafkaEvent> out) {
    if (watermarks == null) {
      watermarks = new HashMap<>();
    }
    long before = watermarks.getOrDefault(record.partition(), Long.MIN_VALUE);
    long after = record.timestamp() - outOfOrdernessMillis;
    if (after > before) {
      watermarks.put(record.partition(), after);
    }
    KafkaEvent event = new KafkaEvent();
    event.topic = record.topic();
    event.partition = record.partition();
    event.offset = record.offset();
    event.key = record.key();
    event.value = record.value();
    event.headers = headers(record);
    event.recordTime = record.timestamp();
    event.watermark = before;
    out.collect(event);
  }

  private static byte[] headers(ConsumerRecord<byte[], byte[]> record) {
    Header[] all = record.headers().toArray();
    if (all.length == 0) {
      return NO_HEADERS;
    }
    RowBytes map = new RowBytes(64);
    map.writeVarInt(all.length);
    for (Header header : all) {
      map.writeString(header.key());
      map.writeString(header.value() == null ? new byte[0] : header.value());
    }
    return map.toByteArray();
  }

  @Override
  public TypeInformation<KafkaEvent> getProducedType() {
    return TypeInformation.of(KafkaEvent.class);
  }
}
