package io.millrace.kafka.consume;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Detects that a topic has more partitions than the pipeline reads. The runner assigns partitions
 * once, at the start of the pipeline, and a savepoint keeps the assignment. Records of later
 * partitions stay unread in Kafka. Checks once a minute. Not thread-safe.
 */
public final class UnreadPartitions {
  /** Interval of checks, and of the client's metadata refresh. */
  public static final int INTERVAL_MILLIS = 60_000;

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Map<String, Integer> read;
  private boolean looked;
  private long nextLook;

  /**
   * Creates a check.
   *
   * @param read number of each topic's partitions at the start of the pipeline; for other topics
   *     the first number seen counts
   */
  UnreadPartitions(Map<String, Integer> read) {
    this.read = new HashMap<>(read);
  }

  /**
   * Whether a check is due.
   *
   * @param nanos a clock such as {@link System#nanoTime}
   */
  boolean isDue(long nanos) {
    if (looked && nanos - nextLook < 0) {
      return false;
    }
    looked = true;
    nextLook = nanos + INTERVAL_MILLIS * NANOS_PER_MILLI;
    return true;
  }

  /**
   * The line to log for a topic's current number of partitions.
   *
   * @param partitions 0 if the broker does not know the topic at the moment
   */
  Optional<String> observe(String topic, int partitions) {
    if (partitions == 0) {
      return Optional.empty();
    }
    int known = read.computeIfAbsent(topic, t -> partitions);
    if (partitions <= known) {
      return Optional.empty();
    }
    String unread =
        partitions == known + 1
            ? "partition " + known
            : "partitions " + known + " to " + (partitions - 1);
    return Optional.of(
        "topic %s now has %d partitions, but this pipeline reads only the first %d:"
                .formatted(topic, partitions, known)
            + " the records of %s are NOT read. Restart it, on Flink without a savepoint: it"
                .formatted(unread)
            + " reads the topic from the beginning, and the exact views show each event once");
  }
}
