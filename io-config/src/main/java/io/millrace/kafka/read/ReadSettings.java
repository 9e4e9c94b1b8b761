package io.millrace.kafka.read;

import io.millrace.contract.Contract;
import io.millrace.event.Packed;
import io.millrace.io.ReadTuning;
import io.millrace.kafka.client.ClientProperties;
import io.millrace.kafka.client.ClientProperties.Client;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Settings of a job's readers. They belong to the job and not to its checkpoints, so all of them
 * may change when a job continues from a savepoint.
 *
 * @param servers comma-separated list of {@code host:port}
 * @param client settings of all clients. Its secrets are references, which each client resolves
 *     when it is created
 * @param topics the topics to read
 * @param uncommitted whether to read records of aborted and open transactions
 * @param startFrom where to begin at the first start
 * @param group the consumer group to commit offsets to; empty: none
 * @param outOfOrdernessMillis how far the watermark stays behind the clock of a partition
 * @param tuning settings for the runner
 * @param contract determines the times of records without one
 */
public record ReadSettings(
    String servers,
    ClientProperties client,
    TopicFilter topics,
    boolean uncommitted,
    StartFrom startFrom,
    String group,
    long outOfOrdernessMillis,
    ReadTuning tuning,
    Packed<Contract> contract)
    implements Serializable {
  private static final int RECEIVE_BUFFER_BYTES = 512 * 1024;
  private static final int REQUEST_TIMEOUT_MILLIS = 5_000;

  /** Stores the settings in a pipeline's options. */
  public void putInto(PipelineOptions options) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(SerializableUtils.serializeToByteArray(this));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    options
        .as(ReadJobOptions.class)
        .setKafkaReadSettings(Base64.getEncoder().encodeToString(bytes.toByteArray()));
  }

  /** The settings in a job's options. */
  static ReadSettings in(PipelineOptions options) {
    String text = options.as(ReadJobOptions.class).getKafkaReadSettings();
    if (text == null) {
      throw new IllegalStateException("the job's options hold no settings of a Kafka reader");
    }
    try (GZIPInputStream in =
        new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(text)))) {
      return (ReadSettings)
          SerializableUtils.deserializeFromByteArray(in.readAllBytes(), "settings of a reader");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  IsolationLevel isolation() {
    return uncommitted ? IsolationLevel.READ_UNCOMMITTED : IsolationLevel.READ_COMMITTED;
  }

  /** What users may set of a client, with secrets, and the brokers. */
  private Map<String, Object> clientConfig(Client kind) {
    Map<String, Object> config = new HashMap<>(client.resolved(kind));
    config.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
    return config;
  }

  /**
   * Properties of the consumers, with secrets: do not keep them. The consumers belong to no group.
   *
   * @param partitions how many partitions there are
   * @throws IllegalArgumentException as {@link ClientProperties#resolved}
   */
  Map<String, Object> consumerConfig(int partitions) {
    Map<String, Object> config = clientConfig(Client.CONSUMER);
    config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // A missing offset must be an error.
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    // Reading must not create a deleted topic again.
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation().toString());
    config.putIfAbsent(ConsumerConfig.RECEIVE_BUFFER_CONFIG, RECEIVE_BUFFER_BYTES);
    config.putIfAbsent(
        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, ReadAhead.fetchBytes(partitions));
    config.put(
        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
        Math.max(ReadAhead.pollRecords(partitions), tuning.pageRecords()));
    return config;
  }

  /**
   * Properties of the client that queries topics and commits offsets, with secrets: do not keep
   * them.
   *
   * @throws IllegalArgumentException as {@link ClientProperties#resolved}
   */
  Map<String, Object> adminConfig() {
    Map<String, Object> config = clientConfig(Client.ADMIN);
    config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
    config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
    return config;
  }
}
