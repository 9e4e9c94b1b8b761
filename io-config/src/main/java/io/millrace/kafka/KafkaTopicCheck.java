package io.millrace.kafka;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.millrace.io.SourceException;
import io.millrace.kafka.client.ConnectionProblem;
import io.millrace.kafka.client.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Checks that dead letters can be written to a topic. Changes nothing. */
public final class KafkaTopicCheck {
  private KafkaTopicCheck() {}

  /**
   * Returns one line for each problem.
   *
   * @param target the brokers and one topic
   */
  static List<String> check(KafkaAddress target) {
    String topic = target.topics().get(0);
    try {
      return KafkaPreflight.query(
          target, e -> describe(target, topic, e), admin -> check(admin, topic));
    } catch (SourceException e) {
      return List.of(e.getMessage());
    }
  }

  /** The same for a topic of alerts, which may be compacted: each message has a key. */
  static List<String> checkForAlerts(KafkaAddress target) {
    return check(target).stream()
        .filter(line -> !line.contains(": it is compacted"))
        .map(line -> line.replace("dead-letter topic", "topic of alerts"))
        .map(line -> line.replace("--deadLetters", "--alerts"))
        .toList();
  }

  private static List<String> check(Admin admin, String topic)
      throws InterruptedException, ExecutionException, TimeoutException {
    TopicDescription found =
        admin
            .describeTopics(
                List.of(topic), new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .allTopicNames()
            .get(KafkaPreflight.TIMEOUT_MS + 1000L, MILLISECONDS)
            .get(topic);
    List<String> problems = new ArrayList<>(rights(topic, found.authorizedOperations()));
    problems.addAll(settings(topic, settings(admin, topic)));
    return problems;
  }

  /** The topic's settings; null if this user may not read them. */
  private static @Nullable Config settings(Admin admin, String topic)
      throws InterruptedException, ExecutionException, TimeoutException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      return admin
          .describeConfigs(List.of(resource))
          .all()
          .get(KafkaPreflight.TIMEOUT_MS + 1000L, MILLISECONDS)
          .get(resource);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return null;
      }
      throw e;
    }
  }

  /** Checks the permission to write. Brokers without ACLs grant all operations, or report none. */
  public static List<String> rights(String topic, @Nullable Set<AclOperation> may) {
    return may == null || may.isEmpty() || may.contains(AclOperation.WRITE)
        ? List.of()
        : List.of(
            where(topic)
                + ": this user has no permission to write to it: grant WRITE on the topic");
  }

  public static List<String> settings(String topic, @Nullable Config settings) {
    if (settings == null) {
      return List.of();
    }
    List<String> problems = new ArrayList<>();
    ConfigEntry cleanup = settings.get(TopicConfig.CLEANUP_POLICY_CONFIG);
    if (cleanup != null && cleanup.value().contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      problems.add(
          where(topic)
              + ": it is compacted: it keeps only the last dead letter of a key and rejects those"
              + " without a key. Set its cleanup.policy to delete");
    }
    ConfigEntry largest = settings.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
    if (largest != null && Long.parseLong(largest.value()) < LEAST_MESSAGE_BYTES) {
      problems.add(
          ("%s: its max.message.bytes is %s: set it to at least %s, preferably above the"
                  + " largest event")
              .formatted(where(topic), largest.value(), LEAST_MESSAGE_BYTES));
    }
    return problems;
  }

  /** The smallest part plus the longest headers. */
  private static final long LEAST_MESSAGE_BYTES = 16_384;

  private static String describe(KafkaAddress target, String topic, Exception failure) {
    Throwable e = failure instanceof ExecutionException ? failure.getCause() : failure;
    if (e instanceof UnknownTopicOrPartitionException) {
      return "%s does not exist at %s: create it, or correct --deadLetters"
          .formatted(where(topic), target.bootstrapServers());
    }
    if (e instanceof AuthorizationException) {
      return where(topic)
          + ": this user has no permission to describe it: grant DESCRIBE and"
          + " WRITE on the topic";
    }
    return where(topic)
        + ": "
        + ConnectionProblem.explain(
            Endpoint.DEAD_LETTERS, target.bootstrapServers(), target.client(), e);
  }

  private static String where(String topic) {
    return "dead-letter topic `" + topic + "`";
  }
}
