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
 * The rows of one table beside the records that the audit says are in it.
 *
 * @param table the exact view
 * @param rows how many it shows
 * @param audited how many the audit has with this outcome
 * @param verdict whether that is as it must be
 */
public record TableCount(String table, Outcome outcome, long rows, long audited, Verdict verdict) {
  /** What the two numbers mean. */
  public enum Verdict {
    /** They are equal. */
    EQUAL("as audited"),
    /**
     * Fewer rows than late records, but a row for each time that a late record had: the same event
     * that is late twice is one row.
     */
    REPEATS("as audited: a late event that comes again is audited again and is the same row"),
    /** Every row is there that no ttl can have removed. */
    EXPIRED("as audited, except for rows that a ttl has removed or may remove"),
    /** Identities that are in the normal table and in the error table. */
    IN_BOTH(
        "in BOTH tables: copies of one event, one of them with an error, of which another one was"
            + " first when they were read again (docs/audit.md)"),
    /** A row too few or too many. */
    DIFFERENT("NOT as audited");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  /** For a dead letter that had to be written several times before its answer came. */
  private static final Duration MARGIN = Duration.ofDays(1);

  /** Whether nothing is wrong here. */
  public boolean ok() {
    return verdict != Verdict.DIFFERENT && verdict != Verdict.IN_BOTH;
  }

  /**
   * Counts the tables of a contract. Only dead letters know when their record arrived; the other
   * tables can be counted only as a whole.
   *
   * @param audit all topics' audit if the range is whole
   * @param audited the audit's count of each outcome in the range
   * @param deadLetterTable whether dead letters are in their table
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
      counts.add(count(tables, audit, named.normal(), Outcome.ACCEPTED, auditTtl));
      if (named.error() != null) {
        counts.add(count(tables, audit, named.error(), Outcome.ERROR, auditTtl));
        long both = inBoth(tables, named.normal(), named.error());
        if (both > 0) {
          counts.add(
              new TableCount(
                  named.normal().name() + "_exact, " + named.error().name() + "_exact",
                  Outcome.ERROR,
                  both,
                  0,
                  Verdict.IN_BOTH));
        }
      }
      counts.add(count(tables, audit, named.late(), Outcome.LATE, auditTtl));
    }
    if (!deadLetterTable) {
      return counts;
    }
    String dead = named.deadLetters().name();
    long rows =
        tables.number(
            "SELECT count() FROM " + dead + "_exact WHERE " + audit.ours() + " AND " + range.sql());
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

  /**
   * How many identities two tables share. Costs the memory of the error table's identities, and a
   * scan of the normal table's.
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
        "SELECT count() FROM "
            + normal.name()
            + "_exact WHERE ("
            + identity
            + ") IN (SELECT "
            + identity
            + " FROM "
            + error.name()
            + "_exact)");
  }

  private static TableCount count(
      ClickHouseQueries tables,
      AuditQueries audit,
      TableDefinition table,
      Outcome outcome,
      @Nullable Duration auditTtl) {
    Instant now = Instant.ofEpochSecond(tables.number("SELECT toUnixTimestamp(now())"));
    TableEvidence evidence = TableEvidence.of(tables, audit, table, outcome, auditTtl, now);
    return new TableCount(
        table.name() + "_exact",
        outcome,
        evidence.rows(),
        evidence.audited(),
        evidence.verdict(outcome));
  }

  /**
   * Dead letters that must be there: those written so recently that the TTL of their table, which
   * counts from the writing, has not passed.
   */
  private static long kept(
      ClickHouseQueries tables, AuditQueries audit, AuditRange range, Duration ttl) {
    return tables.number(
        "SELECT count() FROM "
            + audit.view()
            + " WHERE "
            + audit.ours()
            + " AND "
            + range.sql()
            + " AND outcome = 'dead' AND written_at > now64(3) - toIntervalSecond("
            + ttl.minus(MARGIN).toSeconds()
            + ")");
  }

  /**
   * The meaning of two numbers of dead letters.
   *
   * @param kept how many of the audited ones cannot have been removed by a TTL
   * @param older whether the table holds rows older than the audit can
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
    if (auditTtl == null) {
      return false;
    }
    // A table that somebody else made need not have the column.
    boolean knows =
        tables.number(
                "SELECT count() FROM system.columns WHERE database = currentDatabase() AND name ="
                    + " 'inserted_at' AND table = "
                    + ClickHouseQueries.literal(table))
            > 0;
    return knows
        && tables.number(
                "SELECT count() FROM "
                    + table
                    + " WHERE inserted_at < now64(3) - toIntervalSecond("
                    + auditTtl.toSeconds()
                    + ")")
            > 0;
  }
}
