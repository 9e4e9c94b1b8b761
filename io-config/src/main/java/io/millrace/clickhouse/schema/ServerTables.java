package io.millrace.clickhouse.schema;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.query.GenericRecord;
import io.millrace.clickhouse.client.ClickHouseErrors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tables of a database as the server describes them. */
public record ServerTables(Client client, String database) {
  /**
   * A column on the server.
   *
   * @param defaultKind DEFAULT, MATERIALIZED, ALIAS, EPHEMERAL or empty
   */
  public record ServerColumn(
      String name, String type, String defaultKind, boolean inSortingKey, boolean inPartitionKey) {

    /** Whether an INSERT may name it and {@code SELECT *} shows it. */
    boolean isOrdinary() {
      return defaultKind.isEmpty() || defaultKind.equals("DEFAULT");
    }

    boolean inKey() {
      return inSortingKey || inPartitionKey;
    }
  }

  /**
   * A table on the server.
   *
   * @param engineArguments the text in parentheses after the engine's name; may be empty
   * @param engineFull the engine with its keys, TTL and settings
   * @param sortingKey its expressions, separated by commas
   * @param columns by name, in order
   */
  public record ServerTable(
      String name,
      String engine,
      String engineArguments,
      String engineFull,
      String sortingKey,
      Map<String, ServerColumn> columns) {}

  /** The tables of the database by name; empty if the database is not there. */
  public Map<String, ServerTable> all() {
    Map<String, ServerTable> tables = new LinkedHashMap<>();
    for (GenericRecord row :
        client.queryAll(
            "SELECT name, engine, extract(engine_full, '^\\\\w+\\\\(([^)]*)\\\\)') AS arguments,"
                + " engine_full, sorting_key FROM system.tables WHERE database = "
                + ClickHouseTypes.literal(database))) {
      String name = row.getString("name");
      tables.put(
          name,
          new ServerTable(
              name,
              row.getString("engine"),
              row.getString("arguments"),
              row.getString("engine_full"),
              row.getString("sorting_key"),
              new LinkedHashMap<>()));
    }
    for (GenericRecord row : client.queryAll(columnsQuery())) {
      ServerTable table = tables.get(row.getString("table"));
      if (table != null) {
        table.columns().put(row.getString("name"), column(row));
      }
    }
    return tables;
  }

  /** The columns of one table; empty if it is not there. */
  public List<ServerColumn> columns(String table) {
    List<ServerColumn> columns = new ArrayList<>();
    for (GenericRecord row :
        client.queryAll(columnsQuery() + " AND table = " + ClickHouseTypes.literal(table))) {
      columns.add(column(row));
    }
    return columns;
  }

  /**
   * Whether another TTL would delete rows at once that the present TTL does not delete. The server
   * evaluates both expressions. True also if the server reports an error, because then rows may be
   * deleted.
   */
  public boolean wouldDelete(ClickHouseTable table, String expression, TableTtl before) {
    try {
      return !client
          .queryAll(
              "SELECT 1 AS one FROM "
                  + ClickHouseDdl.qualified(database, table.name())
                  + " WHERE "
                  + expression
                  + " <= now()"
                  + (before.text().isEmpty() ? "" : " AND NOT (" + before.text() + " <= now())")
                  + " LIMIT 1")
          .isEmpty();
    } catch (RuntimeException e) {
      if (ClickHouseErrors.serverException(e) == null) {
        throw e;
      }
      return true;
    }
  }

  private String columnsQuery() {
    return "SELECT table, name, type, default_kind, is_in_sorting_key, is_in_partition_key"
        + " FROM system.columns WHERE database = "
        + ClickHouseTypes.literal(database);
  }

  private static ServerColumn column(GenericRecord row) {
    return new ServerColumn(
        row.getString("name"),
        row.getString("type"),
        row.getString("default_kind"),
        row.getLong("is_in_sorting_key") != 0,
        row.getLong("is_in_partition_key") != 0);
  }
}
