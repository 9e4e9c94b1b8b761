package io.millrace.kafka.read;

import io.millrace.event.LostRange;
import io.millrace.event.LostRange.Reason;
import io.millrace.io.observe.RunObservation;
import io.millrace.kafka.consume.KafkaCatchUp;
import io.millrace.kafka.consume.LostRangeCheck;
import io.millrace.kafka.time.ClockReplay;
import io.millrace.kafka.time.PartitionClock;
import io.millrace.kafka.time.RecordTimes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumer of a split, in its own thread. It polls ahead of the reader by at most two polls,
 * and waits then.
 */
final class PartitionPoller implements AutoCloseable {
  private static final int AHEAD = 1;
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration LONGEST_QUESTION = Duration.ofSeconds(5);
  private static final long UNEXPLAINED_MILLIS = 30_000;
  private static final Logger LOG = LoggerFactory.getLogger(PartitionPoller.class);

  private final ReadSettings settings;
  private final TopicWatch watch;
  private final @Nullable KafkaCatchUp catchUp;
  private final Queue<PartitionBegin> begins = new ConcurrentLinkedQueue<>();
  private final ArrayBlockingQueue<List<Step>> polled = new ArrayBlockingQueue<>(AHEAD);
  private final LogEnds ends;
  private final Thread thread;
  private volatile boolean stopping;
  private volatile @Nullable Throwable failure;

  // Only the thread uses these.
  private final MetadataUpdates updates = new MetadataUpdates();
  private final Map<TopicPartition, PartitionBegin> wanted = new HashMap<>();
  private final Map<TopicPartition, Place> placed = new HashMap<>();
  private final Map<TopicPartition, PartitionClock> clocks = new HashMap<>();
  private final Map<TopicPartition, Long> reading = new HashMap<>();
  private final Map<TopicPartition, Long> unexplained = new HashMap<>();
  private final Map<TopicPartition, Truncation> truncations = new HashMap<>();
  private final Set<TopicPartition> paused = new HashSet<>();
  private @Nullable ClockReplay replay;

  private record Place(long next, int epoch, @Nullable LostRange unread) {}

  /**
   * A log that lost its end. What was known of the end is lost; the current leader's epoch tells
   * which ends are of the log before.
   *
   * @param position the offset that reading had reached
   * @param next the offset to continue at
   * @param end the last known end; null if there is none
   */
  private record Truncation(
      long position, long next, LogEnds.@Nullable End end, long sinceMillis) {}

