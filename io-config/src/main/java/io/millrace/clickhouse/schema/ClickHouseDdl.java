package io.millrace.clickhouse.schema;

import io.millrace.clickhouse.schema.ClickHouseTable.Column;
import io.millrace.clickhouse.schema.ClickHouseTable.View;
import io.millrace.contract.Rollup;
import io.millrace.io.schema.Remedy.Change;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The statements that create a contract's tables and views. */
public final class ClickHouseDdl {
  /** When the server accepted the row, by the server's clock: for freshness and audits. */
  static final String INSERTED_AT = "inserted_at";

  /**
   * How many inserts a table remembers for deduplication, and for how long: the server drops a
   * retry that comes within them. The engine decides whether the first setting or the others apply.
   * Every table has all of them, so that it can be copied to an engine with replicas. The time is a
   * week, because a batch may wait until an operator has fixed its table.
   */
  static final SortedMap<String, String> DEDUPLICATION =
      Collections.unmodifiableSortedMap(
          new TreeMap<>(
              Map.of(
                  "non_replicated_deduplication_window", "1000",
                  "replicated_deduplication_window", "10000",
                  "replicated_deduplication_window_seconds", "604800")));

  /** A view, unless it is there. */
  static final String IF_MISSING = "CREATE VIEW IF NOT EXISTS ";

  /** Replaces a view in one step. */
  static final String ANEW = "CREATE OR REPLACE VIEW ";

  private ClickHouseDdl() {}

  /** Settings as ALTER TABLE and CREATE TABLE take them. */
  static String list(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(e -> e.getKey() + " = " + e.getValue())
        .collect(Collectors.joining(", "));
  }

  public static Change created(String statement) {
    return new Change("creates it", "created", statement);
  }

  static String createDatabase(String database) {
    return "CREATE DATABASE IF NOT EXISTS " + ClickHouseTypes.quote(database);
  }

  static String createTable(String database, ClickHouseTable table) {
    StringBuilder sql = new StringBuilder(1024);
    sql.append("CREATE TABLE IF NOT EXISTS ").append(qualified(database, table.name()));
    sql.append("\n(\n");
    for (Column column : table.columns()) {
      sql.append("  ").append(ClickHouseTypes.quote(column.name()));
      sql.append(' ').append(column.type());
      if (column.name().equals(ClickHouseTable.ELEMENTS)) {
        // Contracts whose records are one event share the table, and do not write it.
        sql.append(" DEFAULT ").append(column.initial());
      }
      sql.append(codec(column)).append(",\n");
    }
    // Materialized: neither SELECT * nor an INSERT names it, but a query can.
    sql.append("  ").append(ClickHouseTypes.quote(INSERTED_AT));
    sql.append(' ').append(ClickHouseTypes.TIME).append(" MATERIALIZED now64(3, 'UTC')");
    sql.append(" CODEC(").append(ClickHouseTypes.TIME_CODEC).append(")\n)\n");
    // The engine collapses rows with equal keys only within a partition. So the partition, too,
    // depends on the identity alone, which always holds the time.
    sql.append("ENGINE = ReplacingMergeTree");
    if (table.replacesRows()) {
      sql.append(
          table.versionColumns().stream()
              .map(ClickHouseTypes::quote)
              .collect(Collectors.joining(", ", "(", ")")));
    }
    sql.append('\n');
    sql.append("PARTITION BY toYYYYMMDD(").append(ClickHouseTypes.quote(table.timeColumn()));
    sql.append(")\nORDER BY (").append(String.join(", ", table.orderBy())).append(")\n");
    if (table.ttl() != null) {
      sql.append("TTL ").append(ttl(table)).append('\n');
    }
    sql.append("SETTINGS ").append(list(DEDUPLICATION));
    if (table.ttl() != null) {
      // A part holds one day: dropping it costs nothing, rewriting it costs a merge.
      sql.append(", ttl_only_drop_parts = 1");
    }
    return sql.append("\nCOMMENT ").append(ClickHouseTypes.literal(table.comment())).toString();
  }

  static String codec(Column column) {
    return column.codec() == null ? "" : " CODEC(" + column.codec() + ")";
  }

  static String ttl(ClickHouseTable table) {
    return TableTtl.expression(table.ttlColumn(), table.ttl());
  }

  /**
   * The view without duplicates. It need not merge partitions with each other, because duplicates
   * are in the same partition.
   *
   * @param create {@link #IF_MISSING} or {@link #ANEW}
   * @param shown the names of its columns: all that an INSERT may name, so that every contract that
   *     writes to the table finds its own
   */
  static String exactView(
      String create, String database, ClickHouseTable table, Collection<String> shown) {
    String columns = shown.stream().map(ClickHouseTypes::quote).collect(Collectors.joining(", "));
    String rows =
        "SELECT %s\nFROM %s FINAL\nSETTINGS do_not_merge_across_partitions_select_final = 1"
            .formatted(columns, qualified(database, table.name()));
    return create
        + qualified(database, table.exactView())
        + "\nAS "
        + (table.hasSessions() ? greatestOfOverlapping(columns, rows, table) : rows);
  }

  /** A further view of a table, over the rows of its exact view. */
  static String view(String create, String database, ClickHouseTable table, View view) {
    return create
        + qualified(database, view.name())
        + "\nAS SELECT "
        + view.select()
        + "\nFROM "
        + qualified(database, table.name())
        + " FINAL\nGROUP BY "
        + view.groupBy()
        + "\nSETTINGS do_not_merge_across_partitions_select_final = 1";
  }

  /**
   * Among overlapping sessions, only the one with the most events. Sessions of one run never
   * overlap. A run that started without the earlier run's state may give a session another start,
   * and it cannot remove the earlier run's row.
   */
  private static String greatestOfOverlapping(String columns, String rows, ClickHouseTable table) {
    String start = ClickHouseTypes.quote(Rollup.WINDOW_START);
    String groups =
        table.identity().stream()
            .filter(column -> !column.equals(Rollup.WINDOW_START))
            .map(ClickHouseTypes::quote)
            .collect(Collectors.joining(", "));
    String group = groups.isEmpty() ? "" : "PARTITION BY " + groups + " ";
    String cluster = "PARTITION BY " + (groups.isEmpty() ? "" : groups + ", ") + "_cluster";
    String end = ClickHouseTypes.quote(Rollup.WINDOW_END);
    String events = ClickHouseTypes.quote(Rollup.EVENTS);
    return """
        SELECT %1$s
        FROM (SELECT *, row_number() OVER (%2$s ORDER BY %3$s DESC, %4$s) AS _rank
        FROM (SELECT *, sum(%4$s >= _before) OVER (%5$sORDER BY %4$s) AS _cluster
        FROM (SELECT *, max(%6$s) OVER (%5$sORDER BY %4$s ROWS BETWEEN UNBOUNDED PRECEDING AND 1 \
        PRECEDING) AS _before
        FROM (%7$s))))
        WHERE _rank = 1"""
        .formatted(columns, cluster, events, start, group, end, rows);
  }

  public static String qualified(String database, String table) {
    return ClickHouseTypes.quote(database) + "." + ClickHouseTypes.quote(table);
  }
}
