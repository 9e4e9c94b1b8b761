package io.millrace.source;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * A Kafka consumer with two differences, both for the sake of partitions that are idle.
 *
 * <p>It never waits long for records. A runner that reads several partitions in one step may not
 * let one go on before all have returned (the DirectRunner does not): a partition that waits two
 * seconds for a record that does not come would hold back one that has thousands.
 *
 * <p>If the broker cannot be asked for the end of a partition, there is much to read, not nothing:
 * else a partition would be taken for idle while its broker is away, its watermark would follow the
 * clock, and what was produced meanwhile would be late when the broker is back.
 */
final class PromptConsumer extends KafkaConsumer<byte[], byte[]> {
  private static final Duration LONGEST_POLL = Duration.ofMillis(20);

  PromptConsumer(Map<String, Object> config) {
    super(config);
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    return super.poll(timeout.compareTo(LONGEST_POLL) > 0 ? LONGEST_POLL : timeout);
  }

  @Override
  public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
    try {
      return super.endOffsets(partitions);
    } catch (KafkaException e) {
      Map<TopicPartition, Long> unknown = new HashMap<>();
      partitions.forEach(partition -> unknown.put(partition, Long.MAX_VALUE));
      return unknown;
    }
  }
}
