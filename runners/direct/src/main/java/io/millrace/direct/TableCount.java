package io.millrace.direct;

import io.millrace.contract.Contract;
import io.millrace.contract.TableDefinition;
import io.millrace.event.Outcome;
import java.time.Duration;
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
record TableCount(String table, Outcome outcome, long rows, long audited, Verdict verdict) {
  /** What the two numbers mean. */
  enum Verdict {
    /** They are equal. */
    EQUAL("as audited"),
    /** Fewer rows than late records: the same event that is late twice is one row. */
    REPEATS("as audited: a late event that comes again is audited again and is the same row"),
    /** One of the two may have lost rows to its ttl. */
    EXPIRED("not comparable: a ttl has or may have removed rows"),
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

    String text() {
      return text;
    }
  }

  /** Whether nothing is wrong here. */
  boolean ok() {
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
      counts.add(count(tables, named.normal(), Outcome.ACCEPTED, audited, auditTtl));
      if (named.error() != null) {
        counts.add(count(tables, named.error(), Outcome.ERROR, audited, auditTtl));
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
      counts.add(count(tables, named.late(), Outcome.LATE, audited, auditTtl));
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
    counts.add(
        new TableCount(
            dead + "_exact",
            Outcome.DEAD,
            rows,
            records,
            verdict(Outcome.DEAD, rows, records, named.deadLetters().ttl() != null, older)));
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
      TableDefinition table,
      Outcome outcome,
      Map<Outcome, Long> audited,
      @Nullable Duration auditTtl) {
    long rows = tables.number("SELECT count() FROM " + table.name() + "_exact");
    long records = audited.getOrDefault(outcome, 0L);
    boolean older = rows > records && hasOlder(tables, table.name(), auditTtl);
    return new TableCount(
        table.name() + "_exact",
        outcome,
        rows,
        records,
        verdict(outcome, rows, records, table.ttl() != null, older));
  }

  /** The meaning of two numbers; {@code older}: the table holds rows older than the audit can. */
  static Verdict verdict(Outcome outcome, long rows, long audited, boolean expires, boolean older) {
    if (rows == audited) {
      return Verdict.EQUAL;
    }
    if (rows > audited) {
      return older ? Verdict.EXPIRED : Verdict.DIFFERENT;
    }
    if (outcome == Outcome.LATE && rows > 0) {
      return Verdict.REPEATS;
    }
    return expires ? Verdict.EXPIRED : Verdict.DIFFERENT;
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
