package io.millrace.kafka.read;

import io.millrace.event.LostRange;
import io.millrace.event.SourceRecord;
import io.millrace.kafka.read.ReadMark.Position;
import io.millrace.kafka.time.PartitionTime;
import io.millrace.kafka.time.PartitionWatermark;
import io.millrace.kafka.time.RecordTimes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.io.UnboundedSource.UnboundedReader;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.joda.time.Instant;

/**
 * Reads the partitions of a split. It never waits for a broker: a {@link PartitionPoller} and a
 * {@link TopicWatch} do. Without partitions it has no consumer.
 *
 * <p>The watermark is the least of its partitions' watermarks. While the split has no partition, it
 * follows the clock, as long as the brokers list topics. A partition that appears later begins at
 * the watermark reported so far.
 *
 * <p>Only the runner's thread uses it, except {@link #close}.
 */
final class SplitReader extends UnboundedReader<List<SourceRecord>> {
  /** After this time without an answer, an empty split's watermark waits. */
  private static final long LISTING_VALID_MILLIS = 3 * ListingSchedule.INTERVAL_MILLIS;

  /** So many listings without a topic mean that there is none yet. */
  private static final int MISSING_LISTINGS = 3;

  private final SplitSource source;
  private final ReadSettings settings;
  private final RecordTimes times;
  private final Map<TopicPartition, PartitionReading> partitions = new HashMap<>();
  private final SortedMap<String, Uuid> topicIds = new TreeMap<>();
  private final MissingTopics missing = new MissingTopics();
  private final Deque<Step> steps = new ArrayDeque<>();
  private final TopicWatch watch;
  private final HandedOver handedOver;
  private boolean started;
  private long watermark;
  private volatile boolean closed;
  private volatile @Nullable PartitionPoller poller;
  private int incomplete;
  private @Nullable TopicListing listed;
  private @Nullable List<SourceRecord> page;
  private Instant pageTime = BoundedWindow.TIMESTAMP_MIN_VALUE;
  private long bytes;
  private long records;

  SplitReader(SplitSource source, ReadSettings settings, @Nullable ReadMark mark) {
    this.source = source;
    this.settings = settings;
    this.times = new RecordTimes(settings.contract());
    this.watch = TopicWatch.open(settings);
    this.handedOver = HandedOver.of(settings.tuning().inFlight().run());
    this.watermark = BoundedWindow.TIMESTAMP_MIN_VALUE.getMillis();
    if (mark != null) {
      started = mark.started();
      watermark = mark.watermarkMillis();
      topicIds.putAll(mark.topicIds());
      mark.partitions()
          .forEach(
              (partition, position) ->
                  partitions.put(
                      partition, PartitionReading.at(position, time(position.watermarkMillis()))));
    }
    handedOver.opened(this);
  }

  private PartitionTime time(long from) {
    return new PartitionTime(times, settings.outOfOrdernessMillis(), from);
  }

  @Override
  public boolean start() {
    return advance();
  }

