package io.millrace.kafka.time;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The {@link PartitionClock}s of a consumer's partitions; packs polled records into pages by them.
 * A consumer that begins in the middle of a log, or seeks back beyond its last poll, first
 * {@linkplain ClockReplay replays} the preceding records. Until then it must return nothing.
 *
 * <p>Not thread-safe.
 */
public final class ConsumerClocks implements AutoCloseable {
  private static final Duration LONGEST_QUESTION = Duration.ofMillis(200);

  private final Map<TopicPartition, PartitionClock> clocks = new HashMap<>();
  private final Map<TopicPartition, Long> unknown = new HashMap<>();
  private final Map<String, Object> config;
  private final RecordTimes times;
  private List<TopicPartition> assigned = List.of();
  private boolean moved;
  private @Nullable ClockReplay history;

  /** Creates the clocks of a consumer with this configuration. */
  public ConsumerClocks(Map<String, Object> config, RecordTimes times) {
    this.config = config;
    this.times = times;
  }

  public void assigned(Collection<TopicPartition> partitions) {
    assigned = List.copyOf(partitions);
    clocks.keySet().retainAll(partitions);
    moved = true;
  }

  /** Records that the consumer may continue at another offset. */
  public void moved() {
    moved = true;
  }

  /**
   * Prepares for a poll.
   *
   * @return false if the clocks are not complete yet; then do not poll
   */
  public boolean prepare(Consumer<?, ?> consumer) {
    if (moved) {
      try {
        find(consumer);
      } catch (TimeoutException e) {
        return false;
      }
      moved = false;
    }
    if (!unknown.isEmpty() && !readHistory()) {
      return false;
    }
    for (PartitionClock clock : clocks.values()) {
      clock.mark();
    }
    return true;
  }

  private void find(Consumer<?, ?> consumer) {
    Map<TopicPartition, Long> found = new HashMap<>();
    for (TopicPartition partition : assigned) {
      long next = consumer.position(partition, LONGEST_QUESTION);
      PartitionClock clock = clocks.get(partition);
      if (clock == null || !clock.goTo(next)) {
        found.put(partition, next);
      }
    }
    if (!found.equals(unknown)) {
      close();
      unknown.clear();
      unknown.putAll(found);
      clocks.keySet().removeAll(found.keySet());
      found.forEach(
          (partition, next) -> {
            if (next == 0) {
              clocks.put(partition, new PartitionClock(next));
            }
          });
      unknown.keySet().removeAll(clocks.keySet());
    }
  }

  private boolean readHistory() {
    if (history == null) {
      history = new ClockReplay(config, times);
    }
    if (!history.read(unknown, clocks)) {
      return false;
    }
    unknown.clear();
    close();
    return true;
  }

  /** Records the consumer's positions after a poll. */
  public void polled(Consumer<?, ?> consumer) {
    for (TopicPartition partition : assigned) {
      PartitionClock clock = clocks.get(partition);
      if (clock != null) {
        try {
          clock.skipTo(consumer.position(partition, Duration.ZERO));
        } catch (TimeoutException e) {
          // The consumer has no position yet; the next poll has one.
        }
      }
    }
  }

  /**
   * Packs polled records into pages.
   *
   * @param records of one partition, in order; at least one
   * @param size most records in a page
   * @param readAtMillis the reader's clock
   */
  public List<ConsumerRecord<byte[], byte[]>> pages(
      TopicPartition partition,
      List<ConsumerRecord<byte[], byte[]>> records,
      int size,
      long readAtMillis) {
    PartitionClock clock = clocks.get(partition);
    if (clock == null || records.get(0).offset() < clock.next()) {
      // The log was reset.
      clock = new PartitionClock(records.get(0).offset());
      clocks.put(partition, clock);
    }
    List<ConsumerRecord<byte[], byte[]>> pages = new ArrayList<>(1 + records.size() / size);
    for (int from = 0; from < records.size(); from += size) {
      List<ConsumerRecord<byte[], byte[]>> part =
          records.subList(from, Math.min(records.size(), from + size));
      pages.add(RecordPage.pack(part, readAtMillis, clock, times));
    }
    return pages;
  }

  @Override
  public void close() {
    if (history != null) {
      history.close();
      history = null;
    }
  }
}
