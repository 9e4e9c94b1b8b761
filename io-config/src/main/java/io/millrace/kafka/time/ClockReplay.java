package io.millrace.kafka.time;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replays the records before an offset, to rebuild the {@link PartitionClock} of a partition that
 * is read from the middle. Returns no record.
 *
 * <p>If too few offsets have a record (compaction, transaction markers), it goes back further, at
 * most {@value #FARTHEST} offsets. It reads at most {@value #MOST_BYTES} bytes of a partition. With
 * fewer large records the clock has fewer times, and stays behind for longer.
 *
 * <p>Uses its own consumer. Not thread-safe.
 */
public final class ClockReplay implements AutoCloseable {
  static final long FARTHEST = 1 << 16;
  static final long MOST_BYTES = 1 << 28;

  /** A window, plus the records since the last median. */
  private static final int ENOUGH = PartitionClock.WINDOW + PartitionClock.BLOCK;

  private static final Duration LONGEST_QUESTION = Duration.ofSeconds(1);
  private static final Duration LONGEST_POLL = Duration.ofMillis(100);
  private static final int MOST_PARTITIONS_AT_ONCE = 64;

  private static final Logger LOG = LoggerFactory.getLogger(ClockReplay.class);

  private final Map<TopicPartition, Stretch> reading = new HashMap<>();
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final RecordTimes times;
  private final long mostBytes;

  /** The replayed range of a partition. */
  private static final class Stretch {
    private final long first;
    private final long end;
    private final long next;
    private final PartitionClock clock;
    private long distance;
    private long from;
    private long records;
    private long bytes;
    private boolean large;

    private Stretch(long first, long end, long next) {
      this.first = first;
      this.end = end;
      this.next = next;
      this.clock = new PartitionClock(next);
    }

    private boolean isComplete() {
      return large || records >= ENOUGH || from == first || distance >= FARTHEST;
    }
  }

  /**
   * Opens a consumer.
   *
   * @param config configuration of the main consumer, so that both read the same records
   */
  public ClockReplay(Map<String, Object> config, RecordTimes times) {
    this(config, times, MOST_BYTES);
  }

  ClockReplay(Map<String, Object> config, RecordTimes times, long mostBytes) {
    this.times = times;
    this.mostBytes = mostBytes;
    Map<String, Object> own = new HashMap<>(config);
    // Joins no group, commits nothing, and needs no client id.
    own.remove(ConsumerConfig.GROUP_ID_CONFIG);
    own.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    own.remove(ConsumerConfig.CLIENT_ID_CONFIG);
    own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    own.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    own.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, PartitionClock.HISTORY);
    consumer = new KafkaConsumer<>(own);
  }

  /**
   * Continues the replay for a short time.
   *
   * @param wanted partitions to replay, with the offsets before which to read
   * @param done receives the complete clocks
   * @return whether all clocks are complete
   */
  public boolean read(Map<TopicPartition, Long> wanted, Map<TopicPartition, PartitionClock> done) {
    List<TopicPartition> left =
        wanted.keySet().stream().filter(partition -> !done.containsKey(partition)).toList();
    if (left.isEmpty()) {
      return true;
    }
    try {
      if (reading.isEmpty()) {
        begin(left.subList(0, Math.min(left.size(), MOST_PARTITIONS_AT_ONCE)), wanted, done);
      }
      if (!reading.isEmpty()) {
        readOn(done);
      }
    } catch (TimeoutException e) {
      LOG.debug("The replay of {} waits: {}", left, e.getMessage());
    }
    return reading.isEmpty() && done.keySet().containsAll(left);
  }

  private void begin(
      List<TopicPartition> partitions,
      Map<TopicPartition, Long> wanted,
      Map<TopicPartition, PartitionClock> done) {
    Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions, LONGEST_QUESTION);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, LONGEST_QUESTION);
    Map<TopicPartition, Stretch> begun = new HashMap<>();
    for (TopicPartition partition : partitions) {
      long next = wanted.get(partition);
      long end = Math.min(next, ends.get(partition));
      if (first.get(partition) < end) {
        begun.put(partition, new Stretch(first.get(partition), end, next));
      } else {
        done.put(partition, new PartitionClock(next));
      }
    }
    consumer.assign(begun.keySet());
    begun.forEach((partition, stretch) -> goBack(partition, stretch, PartitionClock.HISTORY));
    reading.putAll(begun);
  }

  private void goBack(TopicPartition partition, Stretch stretch, long distance) {
    stretch.distance = distance;
    stretch.from = Math.max(stretch.first, stretch.end - distance);
    stretch.records = 0;
    stretch.bytes = 0;
    stretch.clock.clear();
    consumer.seek(partition, stretch.from);
  }

  private void readOn(Map<TopicPartition, PartitionClock> done) {
    ConsumerRecords<byte[], byte[]> polled = consumer.poll(LONGEST_POLL);
    Set<TopicPartition> finished = new HashSet<>();
    for (Map.Entry<TopicPartition, Stretch> entry : reading.entrySet()) {
      TopicPartition partition = entry.getKey();
      Stretch stretch = entry.getValue();
      for (ConsumerRecord<byte[], byte[]> record : polled.records(partition)) {
        if (record.offset() < stretch.end) {
          stretch.clock.read(record.offset(), times.of(record));
          stretch.records++;
          stretch.bytes +=
              Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
        }
      }
      if (stretch.bytes > mostBytes && stretch.distance > 1) {
        stretch.large = true;
        long fitting = (long) (mostBytes * 0.75 * stretch.records / stretch.bytes);
        goBack(partition, stretch, Math.max(1, Math.min(stretch.distance / 2, fitting)));
      } else if (consumer.position(partition, LONGEST_QUESTION) >= stretch.end) {
        if (stretch.isComplete()) {
          finished.add(partition);
        } else {
          goBack(partition, stretch, 2 * stretch.distance);
        }
      }
    }
    for (TopicPartition partition : finished) {
      Stretch stretch = reading.remove(partition);
      stretch.clock.skipTo(stretch.next);
      done.put(partition, stretch.clock);
    }
    if (!finished.isEmpty()) {
      consumer.pause(finished);
    }
  }

  @Override
  public void close() {
    consumer.close(Duration.ZERO);
  }
}
