package io.millrace.kafka.consume;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Notices that a topic has more partitions than the pipeline reads. Partitions are handed to
 * readers once, when the pipeline is started, and a savepoint keeps that: the records of one that
 * came later stay in Kafka, and somebody has to be told. Looks once a minute, by the clock it is
 * given. Used by one thread.
 */
public final class UnreadPartitions {
  /** As often as Kafka's client is told to ask for them. */
  public static final int INTERVAL_MILLIS = 60_000;

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Map<String, Integer> read;
  private boolean looked;
  private long nextLook;

  /**
   * Begins to watch.
   *
   * @param read how many partitions each topic had when the pipeline was started; of one that is
   *     not in it, those that are seen first
   */
  UnreadPartitions(Map<String, Integer> read) {
    this.read = new HashMap<>(read);
  }

  /**
   * Whether it is time to look.
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
   * What to tell, if a topic has that many partitions now.
   *
   * @param partitions 0: the broker does not know the topic just now
   */
  Optional<String> look(String topic, int partitions) {
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
        "topic %s has %d partitions by now, and this pipeline reads the %d it was started with:"
                .formatted(topic, partitions, known)
            + " the records of %s are NOT read. Start it anew, on Flink without a savepoint: it"
                .formatted(unread)
            + " reads the topic from its beginning, and the exact views show each event once");
  }
}
