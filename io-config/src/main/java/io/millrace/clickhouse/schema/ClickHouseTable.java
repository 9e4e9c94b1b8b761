package io.millrace.clickhouse.schema;

import io.millrace.contract.Contract;
import io.millrace.contract.Rollup;
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
 * @param versionColumns of rows with equal identity the one that is greatest in the first of these
 *     is kept, and hidden if the second, which may be missing, is true; empty: the last one written
 *     is kept
 * @param views those that this table has besides the exact one
 */
public record ClickHouseTable(
    String name,
    List<Column> columns,
    List<String> identity,
    List<String> orderBy,
    String timeColumn,
    String ttlColumn,
    @Nullable Duration ttl,
    String comment,
    List<String> versionColumns,
    List<View> views)
    implements Serializable {

  /** A table of which the last row written is kept, with no view but the exact one. */
  ClickHouseTable(
      String name,
      List<Column> columns,
      List<String> identity,
      List<String> orderBy,
      String timeColumn,
      String ttlColumn,
      @Nullable Duration ttl,
      String comment) {
    this(
        name,
        columns,
        identity,
        orderBy,
        timeColumn,
        ttlColumn,
        ttl,
        comment,
        List.of(),
        List.of());
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
   * @param initial what rows hold that are older than the column, as an expression; null: null, or
   *     what the type holds where nothing is said
   * @param extraDigits whether it holds the digits that the column of a time does not keep; of rows
   *     that are older than the column these are 0
   */
  public record Column(
      String name,
      String type,
      @Nullable String codec,
      @Nullable String initial,
      boolean extraDigits)
      implements Serializable {
    public Column(String name, String type, @Nullable String codec, @Nullable String initial) {
      this(name, type, codec, initial, false);
    }

    public static Column of(String name, String type) {
      return new Column(name, type, null, null);
    }

    public static Column of(String name, String type, String codec) {
      return new Column(name, type, codec, null);
    }
  }

  /** The view that gives exact answers while repeats are not merged yet. */
  String exactView() {
    return name + "_exact";
  }

  /** Whether its rows are sessions, of which two can stand for the same events. */
  boolean hasSessions() {
    return versionColumns.contains(Rollup.MERGED);
  }

  public List<String> columnNames() {
    return columns.stream().map(Column::name).collect(Collectors.toList());
  }

  /**
   * How rows are encoded: equal for two tables if rows for one can be sent to the other. It is kept
   * in savepoints: what makes it must stay.
   */
  public int encoding() {
    return columns.stream()
        .map(column -> column.name() + " " + column.type())
        .collect(Collectors.joining(", "))
        .hashCode();
  }

  /** The tables of a contract: normal, error, late, dead letters, the two of the audit, rollups. */
  public static List<ClickHouseTable> of(Contract contract) {
    Contract.Tables tables = contract.tables();
    List<ClickHouseTable> all = new ArrayList<>();
    all.add(of(contract, tables.normal()));
    if (tables.error() != null) {
      all.add(of(contract, tables.error()));
    }
    all.add(of(contract, tables.late()));
    all.add(DeadLetterTable.of(contract));
    all.add(AuditTable.of(contract));
    all.add(LostRangeTable.of(contract));
    contract.rollups().forEach(rollup -> all.add(of(contract, rollup)));
    return all;
  }

  public static ClickHouseTable of(Contract contract, Rollup rollup) {
    return of(contract, rollup.definition())
        .withVersion(
            rollup.sessions() ? List.of(Rollup.EVENTS, Rollup.MERGED) : List.of(Rollup.EVENTS));
  }

  private ClickHouseTable withVersion(List<String> version) {
    return new ClickHouseTable(
        name, columns, identity, orderBy, timeColumn, ttlColumn, ttl, comment, version, views);
  }

  public static ClickHouseTable of(Contract contract, TableDefinition table) {
    return new ClickHouseTable(
        table.name(),
        table.columns().stream()
            .map(
                c ->
                    new Column(
                        c.name(),
                        ClickHouseTypes.of(c.field(), c.nullable()),
                        ClickHouseTypes.codec(c.field()),
                        c.nullable() ? null : ClickHouseTypes.defaultOf(c.field()),
                        c.hasExtraDigits()))
            .collect(Collectors.toList()),
        table.identity(),
        orderBy(table),
        table.timeColumn(),
        table.timeColumn(),
        table.ttl(),
        "Millrace contract " + contract.name() + " version " + contract.version());
  }

  /**
   * What users filter on first, then the hour, then the rest of the identity, then the time, then
   * the digits that columns of times do not keep (last, so that a table can be given them later): a
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
      if (!column.equals(table.timeColumn())
          && !table.orderBy().contains(column)
          && !table.extraDigits().contains(column)) {
        order.add(ClickHouseTypes.quote(column));
      }
    }
    order.add(ClickHouseTypes.quote(table.timeColumn()));
    table.extraDigits().forEach(column -> order.add(ClickHouseTypes.quote(column)));
    return order;
  }
}
