package io.millrace.verify;

import io.millrace.clickhouse.schema.AuditTable;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Conditions on the minute of arrival, by which an audit is sorted: with them, a query reads only
 * the rows of its minutes. The view of an older version has no minute, and needs no condition. Asks
 * the server once.
 */
public final class AuditMinutes {
  private final boolean isKnown;

  /**
   * Creates the conditions.
   *
   * @param view the exact view of the audit
   */
  public AuditMinutes(ClickHouseQueries tables, String view) {
    isKnown = tables.hasColumn(view, AuditTable.MINUTE);
  }

  /** Continues a condition: only records that arrived at one of these times, in milliseconds. */
  public String andOf(LongStream times) {
    return andIn(
        times
            .map(AuditTable::minuteOf)
            .distinct()
            .mapToObj(ClickHouseQueries::time)
            .collect(Collectors.joining(", ")));
  }

  /**
   * The same for the records of a table.
   *
   * @param table with the times of arrival as {@code record_time}, and conditions
   */
  public String andOfTable(String table) {
    return andIn("SELECT " + AuditTable.minuteOf("record_time") + " FROM " + table);
  }

  /** The same for a range. */
  String andOf(AuditRange range) {
    return isKnown ? and(">=", range.from()) + and("<=", range.to()) : "";
  }

  private static String and(String comparison, @Nullable Instant bound) {
    return bound == null
        ? ""
        : " AND minute %s %s"
            .formatted(
                comparison, ClickHouseQueries.time(AuditTable.minuteOf(bound.toEpochMilli())));
  }

  private String andIn(String minutes) {
    return isKnown ? " AND minute IN (" + minutes + ")" : "";
  }
}
