package io.millrace.kafka.consume;

import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * An outage of the brokers of one address, as the readers of this process see it: when to log a
 * line, and which. One at once, one a minute from then on, and one when all partitions are back, no
 * matter how many readers ask. Thread-safe.
 */
final class KafkaOutage {
  private static final long LOG_EVERY_MILLIS = 60_000;
  private static final Map<String, KafkaOutage> BY_SERVERS = new ConcurrentHashMap<>();

  private final String servers;
  private final Set<TopicPartition> silent = new HashSet<>();
  private long sinceMillis;
  private long loggedMillis;
  private boolean outage;

  KafkaOutage(String servers) {
    this.servers = servers;
  }

  /** That of an address, shared by all readers in the process. */
  static KafkaOutage of(String servers) {
    return BY_SERVERS.computeIfAbsent(servers, KafkaOutage::new);
  }

  /**
   * Notes that a partition's broker gave no answer, or an error.
   *
   * @param nowMillis the reader's clock
   * @return since when there has been none, if it is time to log a line
   */
  synchronized Optional<Instant> failed(Iterable<TopicPartition> partitions, long nowMillis) {
    partitions.forEach(silent::add);
    if (!outage) {
      outage = true;
      sinceMillis = nowMillis;
    } else if (nowMillis - loggedMillis < LOG_EVERY_MILLIS) {
      return Optional.empty();
    }
    loggedMillis = nowMillis;
    return Optional.of(Instant.ofEpochMilli(sinceMillis));
  }

  /**
   * Notes that the brokers of some partitions answer.
   *
   * @return the line to log, if with them all are back
   */
  synchronized Optional<String> answered(Iterable<TopicPartition> partitions, long nowMillis) {
    if (!outage) {
      return Optional.empty();
    }
    partitions.forEach(silent::remove);
    if (!silent.isEmpty()) {
      return Optional.empty();
    }
    outage = false;
    return Optional.of(
        "Kafka at %s answers again after %d s"
            .formatted(servers, (nowMillis - sinceMillis) / 1000));
  }

  /**
   * The line to log in an outage.
   *
   * @param why what a look at the servers has found; null: nothing
   * @param error what Kafka's client says
   */
  synchronized String line(Instant since, long nowMillis, @Nullable String why, String error) {
    long seconds = (nowMillis - since.toEpochMilli()) / 1000;
    return "Cannot read from Kafka at %s since %s (%d s), %d %s waiting: %s. Reading goes on when it answers"
        .formatted(
            servers,
            since,
            seconds,
            silent.size(),
            silent.size() == 1 ? "partition" : "partitions",
            why == null ? error : why);
  }
}
