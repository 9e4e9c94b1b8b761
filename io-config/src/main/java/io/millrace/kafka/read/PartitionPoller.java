package io.millrace.kafka.read;

import io.millrace.event.LostRange;
import io.millrace.event.LostRange.Reason;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
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
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(2);
  private static final long ENDS_EVERY_MILLIS = 1_000;
  private static final long UNEXPLAINED_MILLIS = 30_000;
  private static final Logger LOG = LoggerFactory.getLogger(PartitionPoller.class);

  private final ReadSettings settings;
  private final TopicWatch watch;
  private final @Nullable KafkaCatchUp catchUp;
  private final Queue<Begin> begins = new ConcurrentLinkedQueue<>();
  private final ArrayBlockingQueue<List<Step>> polled = new ArrayBlockingQueue<>(AHEAD);
  private final Map<TopicPartition, End> ends = new ConcurrentHashMap<>();
  private final Map<TopicPartition, Long> doubted = new ConcurrentHashMap<>();
  private final Thread thread;
  private volatile boolean stopping;
  private volatile boolean asking;
  private volatile @Nullable RuntimeException failure;

  // Only the thread uses these.
  private final Map<TopicPartition, Begin> wanted = new HashMap<>();
  private final Map<TopicPartition, Place> placed = new HashMap<>();
  private final Map<TopicPartition, PartitionClock> clocks = new HashMap<>();
  private final Map<TopicPartition, Long> reading = new HashMap<>();
  private final Map<TopicPartition, Long> unexplained = new HashMap<>();
  private final Map<TopicPartition, Truncation> truncations = new HashMap<>();
  private final Set<TopicPartition> paused = new HashSet<>();
  private @Nullable ClockReplay replay;
  private long askMillis;

  /**
   * Where to begin in a partition.
   *
   * @param next as {@link ReadMark.Position#next}; {@link #REMOVED}: stop reading it
   * @param epoch leader epoch of the record before; -1 if unknown
   * @param knownEnd an end of its log that was seen before; 0 if there is none
   * @param unread offsets that are never read by it; null if there are none
   */
  record Begin(
      TopicPartition partition, long next, int epoch, long knownEnd, @Nullable LostRange unread) {
    /** No offset: the partition is not read any more. */
    private static final long REMOVED = -3;

    /** Continues after a change of the log. */
    static Begin at(TopicPartition partition, long next, @Nullable LostRange unread) {
      return new Begin(partition, next, -1, 0, unread);
    }

    /** Stops reading a partition. */
    static Begin stop(TopicPartition partition) {
      return at(partition, REMOVED, null);
    }
  }

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
    private long before(End later) {
      return epoch < later.epoch ? offset : earlier;
    }
  }

  private record Place(long next, int epoch, @Nullable LostRange unread) {}

  /**
   * A log that lost its end. What was known of the end is lost; the current leader's epoch tells
   * which ends are of the log before.
   *
   * @param position the offset that reading had reached
   * @param next the offset to continue at
   * @param end the last known end; null if there is none
   */
  private record Truncation(long position, long next, @Nullable End end, long sinceMillis) {}

  /**
   * Starts the thread.
   *
   * @param name of the thread
   */
  PartitionPoller(ReadSettings settings, TopicWatch watch, String name) {
    this.settings = settings;
    this.watch = watch;
    this.catchUp = KafkaCatchUp.of(settings.tuning().inFlight().run());
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Reads a partition, or continues at another place in it. */
  void begin(Begin begin) {
    begins.add(begin);
  }

  /**
   * The next steps; null if there are none.
   *
   * @throws RuntimeException the thread's failure
   */
  @Nullable List<Step> next(long waitMillis) throws InterruptedException {
    RuntimeException failed = failure;
    if (failed != null) {
      throw failed;
    }
    return waitMillis == 0 ? polled.poll() : polled.poll(waitMillis, TimeUnit.MILLISECONDS);
  }

  /**
   * Resumes a partition whose topic the brokers did not know.
   *
   * @param listedMillis when a listing was asked for that shows the topic that is read
   */
  void confirm(TopicPartition partition, long listedMillis) {
    doubted.computeIfPresent(partition, (p, since) -> since < listedMillis ? null : since);
  }

  /** The end of a partition's log; null if it is unknown. */
  @Nullable End end(TopicPartition partition) {
    return ends.get(partition);
  }

  @Override
  public void close() {
    stopping = true;
    thread.interrupt();
    try {
      thread.join(LONGEST_CLOSE.toMillis() * 2);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (Closing<Consumer<byte[], byte[]>> consumer =
        new Closing<>(new KafkaConsumer<>(settings.consumerConfig()))) {
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
    } catch (RuntimeException e) {
      failure = e;
    } finally {
      closeReplay();
    }
  }

  /** Closes a consumer without waiting for brokers. */
  private record Closing<C extends Consumer<?, ?>>(C value) implements AutoCloseable {
    @Override
    public void close() {
      // An interrupted thread could not close it.
      boolean unused = Thread.interrupted();
      value.close(LONGEST_CLOSE);
    }
  }

  private void turn(Consumer<byte[], byte[]> consumer) {
    takeBegins(consumer);
    if (!wanted.isEmpty()) {
      place(consumer);
    }
    failUnexplained();
    askEnds();
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
    Begin begin = begins.poll();
    boolean changed = begin != null;
    while (begin != null) {
      stopReading(begin.partition());
      if (begin.next() != Begin.REMOVED) {
        wanted.put(begin.partition(), begin);
        if (begin.knownEnd() > 0) {
          ends.put(begin.partition(), new End(begin.knownEnd(), 0, 0, -1, 0));
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
    doubted.remove(partition);
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
      open = new ClockReplay(settings.consumerConfig(), new RecordTimes(settings.contract()));
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
    List<Step> steps = new ArrayList<>();
    for (Map.Entry<TopicPartition, Long> entry : reading.entrySet()) {
      TopicPartition partition = entry.getKey();
      List<ConsumerRecord<byte[], byte[]>> records = found.records(partition);
      long next = position(consumer, partition, records, entry.getValue());
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
        steps.add(new Step.Records(partition, records, next));
        entry.setValue(next);
      }
    }
    if (!steps.isEmpty()) {
      hand(steps);
    }
  }

  private static long position(
      Consumer<byte[], byte[]> consumer,
      TopicPartition partition,
      List<ConsumerRecord<byte[], byte[]>> records,
      long before) {
    long after = records.isEmpty() ? before : records.get(records.size() - 1).offset() + 1;
    try {
      return Math.max(after, consumer.position(partition, Duration.ZERO));
    } catch (RetriableException e) {
      return after;
    }
  }

  private void hand(List<Step> steps) {
    try {
      while (!stopping && !polled.offer(steps, POLL.toMillis(), TimeUnit.MILLISECONDS)) {
        askEnds();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void askEnds() {
    long now = System.currentTimeMillis();
    if (asking || now < askMillis) {
      return;
    }
    Set<TopicPartition> asked = new HashSet<>(reading.keySet());
    asked.addAll(truncations.keySet());
    if (asked.isEmpty()) {
      return;
    }
    asking = true;
    askMillis = now + ENDS_EVERY_MILLIS;
    watch.ends(
        asked,
        new TopicWatch.Ends() {
          @Override
          public void end(TopicPartition partition, long offset, int epoch) {
            End found = new End(offset, now, System.currentTimeMillis(), epoch, 0);
            ends.merge(
                partition,
                found,
                (old, end) -> new End(end.offset, now, end.answeredMillis, epoch, old.before(end)));
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
        });
  }

  /**
   * Does not read a topic that may have been deleted, until a listing shows it: the consumer would
   * go on in the middle of a new topic of that name.
   */
  private void pauseDoubted(Consumer<byte[], byte[]> consumer) {
    if (doubted.isEmpty() && paused.isEmpty()) {
      return;
    }
    for (TopicPartition partition : reading.keySet()) {
      if (doubted.containsKey(partition) && paused.add(partition)) {
        consumer.pause(List.of(partition));
      } else if (!doubted.containsKey(partition) && paused.remove(partition)) {
        consumer.resume(List.of(partition));
      }
    }
  }

  private void explainTruncations() {
    for (TopicPartition partition : List.copyOf(truncations.keySet())) {
      Truncation found = truncations.get(partition);
      End now = ends.get(partition);
      if (found == null || now == null || now.askedMillis <= found.sinceMillis) {
        continue;
      }
      End end = found.end;
      LostRange lost =
          UnreadRanges.between(
              partition,
              found.position,
              end == null ? 0 : end.before(now),
              found.sinceMillis,
              Reason.TRUNCATED);
      UnreadRanges.logTruncated(partition, found.position, found.next, lost);
      stopReading(partition);
      wanted.put(partition, Begin.at(partition, found.next, lost));
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
      End end = ends.get(partition);
      stopReading(partition);
      if (common != null) {
        truncations.put(
            partition, new Truncation(position, Math.max(common.offset(), beginning), end, now));
        askMillis = 0;
      } else if (position < beginning) {
        LostRange lost =
            new LostRange(partition.topic(), partition.partition(), position, beginning - 1, now);
        LOG.error("{}", LostRangeCheck.message(lost));
        wanted.put(partition, Begin.at(partition, beginning, lost));
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
