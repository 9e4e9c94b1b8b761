package io.millrace.verify;

import io.millrace.contract.TableDefinition;
import io.millrace.event.Outcome;
import io.millrace.verify.TableCount.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Counts for comparing the event tables of an outcome with the audit, which does not name the table
 * of a record. The shortest TTL of the tables counts for all of them.
 *
 * <p>The audit has each record's event time, so it determines which rows no TTL can have removed.
 * It has no identities, so it cannot distinguish duplicates of a late event from different events.
 * But event time is part of the identity. So the late table must contain each event time of a late
 * record, and not more often than the audit.
 *
 * @param liveRows rows whose TTL has not passed; all rows without a TTL
 * @param liveAudited audited records whose TTL has not passed
 * @param otherRows rows whose TTL has passed or passes soon; they may disappear at any time
 * @param otherAudited audited records whose TTL has passed or passes soon
 * @param undated records audited before the audit had event times; they can match any row
 * @param timesWithoutRow for late records, event times of live records without a row; else 0
 * @param rowsTooMany for late records, rows in excess of the records with the same time; else 0
 * @param recentRows rows whose audit record is within the audit's TTL; negative if the audit has
 *     lost no record
 */
record TableEvidence(
    long liveRows,
    long liveAudited,
    long otherRows,
    long otherAudited,
    long undated,
    long timesWithoutRow,
    long rowsTooMany,
    long recentRows) {
  /** Allows for clock skew and for the duration of the queries. */
  private static final Duration MARGIN = Duration.ofHours(1);

  /** The event time of records audited before the column existed. */
  private static final String NO_TIME = "toDateTime64(0, 3, 'UTC')";

  long rows() {
    return liveRows + otherRows;
  }

  long audited() {
    return liveAudited + otherAudited + undated;
  }

  Verdict verdict(Outcome outcome) {
    boolean late = outcome == Outcome.LATE;
    if (late ? timesWithoutRow > 0 : liveRows < liveAudited) {
      return Verdict.DIFFERENT;
    }
    // Records that the audit's TTL removed can match any row except the recent ones.
    long surplus = recentRows >= 0 ? recentRows - audited() : rows() - audited();
    boolean liveTooMany = recentRows < 0 && liveRows > liveAudited + undated;
    boolean timesTooOften = recentRows < 0 && rowsTooMany > undated;
    if (surplus > 0 || liveTooMany || timesTooOften) {
      return Verdict.DIFFERENT;
    }
    if (rows() == audited()) {
      return Verdict.EQUAL;
    }
    boolean onlyRepeats = late && rows() < audited() && otherAudited == 0 && undated == 0;
    return onlyRepeats ? Verdict.REPEATS : Verdict.EXPIRED;
  }

  /**
   * Queries the counts.
   *
   * @param auditTtl the audit's TTL; null for none
   * @param now the server's clock
   */
  static TableEvidence of(
      ClickHouseQueries tables,
      AuditQueries audit,
      List<TableDefinition> parts,
      Outcome outcome,
      @Nullable Duration auditTtl,
      Instant now) {
    String time = "`" + parts.get(0).timeColumn() + "`";
    String exact =
        parts.stream()
            .map(part -> "SELECT " + time + " FROM " + part.name() + "_exact")
            .collect(Collectors.joining(" UNION ALL ", "(", ")"));
    Duration ttl =
        parts.stream()
            .flatMap(part -> Stream.ofNullable(part.ttl()))
            .min(Comparator.naturalOrder())
            .orElse(null);
    String records =
        audit.view() + " WHERE " + audit.ours() + " AND outcome = '" + outcome.label() + "'";
    String cut = ttl == null ? "1" : "%s >= " + AuditRange.time(now.plus(MARGIN).minus(ttl));
    boolean expires = ttl != null;
    String eventTime = audit.knowsEventTimes() ? "event_time" : NO_TIME;
    String noTime = eventTime + " = " + NO_TIME;
    String undated = expires || outcome == Outcome.LATE ? noTime : "0";
    String[] audited =
        tables
            .rows(
                ("SELECT countIf(_live AND NOT _undated), countIf(NOT _live AND NOT"
                        + " _undated), countIf(_undated) FROM (SELECT %s AS _live, %s AS"
                        + " _undated FROM %s)")
                    .formatted(cut.formatted(eventTime), undated, records))
            .get(0);
    String[] rows =
        tables
            .rows(
                "SELECT countIf(_live), countIf(NOT _live) FROM (SELECT %s AS _live FROM %s)"
                    .formatted(cut.formatted(time), exact))
            .get(0);
    String[] times = {"0", "0"};
    if (outcome == Outcome.LATE) {
      times =
          tables
              .rows(
                  ("SELECT countIf(records > 0 AND entries = 0 AND _live),"
                          + " sumIf(toInt64(entries) - toInt64(records), entries > records)"
                          + " FROM (SELECT time, sum(record) AS records, sum(entry) AS"
                          + " entries, max(_live) AS _live FROM (SELECT %s AS time, 1 AS"
                          + " record, 0 AS entry, %s AS _live FROM %s AND NOT (%s) UNION ALL"
                          + " SELECT %s, 0, 1, 0 FROM %s) GROUP BY time)")
                      .formatted(
                          millis(eventTime),
                          cut.formatted(eventTime),
                          records,
                          noTime,
                          millis(time),
                          exact))
              .get(0);
    }
    return new TableEvidence(
        Long.parseLong(rows[0]),
        Long.parseLong(audited[0]),
        Long.parseLong(rows[1]),
        Long.parseLong(audited[1]),
        Long.parseLong(audited[2]),
        Long.parseLong(times[0]),
        Long.parseLong(times[1]),
        recentRows(tables, parts, auditTtl, now));
  }

  /** Rounded down like the audit's times; the server rounds towards 1970. */
  private static String millis(String time) {
    String millis = "toUnixTimestamp64Milli(" + time + ")";
    return millis + " - (fromUnixTimestamp64Milli(" + millis + ", 'UTC') > " + time + ")";
  }

  private static long recentRows(
      ClickHouseQueries tables,
      List<TableDefinition> parts,
      @Nullable Duration auditTtl,
      Instant now) {
    // A table that Millrace did not create may lack the column.
    if (auditTtl == null
        || !parts.stream().allMatch(part -> tables.hasColumn(part.name(), "inserted_at"))) {
      return -1;
    }
    long recent = 0;
    long older = 0;
    for (TableDefinition part : parts) {
      String[] counts =
          tables
              .rows(
                  ("SELECT countIf(recent), countIf(NOT recent) FROM (SELECT inserted_at >= %s AS"
                          + " recent FROM %s FINAL)")
                      .formatted(AuditRange.time(now.plus(MARGIN).minus(auditTtl)), part.name()))
              .get(0);
      recent += Long.parseLong(counts[0]);
      older += Long.parseLong(counts[1]);
    }
    return older == 0 ? -1 : recent;
  }
}
