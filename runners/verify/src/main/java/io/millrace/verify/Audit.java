package io.millrace.verify;

import io.millrace.contract.Contract;
import io.millrace.event.Outcome;
import io.millrace.kafka.KafkaLog;
import io.millrace.kafka.consume.OffsetSpan;
import io.millrace.pipeline.Balance;
import io.millrace.pipeline.WrongUseException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The equation of a range of arrival time, from the audit table.
 *
 * <p>What was read is what has an outcome and what has none, except for what was lost before it was
 * read. The latter are the offsets of each partition's stretch that the audit does not hold: the
 * log's stretch, if the log is asked too, or else that from the first to the last record of the
 * range that the audit knows.
 *
 * @param minutes records by the minute of their arrival, milliseconds since the epoch, UTC, and
 *     outcome
 * @param missing records without outcome
 * @param lost offsets that were never read and can no longer be; not part of the equation
 * @param tables the tables' rows beside the audit's counts
 */
public record Audit(
    SortedMap<Long, Map<Outcome, Long>> minutes,
    List<OffsetSpan> missing,
    LostRanges lost,
    List<TableCount> tables) {

  /**
   * Audits.
   *
   * @param log the log to ask for what was there to be read; null: none
   * @param topics only these topics' records; all, if empty
   * @param acceptedLost offsets that are accepted as lost
   * @param deadLetterTable whether dead letters are in their table
   * @throws WrongUseException in one line, if there is no audit or it cannot be asked
   */
  public static Audit of(
      ClickHouseQueries tables,
      Contract contract,
      AuditRange range,
      @Nullable KafkaLog log,
      List<String> topics,
      List<OffsetSpan> acceptedLost,
      boolean deadLetterTable) {
    AuditQueries audit = new AuditQueries(tables, contract, topics);
    if (!audit.isThere()) {
      throw new WrongUseException(
          "there is no audit table `"
              + contract.tables().audit().name()
              + "` in this database: `scripts/millrace run` creates it and writes it");
    }
    SortedMap<Long, Map<Outcome, Long>> minutes = audit.minutes(range);
    List<OffsetSpan> found = audit.lostRanges(range);
    List<OffsetSpan> known = new ArrayList<>(audit.spans(range));
    known.addAll(found);
    List<OffsetSpan> all =
        log == null ? LostRanges.hulls(known) : log.spans(range.from(), range.to());
    List<OffsetSpan> removed =
        log == null ? List.of() : LostRanges.removed(known, log.beginnings(), range.to() != null);
    List<OffsetSpan> asked = new ArrayList<>(all);
    asked.addAll(removed);
    asked.addAll(found);
    List<OffsetSpan> covered = audit.unbroken(LostRanges.union(asked));
    LostRanges lost = LostRanges.of(found, removed, covered, acceptedLost);
    List<OffsetSpan> missing = OffsetGaps.of(all, covered);
    if (log == null) {
      missing = OffsetGaps.of(missing, LostRanges.union(found));
      missing = OffsetGaps.of(missing, LostRanges.union(acceptedLost));
    } else {
      List<OffsetSpan> other =
          new RecreatedTopicCheck(log::firsts, audit::audited).of(OffsetGaps.of(all, missing));
      missing = new ArrayList<>(log.records(missing));
      missing.addAll(other);
      missing = LostRanges.union(missing);
    }
    // The tables do not know topics: beside them belongs what the audit has of all topics.
    AuditQueries every = range.isWhole() ? new AuditQueries(tables, contract, List.of()) : audit;
    Map<Outcome, Long> audited = sum(range.isWhole() ? every.minutes(range) : minutes);
    return new Audit(
        minutes,
        missing,
        lost,
        TableCount.of(tables, contract, every, range, audited, deadLetterTable));
  }

  private static Map<Outcome, Long> sum(SortedMap<Long, Map<Outcome, Long>> minutes) {
    Map<Outcome, Long> sum = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      sum.put(outcome, 0L);
    }
    minutes.values().forEach(m -> m.forEach((o, records) -> sum.merge(o, records, Long::sum)));
    return sum;
  }

  /** The equation with its numbers. */
  public Balance balance() {
    Map<Outcome, Long> outcomes = sum(minutes);
    long read = withoutOutcome() + outcomes.values().stream().mapToLong(Long::longValue).sum();
    return new Balance(read, outcomes, Map.of());
  }

  /** How many records have none. */
  public long withoutOutcome() {
    return missing.stream().mapToLong(OffsetSpan::length).sum();
  }

  /** Whether every record has its outcome, and every outcome its row, and nothing was lost. */
  public boolean ok() {
    return missing.isEmpty() && lost.ok() && tables.stream().allMatch(TableCount::ok);
  }
}
