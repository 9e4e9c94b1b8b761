package io.millrace.kafka.consume;

import io.millrace.io.SourceException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that a topic was deleted and created again. The offsets of the new log start at 0, so
 * they can look like a continuation of the old one: its first records would never be read.
 *
 * <p>Asks the brokers for the topics' ids once a minute, and does not wait for the answer. Brokers
 * before 2.8 have no ids; then nothing is noticed. Safe for use by several threads.
 */
public final class TopicIdWatch {
  private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();
  private static final Logger LOG = LoggerFactory.getLogger(TopicIdWatch.class);

  private final Map<String, String> known;
  private boolean asked;
  private long nextNanos;
  private volatile @Nullable String changed;

  /**
   * Begins to watch.
   *
   * @param known the id of each topic when the pipeline was started; of one that is not in it, the
   *     first that is seen
   */
  public TopicIdWatch(Map<String, String> known) {
    this.known = new ConcurrentHashMap<>(known);
  }

  /**
   * Asks for the ids, if it is time to. Returns at once.
   *
   * @param config of a consumer of these topics
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
                    // Does not wait: this is the admin's own thread.
                    admin.close(Duration.ZERO);
                    if (error == null) {
                      look(found.values());
                    } else if (error instanceof UnknownTopicOrPartitionException) {
                      LOG.error(
                          "One of the topics {} does not exist any more. No record is read from it,"
                              + " and its unread records are lost. Stop the pipeline, or create the"
                              + " topic and start the pipeline again",
                          topics);
                    } else {
                      LOG.debug("The ids of {} are not known: {}", topics, error.getMessage());
                    }
                  });
    } catch (KafkaException e) {
      LOG.debug("The ids of {} are not known: {}", topics, e.getMessage());
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

  private void look(Collection<TopicDescription> topics) {
    topics.forEach(topic -> look(topic.name(), topic.topicId()));
  }

  /** Takes note of a topic's id. */
  void look(String topic, Uuid id) {
    if (id.equals(Uuid.ZERO_UUID)) {
      return;
    }
    String before = known.putIfAbsent(topic, id.toString());
    if (before != null && !before.equals(id.toString())) {
      changed = "topic %s has the id %s, but had %s before".formatted(topic, id, before);
    }
  }

  /**
   * Does nothing, unless a topic is known not to be the one that was read.
   *
   * @throws SourceException in one line, if one is not
   */
  void check() {
    String what = changed;
    if (what != null) {
      throw LostRangeCheck.otherLog(what);
    }
  }
}
