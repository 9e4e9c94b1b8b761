package io.millrace.testdata.sink;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends records to a Kafka topic with their keys, headers, record times and partitions. The
 * producer is idempotent, so retries cause no duplicates beyond those of the manifest.
 */
public final class KafkaRecordSink implements RecordSink {
  private static final int TIMEOUT_MS = 30_000;
  private static final long RETRY_NANOS = 50_000_000;

  private final String topic;
  private final int partitions;
  private final Producer<byte[], byte[]> producer;
  // Set by the producer's thread, thrown by the next call.
  private volatile Exception failure;

  private KafkaRecordSink(String topic, int partitions, Producer<byte[], byte[]> producer) {
    this.topic = topic;
    this.partitions = partitions;
    this.producer = producer;
  }

  /**
   * Connects and creates a missing topic.
   *
   * @param servers {@code host:port}, separated by commas
   * @param newPartitions the number of partitions of a new topic
   * @param settings additional settings of the Kafka clients; they take precedence
   * @throws IllegalStateException if Kafka does not answer within 30 s or returns an error
   */
  public static KafkaRecordSink open(
      String servers, String topic, int newPartitions, Map<String, String> settings) {
    int partitions;
    try (Admin admin = Admin.create(adminSettings(servers, settings))) {
      partitions = partitionsOf(admin, topic, newPartitions);
      awaitLeaders(admin, topic, partitions);
    } catch (ExecutionException e) {
      throw unusable(servers, topic, e.getCause());
    } catch (KafkaException e) {
      throw unusable(servers, topic, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unusable(servers, topic, e);
    }
    ByteArraySerializer bytes = new ByteArraySerializer();
    return new KafkaRecordSink(
        topic, partitions, new KafkaProducer<>(producerSettings(servers, settings), bytes, bytes));
  }

  @Override
  public int partitions() {
    return partitions;
  }

  @Override
  public void send(GeneratedRecord record) throws InterruptedException {
    throwFailure();
    ProducerRecord<byte[], byte[]> toSend =
        new ProducerRecord<>(
            topic, record.partition(), record.recordTimeMillis(), record.key(), record.value());
    record
        .headers()
        .forEach(
            (name, value) -> toSend.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    try {
      // The callback reports failures. Waiting for the future would send records one by one.
      Future<RecordMetadata> unused =
          producer.send(
              toSend,
              (metadata, error) -> {
                if (error != null) {
                  failure = error;
                }
              });
    } catch (InterruptException e) {
      throw interrupted(e);
    }
  }

  @Override
  public void flush() throws InterruptedException {
    try {
      producer.flush();
    } catch (InterruptException e) {
      throw interrupted(e);
    }
    throwFailure();
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }

  private void throwFailure() {
    if (failure != null) {
      throw new IllegalStateException(
          "Cannot send a record to topic " + topic + ": " + failure.getMessage(), failure);
    }
  }

  // Kafka's exception leaves the interrupt flag set; InterruptedException must clear it.
  private static InterruptedException interrupted(InterruptException cause) {
    Thread.interrupted();
    InterruptedException plain = new InterruptedException("interrupted while sending to Kafka");
    plain.initCause(cause);
    return plain;
  }

  private static int partitionsOf(Admin admin, String topic, int newPartitions)
      throws ExecutionException, InterruptedException {
    try {
      return describe(admin, topic);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
        throw e;
      }
    }
    try {
      // The broker's default could replace the record times.
      NewTopic created =
          new NewTopic(topic, Optional.of(newPartitions), Optional.empty())
              .configs(Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime"));
      admin.createTopics(List.of(created)).all().get();
      return newPartitions;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return untilKnown(() -> describe(admin, topic));
      }
      throw e;
    }
  }

  /** A question about a topic that exists. */
  private interface Question<T> {
    T ask() throws ExecutionException, InterruptedException;
  }

  /** Asks again while the broker does not know the topic yet: the client does not retry that. */
  private static <T> T untilKnown(Question<T> question)
      throws ExecutionException, InterruptedException {
    long deadline = System.nanoTime() + Duration.ofMillis(TIMEOUT_MS).toNanos();
    while (true) {
      try {
        return question.ask();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
            || System.nanoTime() - deadline > 0) {
          throw e;
        }
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }

  /**
   * Waits until a leader answers for each partition. The leaders learn of a new topic later. Before
   * that, the broker could reject a first batch and accept the second. The retried first batch
   * would then be out of sequence indefinitely.
   */
  private static void awaitLeaders(Admin admin, String topic, int partitions)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (int i = 0; i < partitions; i++) {
      ends.put(new TopicPartition(topic, i), OffsetSpec.latest());
    }
    // The client retries until the leaders answer.
    Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> unused =
        untilKnown(() -> admin.listOffsets(ends).all().get());
  }

  private static int describe(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    return admin
        .describeTopics(List.of(topic))
        .allTopicNames()
        .get()
        .get(topic)
        .partitions()
        .size();
  }

  private static Map<String, Object> adminSettings(String servers, Map<String, String> settings) {
    Map<String, Object> all = new HashMap<>();
    all.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
    all.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    all.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS / 2);
    all.putAll(settings);
    all.keySet().retainAll(AdminClientConfig.configNames());
    return all;
  }

  private static Map<String, Object> producerSettings(
      String servers, Map<String, String> settings) {
    Map<String, Object> all = new HashMap<>();
    all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
    all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    all.put(ProducerConfig.ACKS_CONFIG, "all");
    all.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    all.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    all.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
    all.putAll(settings);
    return all;
  }

  private static IllegalStateException unusable(String servers, String topic, Throwable cause) {
    return new IllegalStateException(
        ("Cannot use topic %s of Kafka at %s: %s. Check that the broker is running and"
                + " that the topic is writable.")
            .formatted(topic, servers, cause.getMessage()),
        cause);
  }
}
