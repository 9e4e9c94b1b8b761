package io.millrace.clickhouse.schema;

import io.millrace.clickhouse.schema.ClickHouseTable.Column;
import io.millrace.clickhouse.schema.ServerTables.ServerColumn;
import io.millrace.clickhouse.schema.ServerTables.ServerTable;
import io.millrace.io.SinkMigration;
import io.millrace.io.SinkMigration.Change;
import io.millrace.io.schema.Difference;
import io.millrace.io.schema.SchemaPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A small table as a contract needs it and as a server has it, and what is planned for the two. */
final class FoundTables {
  static final String SETTINGS =
      " SETTINGS non_replicated_deduplication_window = 1000, replicated_deduplication_window = 10000,"
          + " replicated_deduplication_window_seconds = 604800, index_granularity = 8192";

  private FoundTables() {}

  /** A table of an identity, a time and one more column. */
  static ClickHouseTable table(@Nullable Duration ttl, Column... more) {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.of("id", "String"));
    columns.add(Column.of("at", ClickHouseTypes.TIME));
    columns.addAll(List.of(more));
    return new ClickHouseTable(
        "t",
        columns,
        List.of("id", "at"),
        List.of("`id`", "`at`"),
        "at",
        "at",
        ttl,
        "",
        List.of(),
        List.of());
  }

  static ServerColumn column(String name, String type) {
    return new ServerColumn(name, type, "", false, false);
  }

  /** The same on the server, with its view. */
  static Map<String, ServerTable> server(String engineEnd, ServerColumn... more) {
    Map<String, ServerColumn> columns = new LinkedHashMap<>();
    columns.put("id", new ServerColumn("id", "String", "", true, false));
    columns.put("at", new ServerColumn("at", ClickHouseTypes.TIME, "", true, true));
    for (ServerColumn column : more) {
      columns.put(column.name(), column);
    }
    Map<String, ServerTable> tables = new LinkedHashMap<>();
    tables.put(
        "t",
        new ServerTable(
            "t",
            "ReplacingMergeTree",
            "",
            "ReplacingMergeTree PARTITION BY toYYYYMMDD(at) ORDER BY (id, at)" + engineEnd,
            "id, at",
            columns));
    tables.put("t_exact", new ServerTable("t_exact", "View", "", "", "", columns));
    return tables;
  }

  static SinkMigration plan(
      ClickHouseTable table, Map<String, ServerTable> found, boolean hasExpired) {
    List<ClickHouseTable> tables = List.of(table);
    return SchemaPlan.of(
            TableCheck.differences("db", tables, found, (t, life, before) -> hasExpired))
        .migration();
  }

  static List<String> statements(SinkMigration migration) {
    return migration.changes().stream().map(Change::statement).toList();
  }

  static SinkMigration planTypes(String expected, String found) {
    return plan(table(null, Column.of("v", expected)), server(SETTINGS, column("v", found)), false);
  }

  static List<Difference> differences(ClickHouseTable table, Map<String, ServerTable> found) {
    return TableCheck.differences("db", List.of(table), found, (t, life, before) -> false);
  }
}
