package io.millrace.source;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * A Kafka consumer with three differences, for the sake of runners that do much work for each
 * record and each partition.
 *
 * <p>It never waits long for records. A runner that reads several partitions in one step may not
 * let one go on before all have returned (the DirectRunner does not): a partition that waits two
 * seconds for a record that does not come would hold back one that has thousands.
 *
 * <p>If asked to, it hands over the records that it polled from a partition as one {@link
 * RecordPage}.
 *
 * <p>If the broker cannot be asked for the end of a partition, there is much to read, not nothing:
 * else a partition would be taken for idle while its broker is away, its watermark would follow the
 * clock, and what was produced meanwhile would be late when the broker is back.
 */
final class PromptConsumer extends KafkaConsumer<byte[], byte[]> {
  private static final Duration LONGEST_POLL = Duration.ofMillis(20);

  private final int pageRecords;

  /**
   * Opens a consumer.
   *
   * @param pageRecords most records in a page; 1: no pages, each record comes by itself
   */
  PromptConsumer(Map<String, Object> config, int pageRecords) {
    super(pageRecords == 1 ? config : withPollsOf(pageRecords, config));
    this.pageRecords = pageRecords;
  }

  private static Map<String, Object> withPollsOf(int records, Map<String, Object> config) {
    Map<String, Object> changed = new HashMap<>(config);
    changed.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, records);
    return changed;
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    ConsumerRecords<byte[], byte[]> polled =
        super.poll(timeout.compareTo(LONGEST_POLL) > 0 ? LONGEST_POLL : timeout);
    // Nothing polled must stay the very object that the reader knows as nothing.
    return pageRecords == 1 || polled.isEmpty() ? polled : pages(polled);
  }

  private static ConsumerRecords<byte[], byte[]> pages(ConsumerRecords<byte[], byte[]> polled) {
    long now = System.currentTimeMillis();
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> pages = new HashMap<>();
    for (TopicPartition partition : polled.partitions()) {
      pages.put(partition, List.of(RecordPage.pack(polled.records(partition), now)));
    }
    return new ConsumerRecords<>(pages);
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
