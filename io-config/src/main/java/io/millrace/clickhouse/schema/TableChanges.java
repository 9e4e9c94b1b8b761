package io.millrace.clickhouse.schema;

import io.millrace.clickhouse.schema.ClickHouseTable.Column;
import io.millrace.io.schema.Remedy.Change;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The changes of one table, each with its statement. The server makes each of them as a whole or
 * not at all, and it may be repeated. Writers go on: the server accepts their batches as they are,
 * or they send them again for the new columns.
 */
final class TableChanges {
  private final String alter;

  TableChanges(String database, ClickHouseTable table) {
    this.alter = "ALTER TABLE " + ClickHouseDdl.qualified(database, table.name()) + " ";
  }

  private Change change(String verb, String result, String statement) {
    return new Change(verb, result, alter + statement);
  }

  private static String modify(String column, String to) {
    return "MODIFY COLUMN " + ClickHouseTypes.quote(column) + " " + to;
  }

  private static String add(Column column, String initial) {
    return "ADD COLUMN IF NOT EXISTS "
        + ClickHouseTypes.quote(column.name())
        + " "
        + column.type()
        + initial
        + ClickHouseDdl.codec(column);
  }

  Change addColumn(Column column) {
    if (ColumnType.parse(column.type()).isNullable()) {
      return change("adds it", "added, older rows show NULL", add(column, ""));
    }
    String initial =
        column.initial() == null ? ClickHouseTypes.zero(column.type()) : column.initial();
    String reason = column.initial() == null ? " because the contract has no default" : "";
    return change(
        "adds it",
        "added, older rows show " + initial + reason,
        add(column, " DEFAULT " + initial));
  }

  /**
   * Adds columns at the end of the sorting key. They have no default, because a new column of the
   * key must have none.
   *
   * @param sortingKey the expressions of the present key
   */
  Change addKeyColumns(List<Column> columns, String sortingKey) {
    StringBuilder added = new StringBuilder();
    StringBuilder key = new StringBuilder(sortingKey);
    for (Column column : columns) {
      added.append(add(column, "")).append(", ");
      key.append(", ").append(ClickHouseTypes.quote(column.name()));
    }
    return change(
        "adds it",
        "becomes (" + key.toString().replace("`", "") + "), older rows show 0",
        added + "MODIFY ORDER BY (" + key + ")");
  }

  /** Gives a column a type that holds every value of its present one. */
  Change setType(String verb, String column, String found, String type) {
    return change(verb, found + " becomes " + type + ", keeps every value", modify(column, type));
  }

  /** Lets pipelines that do not write a column insert rows. */
  Change giveDefault(String column, String type) {
    String zero = ClickHouseTypes.zero(type);
    return change(
        "gives it one",
        "is not in the contract, gets the default " + zero + ", keeps its data",
        modify(column, "DEFAULT " + zero));
  }

  Change set(Map<String, String> settings) {
    return change("sets it", "set", "MODIFY SETTING " + ClickHouseDdl.list(settings));
  }

  /**
   * Sets or removes the TTL.
   *
   * @param expression until when rows are kept; null: indefinitely
   */
  Change keepFor(@Nullable String expression) {
    return expression == null
        ? change("changes it", "removed", "REMOVE TTL")
        : change("changes it", "set, deletes no existing row now", "MODIFY TTL " + expression);
  }
}
