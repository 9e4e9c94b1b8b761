package io.millrace.kafka.consume;

import io.millrace.io.ReadTuning;
import io.millrace.kafka.client.ConnectionProblem;
import io.millrace.kafka.client.Endpoint;
import io.millrace.kafka.client.KafkaProbe;
import io.millrace.kafka.time.ConsumerClocks;
import io.millrace.kafka.time.LostRangeRecord;
import io.millrace.kafka.time.RecordPage;
import io.millrace.kafka.time.RecordTimes;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka consumer that adapts KafkaIO to runners with a high cost for each record and partition,
 * and derives lateness from the log alone. It differs from {@link KafkaConsumer} as follows.
 *
 * <ul>
 *   <li>It polls only briefly. The DirectRunner reads several partitions in one step: a partition
 *       that waits two seconds for a record would block others that have thousands.
 *   <li>It returns polled records as {@link RecordPage}s, and nothing until {@link ConsumerClocks}
 *       are complete.
 *   <li>It returns nothing while too many records are in flight, on runners without backpressure.
 *   <li>In a run that stops when it has caught up, it returns no record written after the start,
 *       see {@link KafkaCatchUp}.
 *   <li>If the end of a partition is unknown, it reports a large backlog. Otherwise the partition
 *       would be idle while its broker is down: the watermark would follow the clock, and records
 *       produced meanwhile would be late. {@link KafkaOutage} logs this.
 *   <li>The end of a partition is the offset after its last record, see {@link ReadPositions}.
 *   <li>It logs partitions that the pipeline does not read, see {@link UnreadPartitions}.
 *   <li>It returns a lost range of the log as a {@link LostRangeRecord}, see {@link LostRangeCheck}
 *       and {@link TopicIdWatch}.
 *   <li>It uses a given number of partitions without asking the broker, which the launching machine
 *       may not reach.
 * </ul>
 */
public final class ShortPollConsumer extends KafkaConsumer<byte[], byte[]> {
  private static final Duration LONGEST_POLL = Duration.ofMillis(20);

  /** Short, because the client often has the answer cached and reading must not wait. */
  private static final Duration LONGEST_QUESTION = Duration.ofMillis(200);

  /** Time until an outage is logged; the default of a minute would block a runner's thread. */
  private static final Duration LONGEST_WAIT_FOR_ENDS = Duration.ofSeconds(5);

  private static final Duration LONGEST_LOOK_AT_LOG = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(ShortPollConsumer.class);

  private final Map<String, Object> config;
  private final ReadTuning tuning;
  private final TopicIdWatch topicIds;
  private final UnreadPartitions unread;
  private final ConsumerClocks clocks;
  private final ReadPositions positions;
  private final @Nullable KafkaCatchUp catchUp;
  private final String servers;
  private final String protocol;
  private final KafkaOutage outage;

  /** Where each partition's reading continues: after the last record, or where a seek went. */
  private final Map<TopicPartition, Long> next = new HashMap<>();

  private double polledBytes;
  private long polledRecords;

