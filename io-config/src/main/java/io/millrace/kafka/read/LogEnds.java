package io.millrace.kafka.read;

import io.millrace.io.observe.RunObservation;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The ends of the logs of a split's partitions, asked for every second. Thread-safe. A partition
 * that the brokers do not know is in doubt: its topic was deleted, and may have been created again.
 */
final class LogEnds {
  private static final long EVERY_MILLIS = 1_000;

  private final TopicWatch watch;
  private final @Nullable RunObservation observation;
  private final Map<TopicPartition, End> ends = new ConcurrentHashMap<>();
  private final Map<TopicPartition, Long> doubted = new ConcurrentHashMap<>();
  private volatile boolean asking;
  private volatile long askMillis;

  /**
   * The end of a partition's log.
   *
   * @param offset the offset after its last record
   * @param askedMillis when it was asked for
   * @param answeredMillis when the answer came
   * @param epoch the leader's epoch; -1 if unknown
   * @param earlier the last end that an earlier leader told; 0 if there is none
   */
  record End(long offset, long askedMillis, long answeredMillis, int epoch, long earlier) {
    /** The last end before the leader of a later answer. */
    long before(End later) {
      return epoch < later.epoch ? offset : earlier;
    }
  }

  LogEnds(TopicWatch watch, @Nullable RunObservation observation) {
    this.watch = watch;
    this.observation = observation;
  }

  /** The end of a partition's log; null if it is unknown. */
  @Nullable End of(TopicPartition partition) {
    return ends.get(partition);
  }

  /** Sets an end that was seen by an earlier reader. */
  void begin(TopicPartition partition, long end) {
    ends.put(partition, new End(end, 0, 0, -1, 0));
  }

  void remove(TopicPartition partition) {
    ends.remove(partition);
    doubted.remove(partition);
    if (observation != null) {
      observation.remove(partition.topic(), partition.partition());
    }
  }

  boolean hasDoubts() {
    return !doubted.isEmpty();
  }

  boolean isDoubted(TopicPartition partition) {
    return doubted.containsKey(partition);
  }

  /**
   * Ends the doubt about a partition.
   *
   * @param listedMillis when a listing was asked for that shows the topic that is read
   */
  void confirm(TopicPartition partition, long listedMillis) {
    doubted.computeIfPresent(partition, (p, since) -> since < listedMillis ? null : since);
  }

  /** Makes the next question due at once. */
  void askSoon() {
    askMillis = 0;
  }

  /** Asks for the ends of these partitions if that is due. Does not wait for the answer. */
  void ask(Collection<TopicPartition> partitions) {
    long now = System.currentTimeMillis();
    if (asking || now < askMillis) {
      return;
    }
    Set<TopicPartition> asked = new HashSet<>(partitions);
    // Kafka's client logs an error for each question about an unknown topic.
    asked.removeAll(doubted.keySet());
    if (asked.isEmpty()) {
      return;
    }
    asking = true;
    askMillis = now + EVERY_MILLIS;
    watch.ends(asked, new Answers(now));
  }

  /** Keeps the answers to a question. */
  private final class Answers implements EndAnswers {
    private final long askedMillis;

    private Answers(long askedMillis) {
      this.askedMillis = askedMillis;
    }

    @Override
    public void end(TopicPartition partition, long offset, int epoch) {
      ends.merge(
          partition,
          new End(offset, askedMillis, System.currentTimeMillis(), epoch, 0),
          (old, end) ->
              new End(end.offset, end.askedMillis, end.answeredMillis, end.epoch, old.before(end)));
      if (observation != null) {
        observation.partition(partition.topic(), partition.partition()).end(offset, askedMillis);
      }
    }

    @Override
    public void unknown(TopicPartition partition) {
      if (doubted.putIfAbsent(partition, System.currentTimeMillis()) == null) {
        watch.listSoon();
      }
    }

    @Override
    public void done() {
      asking = false;
    }
  }
}
