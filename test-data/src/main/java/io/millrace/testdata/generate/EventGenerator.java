package io.millrace.testdata.generate;

import io.millrace.testdata.manifest.ManifestEntry;
import io.millrace.testdata.manifest.Outcome;
import io.millrace.testdata.sink.GeneratedRecord;
import io.millrace.testdata.sink.MalformedKind;
import io.millrace.testdata.workload.HotQuery;
import io.millrace.testdata.workload.QueryFactory;
import io.millrace.testdata.workload.QueryKeys;
import io.millrace.testdata.workload.RunningQuery;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * The stream of records, with the truth about each: an iterator of {@link GeneratorOptions#count()}
 * records without any input or output of its own.
 *
 * <p>Everything follows from the options, the number of partitions, the kinds of malformed records
 * and what the clock says: the same of these gives the same bytes. The clock is asked once for each
 * record, at the moment it is made, so make a record when it is to be sent. A clock that steps back
 * does not move the record time back.
 *
 * <p>The rules that make the outcomes certain:
 *
 * <ul>
 *   <li>on-time events are told less than min(outOfOrderness, 4 s) after they happened;
 *   <li>a duplicate repeats one of the last 4096 on-time events, to the same partition, not older
 *       than 30 s and never old enough to be late;
 *   <li>a late event is 1 to 30 minutes older than allowedLateness + outOfOrderness + 2 buckets
 *       before the record time that its partition had seen 576 records earlier, and only follows
 *       after {@link GeneratorOptions#lateAfterRecords()} records in that partition.
 * </ul>
 *
 * <p>Not for use by several threads. Costs about 5 to 10 microseconds a record, and 20 MB.
 */
public final class EventGenerator implements Iterator<GeneratedRecord> {
  /** The longest time from an event to its sending, where the out-of-orderness allows it. */
  private static final long LONGEST_DELAY_MS = 4000;

  private static final long OLDEST_DUPLICATE_MS = 30_000;
  private static final int MOST_QUERIES_AT_ONCE = 400;
  private static final int MINUTE_MS = 60_000;

  private final GeneratorOptions options;
  private final LongSupplier clock;
  private final SplittableRandom random;
  private final RecordMix shares;
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
  private final EventDraft draft = new EventDraft();
  private final EventWriter writer = new EventWriter();
  private final ManifestHashes digests = new ManifestHashes();
  private final RecordHeaders headers = new RecordHeaders();
  private final long longestDelay;
  private final long oldestDuplicate;
  private long recordTime = Long.MIN_VALUE;
  private long n;

  /**
   * A generator that makes every kind of malformed record.
   *
   * @param partitions how many partitions the records are spread over, at least 1
   * @param clock the time in epoch milliseconds
   */
  public EventGenerator(GeneratorOptions options, int partitions, LongSupplier clock) {
    this(options, partitions, EnumSet.allOf(MalformedKind.class), clock);
  }

  /**
   * A generator that makes only some kinds of malformed records, for sinks that cannot hold all.
   *
   * @throws IllegalArgumentException when malformed records are asked for and no kind is left
   */
  public EventGenerator(
      GeneratorOptions options, int partitions, Set<MalformedKind> kinds, LongSupplier clock) {
    if (partitions < 1) {
      throw new IllegalArgumentException("partitions must be at least 1, is " + partitions);
    }
    this.options = options;
    this.clock = clock;
    random = new SplittableRandom(options.seed());
    shares = new RecordMix(options, random);
    keys = new QueryKeys(options.seed(), partitions);
    double onTime = 1 - options.duplicates() - options.late() - options.malformed();
    double errorRate = Math.min(1, options.errors() / Math.max(onTime, 1e-9));
    queries = new QueryFactory(random, keys, errorRate);
    hotQuery = new HotQuery(random, queries, keys);
    composer = new EventComposer(random);
    malformedEvents = new MalformedEvents(kinds, random);
    if (options.malformed() > 0 && !malformedEvents.possible()) {
      throw new IllegalArgumentException("malformed records are asked for, but no kind is allowed");
    }
    partitionClocks = new PartitionClocks(options, partitions);
    int atOnce = (int) Math.max(4, Math.min(MOST_QUERIES_AT_ONCE, options.count() / 50));
    running = new RunningQuery[atOnce];
    recentEvents = new RecentRecords(4096, random);
    recentLate = new RecentRecords(64, random);
    recentDead = new RecentRecords(64, random);
    long outOfOrderness = options.outOfOrderness().toMillis();
    longestDelay = Math.min(outOfOrderness, LONGEST_DELAY_MS);
    oldestDuplicate =
        Math.min(OLDEST_DUPLICATE_MS, outOfOrderness + options.allowedLateness().toMillis());
  }

  @Override
  public boolean hasNext() {
    return n < options.count();
  }

  @Override
  public GeneratedRecord next() {
    if (!hasNext()) {
      throw new NoSuchElementException("all " + options.count() + " records are made");
    }
    recordTime = Math.max(recordTime, clock.getAsLong());
    GeneratedRecord made = make();
    partitionClocks.sent(made.partition(), recordTime);
    n++;
    return made;
  }

  private GeneratedRecord make() {
    RecordMix.Turn turn = shares.draw();
    GeneratedRecord made =
        switch (turn) {
          case DUPLICATE -> duplicate();
          case LATE -> late();
          case MALFORMED -> malformed();
          case ON_TIME -> onTime();
        };
    if (made == null) {
      shares.owe(turn);
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
    composer.compose(draft, query, query.orderedTime(recordTime - delay()));
    if (!query.advance()) {
      running[slot] = null;
    }
    return valid(draft.hasError ? Outcome.ERROR : Outcome.ACCEPTED);
  }

  private GeneratedRecord hotQueryEvent() {
    long earliest = recordTime - Math.max(0, longestDelay - 1);
    HotQuery.Event event = hotQuery.next(earliest, recordTime, recordTime - delay());
    composer.compose(draft, event.query(), event.eventTime());
    return valid(draft.hasError ? Outcome.ERROR : Outcome.ACCEPTED);
  }

  private GeneratedRecord duplicate() {
    RecentRecords.Sent sent = recentEvents.drawSince(recordTime - oldestDuplicate + 1);
    return sent == null ? null : again(sent, Outcome.DUPLICATE);
  }

  private GeneratedRecord late() {
    RecentRecords.Sent sent = random.nextInt(12) == 0 ? recentLate.draw() : null;
    if (sent != null) {
      return again(sent, Outcome.LATE);
    }
    QueryKeys.Key key = keyOfReadyPartition();
    if (key == null) {
      return null;
    }
    long more = random.nextInt(MINUTE_MS, 30 * MINUTE_MS);
    composer.compose(
        draft, queries.single(key), partitionClocks.lateBefore(key.partition()) - more);
    GeneratedRecord made = valid(Outcome.LATE);
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
      return again(sent, Outcome.DEAD);
    }
    MalformedKind kind = malformedEvents.nextKind();
    QueryKeys.Key key = isHot() ? hotQuery.key() : keys.next();
    composer.composeFull(draft, queries.single(key), recordTime - delay());
    byte[] value = malformedEvents.make(kind, draft, writer);
    GeneratedRecord made =
        record(
            key,
            value,
            ManifestEntry.dead(
                n,
                key.partition(),
                kind.code(),
                value == null ? null : digests.ofValue(value),
                value == null ? 0 : value.length,
                recordTime));
    if (kind != MalformedKind.TOO_LARGE) {
      recentDead.add(made);
    }
    return made;
  }

  private GeneratedRecord valid(Outcome outcome) {
    byte[] value = writer.write(draft);
    ManifestEntry entry =
        new ManifestEntry(
            n,
            draft.key.partition(),
            outcome,
            null,
            draft.key.id() + '|' + draft.type.text() + '|' + draft.eventTime,
            digests.ofValue(value),
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
            digests.ofRow(draft));
    return record(draft.key, value, entry);
  }

  private GeneratedRecord record(QueryKeys.Key key, byte[] value, ManifestEntry entry) {
    return new GeneratedRecord(
        key.utf8(), value, recordTime, key.partition(), headers.of(key.utf8(), 1), entry);
  }

  private GeneratedRecord again(RecentRecords.Sent sent, Outcome outcome) {
    GeneratedRecord first = sent.first();
    return new GeneratedRecord(
        first.key(),
        first.value(),
        recordTime,
        first.partition(),
        headers.of(first.key(), sent.countCopy()),
        first.entry().again(n, outcome, recordTime));
  }

  private boolean isHot() {
    return options.hotKey() > 0 && random.nextDouble() < options.hotKey();
  }

  // Mostly small: half of the events are told within a sixteenth of the longest delay.
  private long delay() {
    double drawn = random.nextDouble();
    return (long) (longestDelay * drawn * drawn * drawn * drawn);
  }
}
