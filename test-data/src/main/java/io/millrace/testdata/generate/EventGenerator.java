package io.millrace.testdata.generate;

import io.millrace.testdata.manifest.ManifestEntry;
import io.millrace.testdata.manifest.Outcome;
import io.millrace.testdata.sink.GeneratedRecord;
import io.millrace.testdata.sink.MalformedKind;
import io.millrace.testdata.workload.HotQuery;
import io.millrace.testdata.workload.QueryFactory;
import io.millrace.testdata.workload.QueryKeys;
import io.millrace.testdata.workload.RunningQuery;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * Generates {@link GeneratorOptions#count()} records, each with its manifest entry. Does no I/O.
 *
 * <p>The output is deterministic: equal options, partitions, malformed kinds and clock readings
 * give equal bytes. The generator reads the clock once for each record, so call {@link #next} when
 * the record is to be sent. A clock that steps back does not move the record time back.
 *
 * <p>These rules make the outcomes certain:
 *
 * <ul>
 *   <li>An on-time event is sent less than min(outOfOrderness, 4 s) after it happened.
 *   <li>A duplicate repeats one of the last 4096 on-time events in the same partition. The event is
 *       not older than 30 s and never old enough to be late.
 *   <li>A late event is 1 to 30 minutes older than a limit: the record time of 576 records earlier
 *       in its partition minus allowedLateness, outOfOrderness and 2 buckets. It follows at least
 *       {@link GeneratorOptions#lateAfterRecords()} records in the partition.
 * </ul>
 *
 * <p>Not thread-safe. Costs about 5 to 10 microseconds a record and 20 MB of memory.
 */
public final class EventGenerator implements Iterator<GeneratedRecord> {
  /** The maximum delay between an event and its record, limited by the out-of-orderness. */
  private static final long MAX_DELAY_MS = 4000;

  private static final long MAX_DUPLICATE_AGE_MS = 30_000;
  private static final int MAX_RUNNING_QUERIES = 400;
  private static final int MINUTE_MS = 60_000;
  private static final int PRODUCERS = 8;

  private final GeneratorOptions options;
  private final LongSupplier clock;
  private final SplittableRandom random;
  private final RecordMix mix;
  private final QueryKeys keys;
  private final QueryFactory queries;
  private final HotQuery hotQuery;
  private final EventComposer composer;
  private final MalformedEvents malformedEvents;
  private final PartitionClocks partitionClocks;
  private final RunningQuery[] running;
  private final RecentRecords recentEvents;
  private final RecentRecords recentLate;
  private final RecentRecords recentDead;
  private final EventWriter writer = new EventWriter();
  private final ManifestHashes hashes = new ManifestHashes();
  private final long maxDelay;
  private final long maxDuplicateAge;
  private long recordTime = Long.MIN_VALUE;
  private long n;

  /**
   * Creates a generator with every kind of malformed record.
   *
   * @param partitions the number of partitions, at least 1
   * @param clock the clock, in epoch milliseconds
   */
  public EventGenerator(GeneratorOptions options, int partitions, LongSupplier clock) {
    this(options, partitions, EnumSet.allOf(MalformedKind.class), clock);
  }

  /**
   * Creates a generator for a sink that supports only some kinds of malformed records.
   *
   * @throws IllegalArgumentException if the options ask for malformed records and no kind is
   *     allowed
   */
  public EventGenerator(
      GeneratorOptions options, int partitions, Set<MalformedKind> kinds, LongSupplier clock) {
    if (partitions < 1) {
      throw new IllegalArgumentException("expected at least 1 partition, found " + partitions);
    }
    this.options = options;
    this.clock = clock;
    random = new SplittableRandom(options.seed());
    mix = new RecordMix(options, random);
    keys = new QueryKeys(options.seed(), partitions);
    double onTime = 1 - options.duplicates() - options.late() - options.malformed();
    double errorRate = Math.min(1, options.errors() / Math.max(onTime, 1e-9));
    queries = new QueryFactory(random, keys, errorRate);
    hotQuery = new HotQuery(random, queries, keys);
    composer = new EventComposer(random);
    malformedEvents = new MalformedEvents(kinds, random);
    if (options.malformed() > 0 && !malformedEvents.possible()) {
      throw new IllegalArgumentException(
          "the sink supports no kind of malformed record; set malformed to 0");
    }
    partitionClocks = new PartitionClocks(options, partitions);
    int concurrent = (int) Math.max(4, Math.min(MAX_RUNNING_QUERIES, options.count() / 50));
    running = new RunningQuery[concurrent];
    recentEvents = new RecentRecords(4096, random);
    recentLate = new RecentRecords(64, random);
    recentDead = new RecentRecords(64, random);
    long outOfOrderness = options.outOfOrderness().toMillis();
    maxDelay = Math.min(outOfOrderness, MAX_DELAY_MS);
    maxDuplicateAge =
        Math.min(MAX_DUPLICATE_AGE_MS, outOfOrderness + options.allowedLateness().toMillis());
  }

  @Override
  public boolean hasNext() {
    return n < options.count();
  }

  @Override
  public GeneratedRecord next() {
    if (!hasNext()) {
      throw new NoSuchElementException("all " + options.count() + " records were generated");
    }
    recordTime = Math.max(recordTime, clock.getAsLong());
    GeneratedRecord made = make();
    partitionClocks.sent(made.partition(), recordTime);
    n++;
    return made;
  }

  private GeneratedRecord make() {
    RecordMix.Kind kind = mix.draw();
    GeneratedRecord made =
        switch (kind) {
          case DUPLICATE -> duplicate();
          case LATE -> late();
          case MALFORMED -> malformed();
          case ON_TIME -> onTime();
        };
    if (made == null) {
      mix.owe(kind);
      return onTime();
    }
    return made;
  }

  private GeneratedRecord onTime() {
    GeneratedRecord made = isHot() ? hotQueryEvent() : queryEvent();
    recentEvents.add(made);
    return made;
  }

  private GeneratedRecord queryEvent() {
    int slot = random.nextInt(running.length);
    if (running[slot] == null) {
      running[slot] = queries.start();
    }
    RunningQuery query = running[slot];
    EventDraft draft = composer.compose(query, query.orderedTime(recordTime - delay()));
    if (!query.advance()) {
      running[slot] = null;
    }
    return valid(draft, draft.hasError ? Outcome.ERROR : Outcome.ACCEPTED);
  }

  private GeneratedRecord hotQueryEvent() {
    long earliest = recordTime - Math.max(0, maxDelay - 1);
    HotQuery.Event event = hotQuery.next(earliest, recordTime, recordTime - delay());
    EventDraft draft = composer.compose(event.query(), event.eventTime());
    return valid(draft, draft.hasError ? Outcome.ERROR : Outcome.ACCEPTED);
  }

  private GeneratedRecord duplicate() {
    RecentRecords.Sent sent = recentEvents.drawSince(recordTime - maxDuplicateAge + 1);
    return sent == null ? null : repeat(sent, Outcome.DUPLICATE);
  }

  private GeneratedRecord late() {
    RecentRecords.Sent sent = random.nextInt(12) == 0 ? recentLate.draw() : null;
    if (sent != null) {
      return repeat(sent, Outcome.LATE);
    }
    QueryKeys.Key key = keyOfReadyPartition();
    if (key == null) {
      return null;
    }
    long more = random.nextInt(MINUTE_MS, 30 * MINUTE_MS);
    long eventTime = partitionClocks.lateBefore(key.partition()) - more;
    GeneratedRecord made = valid(composer.compose(queries.single(key), eventTime), Outcome.LATE);
    recentLate.add(made);
    return made;
  }

  private QueryKeys.Key keyOfReadyPartition() {
    for (int i = 0; i < 20 && partitionClocks.anyReadyForLate(); i++) {
      QueryKeys.Key key = keys.next();
      if (partitionClocks.readyForLate(key.partition())) {
        return key;
      }
    }
    return null;
  }

  private GeneratedRecord malformed() {
    RecentRecords.Sent sent = random.nextInt(20) == 0 ? recentDead.draw() : null;
    if (sent != null) {
      return repeat(sent, Outcome.DEAD);
    }
    MalformedKind kind = malformedEvents.nextKind();
    QueryKeys.Key key = isHot() ? hotQuery.key() : keys.next();
    EventDraft draft = composer.composeFull(queries.single(key), recordTime - delay());
    byte[] value = malformedEvents.make(kind, draft, writer);
    GeneratedRecord made =
        record(
            key,
            value,
            ManifestEntry.dead(
                n,
                key.partition(),
                kind.code(),
                value == null ? null : hashes.ofValue(value),
                value == null ? 0 : value.length,
                recordTime));
    if (kind != MalformedKind.TOO_LARGE) {
      recentDead.add(made);
    }
    return made;
  }

  private GeneratedRecord valid(EventDraft draft, Outcome outcome) {
    byte[] value = writer.write(draft);
    ManifestEntry entry =
        new ManifestEntry(
            n,
            draft.key.partition(),
            outcome,
            null,
            draft.key.id() + '|' + draft.type.text() + '|' + draft.eventTime,
            hashes.ofValue(value),
            value.length,
            recordTime,
            draft.eventTime,
            draft.key.id(),
            draft.type.text(),
            draft.databaseColumn,
            draft.userColumn,
            draft.durationMs,
            draft.rowsAffected,
            draft.hasError,
            hashes.ofRow(draft));
    return record(draft.key, value, entry);
  }

  private GeneratedRecord record(QueryKeys.Key key, byte[] value, ManifestEntry entry) {
    return new GeneratedRecord(
        key.utf8(), value, recordTime, key.partition(), headers(key.utf8(), 1), entry);
  }

  private GeneratedRecord repeat(RecentRecords.Sent sent, Outcome outcome) {
    GeneratedRecord first = sent.first();
    return new GeneratedRecord(
        first.key(),
        first.value(),
        recordTime,
        first.partition(),
        headers(first.key(), sent.countCopy()),
        first.entry().repeated(n, outcome, recordTime));
  }

  /** The headers of a record; all records of a key have the same producer. */
  private static Map<String, String> headers(byte[] key, int attempt) {
    int producer = Math.floorMod(Arrays.hashCode(key), PRODUCERS);
    return Map.of("producer", "producer-" + producer, "attempt", Integer.toString(attempt));
  }

  private boolean isHot() {
    return options.hotKey() > 0 && random.nextDouble() < options.hotKey();
  }

  // Mostly small: half of the events have less than a sixteenth of the maximum delay.
  private long delay() {
    double drawn = random.nextDouble();
    return (long) (maxDelay * drawn * drawn * drawn * drawn);
  }
}
