package io.millrace.resilience.sink;

import io.millrace.bench.harness.BenchEnvironment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * A topic of one partition that rejects every message as too large until it is released.
 *
 * @param broker {@code host:port}
 * @param name of the topic
 */
record StuckTopic(String broker, String name) {
  /** Creates the topic. */
  static StuckTopic create(BenchEnvironment environment, String name) {
    StuckTopic topic = new StuckTopic(environment.kafka(), name);
    try (Admin admin = topic.admin()) {
      // At creation, because brokers apply a later change with a delay.
      NewTopic stuck =
          new NewTopic(name, Optional.of(1), Optional.empty())
              .configs(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "100"));
      topic.await(admin.createTopics(List.of(stuck)).all());
    }
    return topic;
  }

  /** Lets the topic accept messages. */
  void release() {
    ConfigEntry enough = new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "4194304");
    try (Admin admin = admin()) {
      await(
          admin
              .incrementalAlterConfigs(
                  Map.of(
                      new ConfigResource(ConfigResource.Type.TOPIC, name),
                      List.of(new AlterConfigOp(enough, AlterConfigOp.OpType.SET))))
              .all());
    }
  }

  /** The number of messages. */
  long messages() {
    TopicPartition partition = new TopicPartition(name, 0);
    try (Admin admin = admin()) {
      return await(
              admin.listOffsets(Map.of(partition, OffsetSpec.latest())).partitionResult(partition))
          .offset();
    }
  }

  private Admin admin() {
    return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker));
  }

  private <T> T await(KafkaFuture<T> future) {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("cannot change topic " + name + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while changing topic " + name, e);
    }
  }
}
