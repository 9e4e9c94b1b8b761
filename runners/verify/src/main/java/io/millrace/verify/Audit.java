package io.millrace.verify;

import io.millrace.contract.Contract;
import io.millrace.event.Outcome;
import io.millrace.event.PipelineMetrics;
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
 * <p>Events read are those with an outcome plus those without one. An offset without an outcome is
 * one that the audit table lacks. It is searched in the Kafka log if there is one, else between the
 * first and the last audited offset of each partition. Offsets lost before they were read do not
 * count.
 *
 * @param minutes events by outcome and minute of arrival, in milliseconds since the epoch
 * @param records the audited records that hold these events
 * @param missing records without outcome
 * @param lost offsets lost before they were read; not part of the equation
 * @param skipped offsets without outcome before the places at which readers were told to begin
 * @param tables row counts of each contract's tables beside the audit's counts
 */
public record Audit(
    SortedMap<Long, Map<Outcome, Long>> minutes,
    RecordCounts records,
    List<OffsetSpan> missing,
    LostRanges lost,
    List<OffsetSpan> skipped,
    List<TableCount> tables) {

  /**
   * Runs an audit.
   *
   * @param contracts the contracts of one run, which share an audit table: a record needs an
   *     outcome under one of them
   * @param log the Kafka log to compare offsets with; null for none
   * @param topics topics to audit; all if empty
   * @param acceptedLost offsets accepted as lost
   * @param deadLetterTable whether dead letters are written to their table
   * @throws WrongUseException if there is no audit table or a query fails
   */
  public static Audit of(
      ClickHouseQueries tables,
      List<Contract> contracts,
      AuditRange range,
      @Nullable KafkaLog log,
      List<String> topics,
      List<OffsetSpan> acceptedLost,
      boolean deadLetterTable) {
    AuditQueries audit = new AuditQueries(tables, contracts, topics);
    if (!audit.isThere()) {
      throw new WrongUseException(
          "there is no audit table `"
              + contracts.get(0).tables().audit().name()
              + "` in this database. Check --output; `scripts/millrace run` creates the table");
    }
    SortedMap<Long, Map<Outcome, Long>> minutes = audit.minutes(range);
    List<OffsetSpan> found = audit.lostRanges(range);
    List<OffsetSpan> skips = LostRanges.union(List.of(audit.skippedRanges()));
    List<OffsetSpan> replaced = audit.replacedRanges(range);
    List<OffsetSpan> known = LostRanges.union(List.of(audit.spans(range), found));
    List<OffsetSpan> all =
        log == null ? LostRanges.hulls(known) : log.spans(range.from(), range.to());
    List<OffsetSpan> removed =
        log == null ? List.of() : LostRanges.removed(known, log.beginnings(), range.to() != null);
    List<OffsetSpan> covered = audit.unbroken(LostRanges.union(List.of(all, removed, found)));
    // A lost range is one even if a later start skips it.
    List<OffsetSpan> skipped =
        LostRanges.gaps(LostRanges.gaps(skips, covered), LostRanges.union(List.of(found)));
    LostRanges lost =
        LostRanges.of(found, LostRanges.gaps(removed, skips), covered, acceptedLost)
            .withReplaced(replaced, acceptedLost);
    List<OffsetSpan> missing = LostRanges.gaps(LostRanges.gaps(all, skips), covered);
    if (log == null) {
      missing = LostRanges.gaps(missing, LostRanges.union(List.of(found, acceptedLost)));
    } else {
      List<OffsetSpan> other =
          new RecreatedTopicCheck(log::firsts, audit::audited)
              .of(LostRanges.gaps(LostRanges.gaps(all, missing), skipped));
      missing = LostRanges.union(List.of(log.records(missing), other));
    }
    List<TableCount> counts = new ArrayList<>();
    for (Contract contract : contracts) {
      // The tables have no topic column, so they are compared with the audit of all topics.
      AuditQueries own = new AuditQueries(tables, contract, range.isWhole() ? List.of() : topics);
      counts.addAll(
          TableCount.of(tables, contract, own, range, sum(own.minutes(range)), deadLetterTable));
    }
    return new Audit(
        minutes, audit.records(range, count(sum(minutes))), missing, lost, skipped, counts);
  }

  private static Map<Outcome, Long> sum(SortedMap<Long, Map<Outcome, Long>> minutes) {
    Map<Outcome, Long> sum = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      sum.put(outcome, 0L);
    }
    minutes.values().forEach(m -> m.forEach((o, records) -> sum.merge(o, records, Long::sum)));
    return sum;
  }

  private static long count(Map<Outcome, Long> outcomes) {
    return outcomes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The equation. A record without outcome counts as one event. */
  public Balance balance() {
    Map<Outcome, Long> outcomes = sum(minutes);
    return new Balance(
        records.records() + recordsWithoutOutcome(),
        withoutOutcome() + count(outcomes),
        outcomes,
        records.empty() == 0 ? Map.of() : Map.of(PipelineMetrics.EMPTY_RECORDS, records.empty()));
  }

  private long recordsWithoutOutcome() {
    return missing.stream().mapToLong(OffsetSpan::length).sum();
  }

  /** Events without outcome; at least one for each record without any. */
  public long withoutOutcome() {
    return recordsWithoutOutcome() + records.eventsWithoutOutcome();
  }

  /** Whether every event has an outcome, every outcome its row, and no offset was lost. */
  public boolean ok() {
    return withoutOutcome() == 0 && lost.ok() && tables.stream().allMatch(TableCount::ok);
  }
}