  /**
   * Creates a consumer.
   *
   * @param partitions number of each topic's partitions at the start of the pipeline, if known
   * @param topicIds detects topics that were created again
   * @param times determines record times
   * @param positions shared with the consumer that fetches end offsets for this one
   */
  public ShortPollConsumer(
      Map<String, Object> config,
      ReadTuning tuning,
      Map<String, Integer> partitions,
      TopicIdWatch topicIds,
      RecordTimes times,
      ReadPositions positions) {
    super(changed(config, tuning));
    this.config = config;
    this.tuning = tuning;
    this.unread = new UnreadPartitions(partitions);
    this.topicIds = topicIds;
    this.clocks = new ConsumerClocks(config, times);
    this.positions = positions;
    this.servers = String.valueOf(config.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG));
    this.protocol =
        ConnectionProblem.protocol(config.get(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG));
    this.outage = KafkaOutage.of(servers);
    this.catchUp = KafkaCatchUp.of(tuning.inFlight().run());
  }

  private static Map<String, Object> changed(Map<String, Object> config, ReadTuning tuning) {
    Map<String, Object> changed = new HashMap<>(config);
    if (tuning.pageRecords() > 1) {
      changed.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, tuning.pageRecords());
    }
    // A missing offset must be an error. KafkaIO's configuration has `earliest`, which resets
    // silently.
    changed.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    // Reading must not create a deleted topic again.
    changed.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return changed;
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    return pollFor(timeout.compareTo(LONGEST_POLL) > 0 ? LONGEST_POLL : timeout);
  }

  /** Used by KafkaIO's unbounded reader in its own thread, which may wait. */
  @Override
  @Deprecated
  public ConsumerRecords<byte[], byte[]> poll(long timeoutMillis) {
    return pollFor(Duration.ofMillis(timeoutMillis));
  }

  private ConsumerRecords<byte[], byte[]> pollFor(Duration wait) {
    if (tuning.inFlight().reached(polledBytes / Math.max(1, polledRecords))) {
      LockSupport.parkNanos(wait.toNanos());
      return ConsumerRecords.empty();
    }
    if (unread.isDue(System.nanoTime())) {
      logUnreadPartitions();
      topicIds.askIfDue(config, topics(), System.nanoTime());
    }
    topicIds.check();
    ConsumerRecords<byte[], byte[]> polled;
    try {
      if (!clocks.prepare(this)) {
        return ConsumerRecords.empty();
      }
      if (catchUp != null && hasCaughtUp(catchUp)) {
        LockSupport.parkNanos(wait.toNanos());
        return ConsumerRecords.empty();
      }
      polled = super.poll(wait);
    } catch (OffsetOutOfRangeException e) {
      return lostRanges(e);
    }
    if (catchUp != null) {
      polled = catchUp.before(polled);
    }
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      polledBytes +=
          Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
      polledRecords++;
    }
    notePositions(polled);
    // KafkaIO recognizes an empty poll by object identity.
    ConsumerRecords<byte[], byte[]> pages = polled.isEmpty() ? polled : pages(polled);
    clocks.polled(this);
    return pages;
  }

  private void notePositions(ConsumerRecords<byte[], byte[]> polled) {
    for (TopicPartition partition : assignment()) {
      List<ConsumerRecord<byte[], byte[]>> records = polled.records(partition);
      long after = -1;
      if (!records.isEmpty()) {
        ConsumerRecord<byte[], byte[]> last = records.get(records.size() - 1);
        after = last.offset() + 1;
        next.put(partition, after);
        positions.returned(partition, last);
      }
      try {
        long position = super.position(partition, Duration.ZERO);
        positions.polled(partition, after, position);
        if (catchUp != null) {
          catchUp.reach(partition, position);
        }
      } catch (KafkaException e) {
        LOG.debug("Unknown position in {}: {}", partition, e.getMessage());
      }
    }
  }

  private boolean hasCaughtUp(KafkaCatchUp ends) {
    for (TopicPartition partition : assignment()) {
      try {
        long position = super.position(partition, Duration.ZERO);
        ends.reach(partition, position);
        if (position < ends.end(partition)) {
          return false;
        }
      } catch (TimeoutException e) {
        return false;
      }
    }
    return true;
  }

  @Override
  public long position(TopicPartition partition) {
    long position = super.position(partition);
    positions.beginAt(partition, position);
    return position;
  }

  private Set<String> topics() {
    Set<String> topics = new TreeSet<>();
    assignment().forEach(partition -> topics.add(partition.topic()));
    return topics;
  }

  /**
   * Seeks past lost ranges and returns them. Does nothing while the log's offsets are unknown; the
   * next poll retries.
   */
  private ConsumerRecords<byte[], byte[]> lostRanges(OffsetOutOfRangeException e) {
    Map<TopicPartition, Long> offsets = e.offsetOutOfRangePartitions();
    if (e instanceof LogTruncationException) {
      throw LostRangeCheck.otherLog(
          "the log contains other records than were read: " + e.getMessage());
    }
    Map<TopicPartition, Long> beginnings;
    Map<TopicPartition, Long> ends;
    try {
      beginnings = super.beginningOffsets(offsets.keySet(), LONGEST_LOOK_AT_LOG);
      ends = super.endOffsets(offsets.keySet(), LONGEST_LOOK_AT_LOG);
    } catch (TimeoutException unknown) {
      LOG.debug("Unknown offsets of {}: {}", offsets, unknown.getMessage());
      return ConsumerRecords.empty();
    }
    long now = System.currentTimeMillis();
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> lost = new HashMap<>();
    offsets.forEach(
        (partition, position) -> {
          long beginning = beginnings.get(partition);
          LostRangeCheck.explain(partition, position, beginning, ends.get(partition), now)
              .ifPresent(
                  range -> {
                    seek(partition, beginning);
                    if (catchUp != null) {
                      catchUp.lost(partition, range.lastOffset());
                    }
                    lost.put(partition, List.of(LostRangeRecord.of(range)));
                  });
        });
    return lost.isEmpty() ? ConsumerRecords.empty() : new ConsumerRecords<>(lost);
  }

  private void logUnreadPartitions() {
    for (String topic : topics()) {
      try {
        int count = super.partitionsFor(topic, LONGEST_QUESTION).size();
        unread.observe(topic, count).ifPresent(LOG::error);
      } catch (TimeoutException e) {
        LOG.debug("Unknown partitions of {}: {}", topic, e.getMessage());
      }
    }
  }

  private ConsumerRecords<byte[], byte[]> pages(ConsumerRecords<byte[], byte[]> polled) {
    long now = System.currentTimeMillis();
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> pages = new HashMap<>();
    for (TopicPartition partition : polled.partitions()) {
      pages.put(
          partition, clocks.pages(partition, polled.records(partition), tuning.pageRecords(), now));
    }
    return new ConsumerRecords<>(pages);
  }

  /** Reads a partition from its beginning, unless a seek follows. */
  @Override
  public void assign(Collection<TopicPartition> partitions) {
    super.assign(partitions);
    super.seekToBeginning(partitions);
    next.clear();
    clocks.assigned(partitions);
    positions.begin(partitions);
  }

  /**
   * Keeps the leader epoch of the last record, if reading continues after it. On the DirectRunner
   * KafkaIO seeks there before each poll, sometimes with a new consumer. Without the epoch, the
   * client would not notice that the log was truncated and has grown since.
   */
  @Override
  public void seek(TopicPartition partition, long offset) {
    @Nullable Long before = next.put(partition, offset);
    if (before == null || before != offset) {
      @Nullable OffsetAndMetadata after = positions.after(partition, offset);
      if (after == null) {
        super.seek(partition, offset);
      } else {
        super.seek(partition, after);
      }
    }
    clocks.moved();
    positions.seek(partition, offset);
  }

  @Override
  public void seekToBeginning(Collection<TopicPartition> partitions) {
    super.seekToBeginning(partitions);
    next.keySet().removeAll(partitions);
    clocks.moved();
  }

  @Override
  public void close() {
    clocks.close();
    super.close();
  }

  @Override
  public List<PartitionInfo> partitionsFor(String topic) {
    if (tuning.partitions() > 0) {
      return partitions(topic, IntStream.range(0, tuning.partitions()));
    }
    List<PartitionInfo> partitions = super.partitionsFor(topic);
    // Otherwise the reader would finish silently when the topic is deleted.
    return partitions.isEmpty()
        ? partitions(
            topic,
            assignment().stream()
                .filter(assigned -> assigned.topic().equals(topic))
                .mapToInt(TopicPartition::partition))
        : partitions;
  }

  private static List<PartitionInfo> partitions(String topic, IntStream numbers) {
    return numbers.mapToObj(p -> new PartitionInfo(topic, p, null, null, null)).toList();
  }

  @Override
  public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
    try {
      Map<TopicPartition, Long> ends =
          new HashMap<>(super.endOffsets(partitions, LONGEST_WAIT_FOR_ENDS));
      outage.answered(partitions, System.currentTimeMillis()).ifPresent(LOG::warn);
      if (catchUp != null) {
        ends.replaceAll((partition, end) -> Math.min(end, catchUp.end(partition)));
      }
      ends.replaceAll(positions::endOfRecords);
      return ends;
    } catch (WakeupException | InterruptException e) {
      // The reader is being closed.
      return unknown(partitions);
    } catch (KafkaException e) {
      long now = System.currentTimeMillis();
      outage
          .failed(partitions, now)
          .ifPresent(
              since ->
                  LOG.error(
                      outage.line(
                          since,
                          now,
                          KafkaProbe.explain(servers, Endpoint.INPUT, protocol),
                          e.getMessage())));
      return unknown(partitions);
    }
  }

  private static Map<TopicPartition, Long> unknown(Collection<TopicPartition> partitions) {
    Map<TopicPartition, Long> unknown = new HashMap<>();
    partitions.forEach(partition -> unknown.put(partition, Long.MAX_VALUE));
    return unknown;
  }
}