  @Override
  public boolean advance() {
    page = null;
    if (closed) {
      // The run has ended. Another question would open the clients again.
      return false;
    }
    if (steps.isEmpty()) {
      see(watch.latest(System.currentTimeMillis()));
    }
    long wait = settings.tuning().idleWaitMillis();
    if ((poller == null && steps.isEmpty()) || isHeldUp()) {
      LockSupport.parkNanos(wait * 1_000_000);
      return false;
    }
    while (page == null) {
      Step step = steps.peek();
      if (step != null) {
        if (!isOfTheTopic(step)) {
          LockSupport.parkNanos(wait * 1_000_000);
          return false;
        }
        take(step);
        continue;
      }
      PartitionPoller reads = poller;
      try {
        List<Step> more = reads == null ? null : reads.next(wait);
        if (more == null) {
          return false;
        }
        steps.addAll(more);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  /** A runner with durable checkpoints has backpressure, and the question costs microseconds. */
  private boolean isHeldUp() {
    return !settings.tuning().durableCheckpoints()
        && settings.tuning().inFlight().reached((double) bytes / Math.max(1, records));
  }

  /**
   * Whether records are known to be of the topic that is read, and not of one that was created
   * again under its name. If not, a new listing is asked for.
   */
  private boolean isOfTheTopic(Step step) {
    PartitionReading reading = partitions.get(step.partition());
    if (reading == null || !(step instanceof Step.Records some) || !reading.doubts(some)) {
      return true;
    }
    long now = System.currentTimeMillis();
    if (!missing.contains(step.partition().topic())) {
      watch.listNow(now);
    }
    see(watch.latest(now));
    return !reading.doubts(some);
  }

  /** Compares a listing of topics with the partitions read. */
  private void see(@Nullable TopicListing now) {
    if (now == null || (listed != null && listed.atMillis() == now.atMillis())) {
      return;
    }
    listed = now;
    if (!started && !now.topics().keySet().containsAll(settings.topics().names())) {
      // A broker may not know a topic yet. It would be new in the next listing.
      incomplete++;
      if (incomplete < MISSING_LISTINGS) {
        watch.listSoon();
        return;
      }
    }
    now.topics().forEach((topic, found) -> seeTopic(topic, found, now.atMillis()));
    for (String topic : List.copyOf(topicIds.keySet())) {
      if (now.topics().containsKey(topic)) {
        missing.remove(topic);
      } else if (missing.isGone(topic, now.atMillis())) {
        leave(topic);
      }
    }
    started = true;
    partitions.forEach(
        (partition, reading) -> {
          if (!reading.asked && now.topics().containsKey(partition.topic())) {
            begin(partition, reading, null);
          }
        });
  }

  private void seeTopic(String topic, TopicListing.Topic found, long atMillis) {
    Uuid before = topicIds.get(topic);
    boolean again =
        before != null
            && !before.equals(found.id())
            && !before.equals(Uuid.ZERO_UUID)
            && !found.id().equals(Uuid.ZERO_UUID);
    for (int p = 0; p < found.partitions(); p++) {
      TopicPartition partition = new TopicPartition(topic, p);
      if (!source.owns(partition)) {
        continue;
      }
      topicIds.put(topic, found.id());
      PartitionReading reading = partitions.get(partition);
      if (reading == null) {
        long from = started ? watermark : PartitionWatermark.UNKNOWN;
        reading =
            new PartitionReading(time(from), started ? Position.EARLIEST : Position.AS_STARTED);
        partitions.put(partition, reading);
      } else if (again) {
        LostRange lost = UnreadRanges.deleted(partition, reading.next, reading.knownEnd, true);
        reading.next = Position.EARLIEST;
        reading.epoch = -1;
        reading.knownEnd = 0;
        begin(partition, reading, lost);
      } else {
        confirm(partition, reading, atMillis);
      }
      reading.listedMillis = atMillis;
    }
  }

  private void confirm(TopicPartition partition, PartitionReading reading, long listedMillis) {
    if (poller == null) {
      return;
    }
    poller.ends().confirm(partition, listedMillis);
    LogEnds.End end = poller.ends().of(partition);
    if (end != null && end.answeredMillis() <= listedMillis) {
      reading.knownEnd = end.offset();
    }
  }

  private long end(TopicPartition partition, PartitionReading reading) {
    LogEnds.End end = poller == null ? null : poller.ends().of(partition);
    return end == null ? reading.knownEnd : Math.max(reading.knownEnd, end.offset());
  }

  private void begin(
      TopicPartition partition, PartitionReading reading, @Nullable LostRange unread) {
    PartitionPoller reads = poller;
    if (reads == null) {
      reads = new PartitionPoller(settings, watch, "kafka-read-" + source);
      poller = reads;
    }
    reading.asked = true;
    reading.moving = true;
    if (closed) {
      reads.close();
    }
    reads.begin(
        new PartitionBegin(partition, reading.next, reading.epoch, reading.knownEnd, unread));
  }

  /** Stops reading a topic that was deleted. */
  private void leave(String topic) {
    topicIds.remove(topic);
    missing.remove(topic);
    for (TopicPartition partition : List.copyOf(partitions.keySet())) {
      PartitionReading reading = partitions.get(partition);
      if (!partition.topic().equals(topic) || reading == null) {
        continue;
      }
      LostRange lost =
          UnreadRanges.deleted(partition, reading.next, end(partition, reading), false);
      if (poller != null) {
        poller.begin(PartitionBegin.stop(partition));
      }
      partitions.remove(partition);
      if (lost != null) {
        steps.add(new Step.Gone(partition, lost));
      }
    }
  }

  private void take(Step step) {
    steps.poll();
    PartitionReading reading = partitions.get(step.partition());
    if (step instanceof Step.Gone gone) {
      hand(gone.unread(), watermark);
    } else if (reading != null && step instanceof Step.Moved moved) {
      take(reading, moved);
    } else if (reading != null && !reading.moving && step instanceof Step.Records some) {
      take(reading, some);
    }
  }

  private void take(PartitionReading reading, Step.Moved moved) {
    reading.moving = false;
    reading.time.continueWith(moved.clock());
    if (moved.next() < reading.next) {
      // A truncated log.
      reading.knownEnd = moved.next();
    }
    reading.next = moved.next();
    LostRange unread = moved.unread();
    if (unread != null) {
      hand(unread, reading.time.watermarkMillis());
    }
    handedOver.at(moved.partition(), reading);
  }

  private void hand(LostRange unread, long at) {
    page = List.of(unread.asRecord(at));
    pageTime = Instant.ofEpochMilli(at);
    handedOver.count(1);
  }

  private void take(PartitionReading reading, Step.Records some) {
    List<ConsumerRecord<byte[], byte[]>> all = some.records();
    int size = settings.tuning().pageRecords();
    if (all.size() > size) {
      List<ConsumerRecord<byte[], byte[]>> rest = all.subList(size, all.size());
      steps.addFirst(new Step.Records(some.partition(), rest, some.next(), some.updatedMillis()));
      all = all.subList(0, size);
      reading.next = rest.get(0).offset();
    } else {
      reading.next = some.next();
    }
    if (!all.isEmpty()) {
      pageTime = Instant.ofEpochMilli(reading.time.watermarkMillis());
      page = reading.time.read(all);
      reading.epoch = all.get(all.size() - 1).leaderEpoch().orElse(reading.epoch);
      for (ConsumerRecord<byte[], byte[]> record : all) {
        bytes +=
            Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
      }
      records += all.size();
      handedOver.count(all.size());
    }
    reading.time.skipTo(reading.next);
    handedOver.at(some.partition(), reading);
  }

  @Override
  public List<SourceRecord> getCurrent() {
    return Optional.ofNullable(page).orElseThrow();
  }

  @Override
  public Instant getCurrentTimestamp() {
    return pageTime;
  }

  @Override
  public Instant getWatermark() {
    watermark = Math.max(watermark, now());
    return Instant.ofEpochMilli(watermark);
  }

  private long now() {
    TopicListing last = listed;
    if (last == null) {
      return watermark;
    }
    if (partitions.isEmpty()) {
      long clock = System.currentTimeMillis();
      return clock - last.atMillis() > LISTING_VALID_MILLIS
          ? watermark
          : clock - settings.outOfOrdernessMillis();
    }
    long least = Long.MAX_VALUE;
    for (Map.Entry<TopicPartition, PartitionReading> entry : partitions.entrySet()) {
      LogEnds.End end = poller == null ? null : poller.ends().of(entry.getKey());
      least = Math.min(least, entry.getValue().watermarkMillis(end));
    }
    return least;
  }

  @Override
  public ReadMark getCheckpointMark() {
    SortedMap<TopicPartition, Position> positions = new TreeMap<>(ReadMark.ORDER);
    partitions.forEach((partition, reading) -> positions.put(partition, reading.position()));
    // In a process that publishes what is in flight, a checkpoint is not durable.
    return new ReadMark(
        started,
        watermark,
        new TreeMap<>(topicIds),
        positions,
        settings.tuning().durableCheckpoints() ? mark -> watch.commit(mark.offsets()) : null);
  }

  @Override
  public UnboundedSource<List<SourceRecord>, ?> getCurrentSource() {
    return source;
  }

  /** Any thread may close it, and more than once. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    handedOver.closed(this);
    PartitionPoller reads = poller;
    if (reads != null) {
      reads.close();
    }
    watch.close();
  }
}
