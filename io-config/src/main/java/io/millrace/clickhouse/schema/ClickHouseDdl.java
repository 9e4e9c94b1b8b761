package io.millrace.clickhouse.schema;

import io.millrace.clickhouse.schema.ClickHouseTable.Column;
import io.millrace.clickhouse.schema.ClickHouseTable.View;
import io.millrace.clickhouse.schema.TableDifference.SetSettings;
import io.millrace.contract.Rollup;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The statements that create what a contract needs. Each leaves alone what exists. */
public final class ClickHouseDdl {
  /** When the server took the row, by the server's clock: for freshness and audits. */
  static final String INSERTED_AT = "inserted_at";

  /**
   * Inserts whose tokens a table remembers, and for how long: a retry this many inserts later is
   * still absorbed. A table heeds the first setting or the others, by its engine; it has them all
   * so that it is the same when it is copied to an engine with replicas. A week, for a batch may
   * wait as long as its table needs to be mended.
   */
  static final Map<String, String> DEDUPLICATION = deduplication();

  /** A view, unless it is there. */
  static final String IF_MISSING = "CREATE VIEW IF NOT EXISTS ";

  /** A view in place of the one that is there, without a moment in which there is none. */
  static final String ANEW = "CREATE OR REPLACE VIEW ";

  private ClickHouseDdl() {}

  private static Map<String, String> deduplication() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("non_replicated_deduplication_window", "1000");
    settings.put("replicated_deduplication_window", "10000");
    settings.put("replicated_deduplication_window_seconds", "604800");
    return Collections.unmodifiableMap(settings);
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
      sql.append(' ').append(column.type()).append(codec(column)).append(",\n");
    }
    // Materialized: not in SELECT *, not in the INSERT, but there for whoever asks.
    sql.append("  ").append(ClickHouseTypes.quote(INSERTED_AT));
    sql.append(' ').append(ClickHouseTypes.TIME).append(" MATERIALIZED now64(3, 'UTC')");
    sql.append(" CODEC(").append(ClickHouseTypes.TIME_CODEC).append(")\n)\n");
    // The engine collapses rows equal in the sort order, but only inside a partition: so the
    // partition, too, depends on the identity alone, which always holds the time.
    sql.append("ENGINE = ReplacingMergeTree");
    if (!table.versionColumns().isEmpty()) {
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
    sql.append("SETTINGS ").append(SetSettings.list(DEDUPLICATION));
    if (table.ttl() != null) {
      // A part holds one day: to drop it whole costs nothing, to rewrite it costs a merge.
      sql.append(", ttl_only_drop_parts = 1");
    }
    return sql.append("\nCOMMENT ").append(ClickHouseTypes.literal(table.comment())).toString();
  }

  static String codec(Column column) {
    return column.codec() == null ? "" : " CODEC(" + column.codec() + ")";
  }

  /** When a row of a table that has a TTL is gone. */
  static String ttl(ClickHouseTable table) {
    return TableTtl.expression(table.ttlColumn(), table.ttl());
  }

  /**
   * The view that never shows a repeat. Partitions need not be merged with each other for it, since
   * repeats of an identity are in the same one.
   *
   * @param create {@link #IF_MISSING} or {@link #ANEW}
   * @param shown the names of its columns: those of the table that an INSERT may name, so that
   *     every contract that writes there finds its own
   */
  static String exactView(
      String create, String database, ClickHouseTable table, Collection<String> shown) {
    String columns = shown.stream().map(ClickHouseTypes::quote).collect(Collectors.joining(", "));
    String rows =
        "SELECT "
            + columns
            + "\nFROM "
            + qualified(database, table.name())
            + " FINAL\nSETTINGS do_not_merge_across_partitions_select_final = 1";
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
   * Of sessions that overlap only the one with the most events. Such rows stay behind where a run
   * lost what it remembered: it gives a session a start that an earlier run did not know, and
   * cannot take back that run's row. Sessions of one run never overlap.
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
    return "SELECT "
        + columns
        + "\nFROM (SELECT *, row_number() OVER ("
        + cluster
        + " ORDER BY "
        + ClickHouseTypes.quote(Rollup.EVENTS)
        + " DESC, "
        + start
        + ") AS _rank"
        + "\nFROM (SELECT *, sum("
        + start
        + " >= _before) OVER ("
        + group
        + "ORDER BY "
        + start
        + ") AS _cluster"
        + "\nFROM (SELECT *, max("
        + ClickHouseTypes.quote(Rollup.WINDOW_END)
        + ") OVER ("
        + group
        + "ORDER BY "
        + start
        + " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS _before"
        + "\nFROM ("
        + rows
        + "))))\nWHERE _rank = 1";
  }

  /** All statements for a contract, in order. */
  public static List<String> all(String database, List<ClickHouseTable> tables) {
    List<String> statements =
        tables.stream()
            .flatMap(
                t ->
                    Stream.of(
                        createTable(database, t),
                        exactView(IF_MISSING, database, t, t.columnNames())))
            .collect(Collectors.toList());
    statements.add(0, createDatabase(database));
    for (ClickHouseTable table : tables) {
      table.views().forEach(view -> statements.add(view(IF_MISSING, database, table, view)));
    }
    return statements;
  }

  public static String qualified(String database, String table) {
    return ClickHouseTypes.quote(database) + "." + ClickHouseTypes.quote(table);
  }
}
