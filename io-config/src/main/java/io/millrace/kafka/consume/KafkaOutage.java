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
 * Decides what to log about an outage of an address's brokers: one line at once, one a minute, and
 * one when all partitions have recovered. Shared by all readers of the process. Thread-safe.
 */
public final class KafkaOutage {
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

  /** The outage of an address, shared by all readers of the process. */
  public static KafkaOutage of(String servers) {
    return BY_SERVERS.computeIfAbsent(servers, KafkaOutage::new);
  }

  /**
   * Records that the brokers of some partitions failed or did not answer.
   *
   * @param nowMillis the reader's clock
   * @return the start of the outage, if a line is due
   */
  public synchronized Optional<Instant> failed(
      Iterable<TopicPartition> partitions, long nowMillis) {
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
   * Records that the brokers of some partitions answered.
   *
   * @return the line to log, if all partitions have recovered
   */
  public synchronized Optional<String> answered(
      Iterable<TopicPartition> partitions, long nowMillis) {
    if (!outage) {
      return Optional.empty();
    }
    partitions.forEach(silent::remove);
    if (!silent.isEmpty()) {
      return Optional.empty();
    }
    outage = false;
    return Optional.of(
        "Kafka at %s recovered after %d s".formatted(servers, (nowMillis - sinceMillis) / 1000));
  }

  /**
   * The line to log during an outage.
   *
   * @param why result of probing the servers; null if there is none
   * @param error message of Kafka's client
   */
  public synchronized String line(
      Instant since, long nowMillis, @Nullable String why, String error) {
    long seconds = (nowMillis - since.toEpochMilli()) / 1000;
    return ("Cannot read from Kafka at %s since %s (%d s), %d %s waiting: %s."
            + " Reading continues when Kafka answers")
        .formatted(
            servers,
            since,
            seconds,
            silent.size(),
            silent.size() == 1 ? "partition" : "partitions",
            why == null ? error : why);
  }
}
