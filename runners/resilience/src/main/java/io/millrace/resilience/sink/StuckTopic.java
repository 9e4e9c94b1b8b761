package io.millrace.resilience.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.deadletter.DeadLetterMetadata;
import io.millrace.event.Outcome;
import io.millrace.local.process.LocalStackException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A topic of one partition that rejects every message as too large until it is released.
 *
 * @param broker {@code host:port}
 * @param name of the topic
 */
record StuckTopic(String broker, String name) {
  /** The topic's name in flags; DB stands for the database. */
  static final String NAME = "DB_letters";

  private static final Duration OTHERS_END = Duration.ofSeconds(60);
  private static final Duration READ_LIMIT = Duration.ofSeconds(30);

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

  /** The number of dead letters; one in parts counts once, as its last part. */
  long letters() {
    TopicPartition partition = new TopicPartition(name, 0);
    Map<String, Object> settings = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      long deadline = System.nanoTime() + READ_LIMIT.toNanos();
      long letters = 0;
      while (consumer.position(partition) < end) {
        if (System.nanoTime() - deadline > 0) {
          throw new IllegalStateException("cannot read topic " + name + " to offset " + end);
        }
        for (ConsumerRecord<byte[], byte[]> message : consumer.poll(Duration.ofSeconds(1))) {
          letters += isLastPart(message) ? 1 : 0;
        }
      }
      return letters;
    }
  }

  private static boolean isLastPart(ConsumerRecord<byte[], byte[]> message) {
    Header part = message.headers().lastHeader(DeadLetterMetadata.PART);
    if (part == null) {
      return true;
    }
    String[] numberAndCount = new String(part.value(), UTF_8).split("/", -1);
    return numberAndCount[0].equals(numberAndCount[1]);
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

  /** The fault: the topic accepts no dead letter until all other events have their outcome. */
  static void holdDeadLetters(FaultRun run) {
    String topic = NAME.replace("DB", run.database());
    StuckTopic stuck = StuckTopic.create(run.environment(), topic);
    run.inPlace();
    long others = run.stream().records() - run.stream().truth().get(Outcome.DEAD);
    String count = "SELECT count() FROM DB.audit_exact WHERE outcome != 'dead'";
    if (!run.comes(OTHERS_END, () -> there(run, count) == others)) {
      run.problem(
          "while dead letters were stuck " + there(run, count) + " of " + others + " others ended");
    }
    long ended = there(run, "SELECT count() FROM DB.audit_exact WHERE outcome = 'dead'");
    if (ended != 0) {
      run.problem(ended + " dead letters are audited, and their topic has " + stuck.letters());
    }
    stuck.release();
    run.faultEnded(Set.of("dead_letters"));
    run.finallyCheck(
        () -> {
          long sent = run.stream().truth().get(Outcome.DEAD);
          long taken = stuck.letters();
          return taken == sent
              ? Optional.empty()
              : Optional.of("the topic has " + taken + " of " + sent + " dead letters");
        });
  }

  /** A count; 0 while the table does not exist. */
  private static long there(FaultRun run, String count) {
    try {
      return Long.parseLong(run.query(count));
    } catch (LocalStackException e) {
      return -1;
    }
  }
}
