package io.millrace.verify;

import io.millrace.contract.Contract;
import io.millrace.contract.TableDefinition;
import io.millrace.event.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A table's row count beside the audit's count.
 *
 * @param table the exact view
 * @param rows number of its rows
 * @param audited number of audited records with this outcome
 * @param verdict the result of the comparison
 */
public record TableCount(String table, Outcome outcome, long rows, long audited, Verdict verdict) {
  /** The result of comparing the two counts. */
  public enum Verdict {
    EQUAL("as audited"),
    /**
     * Fewer rows than late records, but a row for each event time of a late record. Duplicates of a
     * late event are audited separately but are one row.
     */
    REPEATS("as audited: duplicates of a late event are one row"),
    /** All rows exist that no TTL can have removed. */
    EXPIRED("as audited, except for rows past their TTL"),
    /** Identities that are in two tables, the normal one, that of a route or the error table. */
    IN_BOTH(
        "in BOTH tables: of two copies of an event that differ, a replay accepted the other one"
            + " (docs/audit.md)"),
    /** Missing or extra rows. */
    DIFFERENT("NOT as audited");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  /** Allows for retries between a dead letter's time and its insertion. */
  private static final Duration MARGIN = Duration.ofDays(1);

  public boolean ok() {
    return verdict != Verdict.DIFFERENT && verdict != Verdict.IN_BOTH;
  }

  /**
   * Counts the tables of a contract. Only dead letters have an arrival time, so a bounded range
   * counts only them.
   *
   * @param audit the audit of all topics if the range is unbounded
   * @param audited audited records of each outcome in the range
   * @param deadLetterTable whether dead letters are written to their table
   */
  static List<TableCount> of(
      ClickHouseQueries tables,
      Contract contract,
      AuditQueries audit,
      AuditRange range,
      Map<Outcome, Long> audited,
      boolean deadLetterTable) {
    Contract.Tables named = contract.tables();
    Duration auditTtl = named.audit().ttl();
    List<TableCount> counts = new ArrayList<>();
    if (range.isWhole()) {
      counts.add(count(tables, audit, named.accepted(), Outcome.ACCEPTED, auditTtl));
      List<TableDefinition> valid = new ArrayList<>(named.accepted());
      if (named.error() != null) {
        counts.add(count(tables, audit, List.of(named.error()), Outcome.ERROR, auditTtl));
        valid.add(named.error());
      }
      addInBoth(tables, valid, counts);
      counts.add(count(tables, audit, List.of(named.late()), Outcome.LATE, auditTtl));
    }
    if (!deadLetterTable) {
      return counts;
    }
    String dead = named.deadLetters().name();
    long rows =
        tables.number(
            "SELECT count() FROM "
                + dead
                + "_exact"
                + audit.whereOfAny(range)
                + audit.stillDead(dead));
    long records = audited.getOrDefault(Outcome.DEAD, 0L);
    boolean older = rows > records && hasOlder(tables, dead, auditTtl);
    Duration ttl = named.deadLetters().ttl();
    counts.add(
        new TableCount(
            dead + "_exact",
            Outcome.DEAD,
            rows,
            records,
            verdict(
                rows, records, ttl == null ? records : kept(tables, audit, range, ttl), older)));
    return counts;
  }

  /** Adds a line for each two tables that hold an event of the same identity. */
  private static void addInBoth(
      ClickHouseQueries tables, List<TableDefinition> valid, List<TableCount> counts) {
    for (int second = 1; second < valid.size(); second++) {
      for (int first = 0; first < second; first++) {
        long both = inBoth(tables, valid.get(first), valid.get(second));
        if (both > 0) {
          counts.add(
              new TableCount(
                  valid.get(first).name() + "_exact, " + valid.get(second).name() + "_exact",
                  Outcome.ERROR,
                  both,
                  0,
                  Verdict.IN_BOTH));
        }
      }
    }
  }

  /**
   * The number of identities in both tables. Loads the error table's identities into memory and
   * scans the normal table's.
   */
  private static long inBoth(
      ClickHouseQueries tables, TableDefinition normal, TableDefinition error) {
    if (!normal.identity().equals(error.identity())) {
      return 0;
    }
    String identity =
        normal.identity().stream()
            .map(column -> "`" + column + "`")
            .collect(Collectors.joining(", "));
    return tables.number(
        "SELECT count() FROM %s_exact WHERE (%s) IN (SELECT %s FROM %s_exact)"
            .formatted(normal.name(), identity, identity, error.name()));
  }

  private static TableCount count(
      ClickHouseQueries tables,
      AuditQueries audit,
      List<TableDefinition> parts,
      Outcome outcome,
      @Nullable Duration auditTtl) {
    Instant now = Instant.ofEpochSecond(tables.number("SELECT toUnixTimestamp(now())"));
    TableEvidence evidence = TableEvidence.of(tables, audit, parts, outcome, auditTtl, now);
    return new TableCount(
        parts.stream().map(part -> part.name() + "_exact").collect(Collectors.joining(" + ")),
        outcome,
        evidence.rows(),
        evidence.audited(),
        evidence.verdict(outcome));
  }

  /**
   * The number of dead letters that must exist: those whose TTL, which starts with the insertion,
   * has not passed.
   */
  private static long kept(
      ClickHouseQueries tables, AuditQueries audit, AuditRange range, Duration ttl) {
    return tables.number(
        ("SELECT count() FROM %s%s AND outcome = 'dead' AND written_at >"
                + " now64(3) - toIntervalSecond(%s)")
            .formatted(audit.view(), audit.where(range), ttl.minus(MARGIN).toSeconds()));
  }

  /**
   * Compares the counts of dead letters.
   *
   * @param kept number of audited ones that no TTL can have removed
   * @param older whether the table contains rows older than the audit's TTL
   */
  static Verdict verdict(long rows, long audited, long kept, boolean older) {
    if (rows == audited) {
      return Verdict.EQUAL;
    }
    if (rows > audited) {
      return older ? Verdict.EXPIRED : Verdict.DIFFERENT;
    }
    return rows < kept ? Verdict.DIFFERENT : Verdict.EXPIRED;
  }

  private static boolean hasOlder(
      ClickHouseQueries tables, String table, @Nullable Duration auditTtl) {
    // A table that Millrace did not create may lack the column.
    return auditTtl != null
        && tables.hasColumn(table, "inserted_at")
        && tables.number(
                "SELECT count() FROM %s WHERE inserted_at < now64(3) - toIntervalSecond(%s)"
                    .formatted(table, auditTtl.toSeconds()))
            > 0;
  }
}