  /**
   * Starts the thread.
   *
   * @param name of the thread
   */
  PartitionPoller(ReadSettings settings, TopicWatch watch, String name) {
    this.settings = settings;
    this.watch = watch;
    String run = settings.tuning().inFlight().run();
    this.ends = new LogEnds(watch, RunObservation.of(run));
    this.catchUp = KafkaCatchUp.of(run);
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Reads a partition, or continues at another place in it. */
  void begin(PartitionBegin begin) {
    begins.add(begin);
  }

  /**
   * The next steps; null if there are none.
   *
   * @throws RuntimeException the thread's failure, also an {@link Error}
   */
  @Nullable List<Step> next(long waitMillis) throws InterruptedException {
    Throwable failed = failure;
    if (failed instanceof Error error) {
      throw error;
    }
    if (failed != null) {
      throw (RuntimeException) failed;
    }
    return waitMillis == 0 ? polled.poll() : polled.poll(waitMillis, TimeUnit.MILLISECONDS);
  }

  /** The ends of the logs that are read. */
  LogEnds ends() {
    return ends;
  }

  @Override
  public void close() {
    stopping = true;
    thread.interrupt();
    try {
      thread.join(SplitConsumer.LONGEST_CLOSE.toMillis() * 2);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (SplitConsumer consumer = SplitConsumer.open(settings, watch.partitions(), updates)) {
      while (!stopping) {
        try {
          turn(consumer.value());
        } catch (RetriableException e) {
          LOG.debug("Kafka does not answer: {}", e.getMessage());
          LockSupport.parkNanos(POLL.toNanos());
        }
      }
    } catch (InterruptException | WakeupException e) {
      if (!stopping) {
        failure = e;
      }
    } catch (RuntimeException | Error e) {
      // Also of memory: without this thread the run would wait for records without a word.
      failure = e;
    } finally {
      closeReplay();
    }
  }

  private void turn(Consumer<byte[], byte[]> consumer) {
    takeBegins(consumer);
    if (!wanted.isEmpty()) {
      place(consumer);
    }
    failUnexplained();
    ask();
    explainTruncations();
    pauseDoubted(consumer);
    if (reading.isEmpty()) {
      LockSupport.parkNanos(POLL.toNanos());
      return;
    }
    try {
      poll(consumer, wanted.isEmpty() ? POLL : Duration.ZERO);
    } catch (OffsetOutOfRangeException e) {
      moved(consumer, e);
    }
  }

  private void takeBegins(Consumer<byte[], byte[]> consumer) {
    PartitionBegin begin = begins.poll();
    boolean changed = begin != null;
    while (begin != null) {
      stopReading(begin.partition());
      if (begin.next() != PartitionBegin.REMOVED) {
        wanted.put(begin.partition(), begin);
        if (begin.knownEnd() > 0) {
          ends.begin(begin.partition(), begin.knownEnd());
        }
      }
      begin = begins.poll();
    }
    if (changed) {
      consumer.assign(reading.keySet());
    }
  }

  private void stopReading(TopicPartition partition) {
    reading.remove(partition);
    wanted.remove(partition);
    placed.remove(partition);
    clocks.remove(partition);
    unexplained.remove(partition);
    truncations.remove(partition);
    ends.remove(partition);
    paused.remove(partition);
    closeReplay();
  }

  private void closeReplay() {
    ClockReplay open = replay;
    if (open != null) {
      replay = null;
      open.close();
    }
  }

  /** Finds the offsets and the clocks of new partitions, then reads them. */
  private void place(Consumer<byte[], byte[]> consumer) {
    if (!placed.keySet().containsAll(wanted.keySet())) {
      FirstOffsets offsets = new FirstOffsets(settings, watch, consumer, LONGEST_QUESTION);
      offsets
          .of(wanted.values())
          .forEach(
              (partition, at) ->
                  placed.put(partition, new Place(at.next(), at.epoch(), at.unread())));
    }
    ClockReplay open = replay;
    if (open == null) {
      open =
          new ClockReplay(
              settings.consumerConfig(watch.partitions()), new RecordTimes(settings.contract()));
      replay = open;
    }
    Map<TopicPartition, Long> offsets = new HashMap<>();
    placed.forEach((partition, at) -> offsets.put(partition, at.next()));
    if (!open.read(offsets, clocks)) {
      return;
    }
    closeReplay();
    List<Step> steps = new ArrayList<>();
    placed.forEach(
        (partition, at) -> {
          reading.put(partition, at.next());
          PartitionClock clock = clocks.get(partition);
          steps.add(
              new Step.Moved(
                  partition,
                  at.next(),
                  clock == null ? new PartitionClock(at.next()) : clock,
                  at.unread()));
          LostRange unread = at.unread();
          if (catchUp != null && unread != null) {
            catchUp.lost(partition, unread.lastOffset());
          }
        });
    LOG.info("Reading continues at {}", offsets);
    consumer.assign(reading.keySet());
    placed.forEach(
        (partition, at) ->
            consumer.seek(
                partition,
                new OffsetAndMetadata(
                    at.next(), at.epoch() < 0 ? Optional.empty() : Optional.of(at.epoch()), "")));
    wanted.clear();
    placed.clear();
    clocks.clear();
    hand(steps);
  }

  private void poll(Consumer<byte[], byte[]> consumer, Duration wait) {
    ConsumerRecords<byte[], byte[]> found = consumer.poll(wait);
    long updatedMillis = updates.latestMillis();
    List<Step> steps = new ArrayList<>();
    for (Map.Entry<TopicPartition, Long> entry : reading.entrySet()) {
      TopicPartition partition = entry.getKey();
      List<ConsumerRecord<byte[], byte[]>> records = found.records(partition);
      long next = SplitConsumer.next(consumer, partition, records, entry.getValue());
      KafkaCatchUp limit = catchUp;
      if (limit != null) {
        long end = Math.max(limit.end(partition), entry.getValue());
        if (next > end) {
          records = records.stream().filter(record -> record.offset() < end).toList();
        }
        limit.count(partition, records);
        limit.reach(partition, next);
        next = Math.min(next, end);
        if (next == end && end >= limit.end(partition)) {
          consumer.pause(List.of(partition));
        }
      }
      if (next != entry.getValue()) {
        steps.add(new Step.Records(partition, records, next, updatedMillis));
        entry.setValue(next);
      }
    }
    if (!steps.isEmpty()) {
      hand(steps);
    }
  }

  private void hand(List<Step> steps) {
    try {
      while (!stopping && !polled.offer(steps, POLL.toMillis(), TimeUnit.MILLISECONDS)) {
        ask();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask() {
    Set<TopicPartition> asked = new HashSet<>(reading.keySet());
    asked.addAll(truncations.keySet());
    ends.ask(asked);
  }

  /**
   * Does not read a topic that may have been deleted, until a listing shows it: the consumer would
   * go on in the middle of a new topic of that name.
   */
  private void pauseDoubted(Consumer<byte[], byte[]> consumer) {
    if (!ends.hasDoubts() && paused.isEmpty()) {
      return;
    }
    for (TopicPartition partition : reading.keySet()) {
      if (ends.isDoubted(partition) && paused.add(partition)) {
        consumer.pause(List.of(partition));
      } else if (!ends.isDoubted(partition) && paused.remove(partition)) {
        consumer.resume(List.of(partition));
      }
    }
  }

  private void explainTruncations() {
    for (TopicPartition partition : List.copyOf(truncations.keySet())) {
      Truncation found = truncations.get(partition);
      LogEnds.End now = ends.of(partition);
      if (found == null || now == null || now.askedMillis() <= found.sinceMillis) {
        continue;
      }
      LogEnds.End end = found.end;
      LostRange lost =
          UnreadRanges.between(
              partition,
              found.position,
              end == null ? 0 : end.before(now),
              found.sinceMillis,
              Reason.TRUNCATED);
      UnreadRanges.logTruncated(partition, found.position, found.next, lost);
      stopReading(partition);
      wanted.put(partition, PartitionBegin.at(partition, found.next, lost));
    }
  }

  /** The log does not hold the offsets to read. */
  private void moved(Consumer<byte[], byte[]> consumer, OffsetOutOfRangeException e) {
    Map<TopicPartition, Long> offsets = e.offsetOutOfRangePartitions();
    Map<TopicPartition, OffsetAndMetadata> divergent =
        e instanceof LogTruncationException truncated ? truncated.divergentOffsets() : Map.of();
    Map<TopicPartition, Long> beginnings =
        consumer.beginningOffsets(offsets.keySet(), LONGEST_QUESTION);
    long now = System.currentTimeMillis();
    for (Map.Entry<TopicPartition, Long> entry : offsets.entrySet()) {
      TopicPartition partition = entry.getKey();
      long position = entry.getValue();
      long beginning = beginnings.get(partition);
      OffsetAndMetadata common = divergent.get(partition);
      LogEnds.End end = ends.of(partition);
      stopReading(partition);
      if (common != null) {
        truncations.put(
            partition, new Truncation(position, Math.max(common.offset(), beginning), end, now));
        ends.askSoon();
      } else if (position < beginning) {
        LostRange lost =
            new LostRange(partition.topic(), partition.partition(), position, beginning - 1, now);
        LostRangeCheck.log(LOG, lost);
        wanted.put(partition, PartitionBegin.at(partition, beginning, lost));
      } else {
        // Perhaps another topic of the same name, which the next listing shows.
        unexplained.put(partition, now);
      }
    }
    consumer.assign(reading.keySet());
  }

  private void failUnexplained() {
    long now = System.currentTimeMillis();
    for (Map.Entry<TopicPartition, Long> entry : unexplained.entrySet()) {
      if (now - entry.getValue() > UNEXPLAINED_MILLIS) {
        throw LostRangeCheck.otherLog(
            "the log of partition %s/%d ends before the offset that was read"
                .formatted(entry.getKey().topic(), entry.getKey().partition()));
      }
    }
  }
}
