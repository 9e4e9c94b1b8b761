package io.millrace.sink.clickhouse;

import io.millrace.contract.Contract;
import io.millrace.contract.TableDefinition;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A table as ClickHouse knows it.
 *
 * @param name without the database
 * @param columns those that are written, in order
 * @param identity the columns that make two rows the same
 * @param orderBy the expressions of the sort order
 * @param timeColumn the column that partitions by day (UTC)
 * @param ttlColumn the time from which a row's life counts
 * @param ttl how long a row is kept from then; null: for ever
 * @param comment for people
 * @param views those that this table has besides the exact one
 */
record ClickHouseTable(
    String name,
    List<Column> columns,
    List<String> identity,
    List<String> orderBy,
    String timeColumn,
    String ttlColumn,
    @Nullable Duration ttl,
    String comment,
    List<View> views)
    implements Serializable {

  /** A table with no view but the exact one. */
  ClickHouseTable(
      String name,
      List<Column> columns,
      List<String> identity,
      List<String> orderBy,
      String timeColumn,
      String ttlColumn,
      @Nullable Duration ttl,
      String comment) {
    this(name, columns, identity, orderBy, timeColumn, ttlColumn, ttl, comment, List.of());
  }

  /**
   * A view that counts or sums up a table's exact rows.
   *
   * @param columns the names of its columns, in order
   * @param select their expressions
   * @param groupBy what it is grouped by
   */
  record View(String name, List<String> columns, String select, String groupBy)
      implements Serializable {}

  /**
   * A column.
   *
   * @param type as {@code system.columns} spells it
   * @param codec null: the server's default
   */
  record Column(String name, String type, @Nullable String codec) implements Serializable {
    static Column of(String name, String type) {
      return new Column(name, type, null);
    }

    static Column of(String name, String type, String codec) {
      return new Column(name, type, codec);
    }
  }

  /** The view that gives exact answers while repeats are not merged yet. */
  String exactView() {
    return name + "_exact";
  }

  List<String> columnNames() {
    return columns.stream().map(Column::name).collect(Collectors.toList());
  }

  /** The tables of a contract: normal, error, late, dead letters, audit. */
  static List<ClickHouseTable> of(Contract contract) {
    Contract.Tables tables = contract.tables();
    return List.of(
        of(contract, tables.normal()),
        of(contract, tables.error()),
        of(contract, tables.late()),
        DeadLetterTable.of(contract),
        AuditTable.of(contract));
  }

  static ClickHouseTable of(Contract contract, TableDefinition table) {
    return new ClickHouseTable(
        table.name(),
        table.columns().stream()
            .map(
                c ->
                    new Column(
                        c.name(),
                        ClickHouseTypes.of(c.field(), c.nullable()),
                        ClickHouseTypes.codec(c.field())))
            .collect(Collectors.toList()),
        table.identity(),
        orderBy(table),
        table.timeColumn(),
        table.timeColumn(),
        table.ttl(),
        "Millrace contract " + contract.name() + " version " + contract.version());
  }

  /**
   * What users filter on first, then the hour, then the rest of the identity, then the time: a
   * query for an hour of one kind of event reads one stretch, and in it the events of one key stand
   * together. Every identity column stands there by itself and no other column does: the engine
   * collapses rows that are equal in the sort order, so one column fewer would collapse events that
   * are not the same, and one more would keep repeats apart.
   */
  private static List<String> orderBy(TableDefinition table) {
    List<String> order = new ArrayList<>();
    for (String column : table.orderBy()) {
      if (!column.equals(table.timeColumn())) {
        order.add(ClickHouseTypes.quote(column));
      }
    }
    order.add("toStartOfHour(" + ClickHouseTypes.quote(table.timeColumn()) + ")");
    for (String column : table.identity()) {
      if (!column.equals(table.timeColumn()) && !table.orderBy().contains(column)) {
        order.add(ClickHouseTypes.quote(column));
      }
    }
    order.add(ClickHouseTypes.quote(table.timeColumn()));
    return order;
  }
}
