package io.millrace.kafka.read;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A consumer that closes without waiting for brokers, also in an interrupted thread. */
record SplitConsumer(Consumer<byte[], byte[]> value) implements AutoCloseable {
  static final Duration LONGEST_CLOSE = Duration.ofSeconds(2);

  /** Opens a consumer; {@code updates} hears what it learns of topics. */
  static SplitConsumer open(ReadSettings settings, int partitions, MetadataUpdates updates) {
    return new SplitConsumer(
        new KafkaConsumer<>(
            settings.consumerConfig(partitions), new ByteArrayDeserializer(), updates));
  }

  /**
   * The offset to continue at, which may be behind offsets without a record.
   *
   * @param records of the last poll
   * @param before the offset before that poll
   */
  static long next(
      Consumer<byte[], byte[]> consumer,
      TopicPartition partition,
      List<ConsumerRecord<byte[], byte[]>> records,
      long before) {
    long after = records.isEmpty() ? before : records.get(records.size() - 1).offset() + 1;
    try {
      return Math.max(after, consumer.position(partition, Duration.ZERO));
    } catch (RetriableException e) {
      return after;
    }
  }

  @Override
  public void close() {
    // An interrupted thread could not close it.
    boolean unused = Thread.interrupted();
    value.close(LONGEST_CLOSE);
  }
}
