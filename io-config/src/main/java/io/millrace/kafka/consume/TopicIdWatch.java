package io.millrace.kafka.consume;

import io.millrace.io.SourceException;
import io.millrace.kafka.client.KafkaProbe;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects that a topic was deleted and created again. Offsets of the new log start at 0 and may
 * look like a continuation, so its first records would never be read.
 *
 * <p>Queries the topics' ids once a minute, asynchronously. Brokers before 2.8 have no ids, so
 * nothing is detected there. Thread-safe.
 */
public final class TopicIdWatch {
  private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();
  private static final Logger LOG = LoggerFactory.getLogger(TopicIdWatch.class);

  private final Map<String, String> known;
  private boolean asked;
  private long nextNanos;
  private volatile @Nullable String changed;

  /**
   * Creates a watch.
   *
   * @param known id of each topic at the start of the pipeline; for other topics the first id seen
   *     counts
   */
  public TopicIdWatch(Map<String, String> known) {
    this.known = new ConcurrentHashMap<>(known);
  }

  /**
   * Queries the ids, if that is due. Returns at once.
   *
   * @param config configuration of a consumer of these topics
   * @param nanos a clock such as {@link System#nanoTime}
   */
  void askIfDue(Map<String, Object> config, Set<String> topics, long nanos) {
    if (topics.isEmpty() || !isDue(nanos)) {
      return;
    }
    try {
      Admin admin = Admin.create(adminConfig(config));
      KafkaFuture<?> unused =
          admin
              .describeTopics(topics)
              .allTopicNames()
              .whenComplete(
                  (found, error) -> {
                    // Must not wait, because this is the admin client's thread.
                    admin.close(Duration.ZERO);
                    // A future that combines others wraps their errors.
                    Throwable cause =
                        error instanceof CompletionException ? error.getCause() : error;
                    if (cause == null) {
                      found.values().forEach(topic -> observe(topic.name(), topic.topicId()));
                    } else if (cause instanceof UnknownTopicOrPartitionException) {
                      LOG.error(
                          "One of the topics {} was deleted. Its unread records are lost, and no"
                              + " record is read from it. Stop the pipeline, or create the topic"
                              + " and restart the pipeline",
                          topics);
                    } else {
                      LOG.debug("Unknown ids of {}: {}", topics, cause.getMessage());
                    }
                  });
    } catch (KafkaException e) {
      LOG.debug("Unknown ids of {}: {}", topics, e.getMessage());
    }
  }

  private synchronized boolean isDue(long nanos) {
    if (asked && nanos - nextNanos < 0) {
      return false;
    }
    asked = true;
    nextNanos = nanos + INTERVAL_NANOS;
    return true;
  }

  private static Map<String, Object> adminConfig(Map<String, Object> config) {
    Map<String, Object> admin = new HashMap<>(config);
    admin.keySet().retainAll(AdminClientConfig.configNames());
    admin.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, KafkaProbe.ANSWER_TIMEOUT_MS);
    admin.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, KafkaProbe.ANSWER_TIMEOUT_MS);
    return admin;
  }

  void observe(String topic, Uuid id) {
    if (id.equals(Uuid.ZERO_UUID)) {
      return;
    }
    String before = known.putIfAbsent(topic, id.toString());
    if (before != null && !before.equals(id.toString())) {
      changed = "topic %s has the id %s, but had %s before".formatted(topic, id, before);
    }
  }

  /**
   * Fails if a topic was created again.
   *
   * @throws SourceException in one line, if one was
   */
  void check() {
    String what = changed;
    if (what != null) {
      throw LostRangeCheck.otherLog(what);
    }
  }
}
