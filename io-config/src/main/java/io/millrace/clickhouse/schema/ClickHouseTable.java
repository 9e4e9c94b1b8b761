package io.millrace.clickhouse.schema;

import io.millrace.contract.Contract;
import io.millrace.contract.Rollup;
import io.millrace.contract.TableDefinition;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A table of ClickHouse that a contract needs.
 *
 * @param name without the database
 * @param columns the written columns, in order
 * @param identity the columns that are equal in duplicates
 * @param orderBy the expressions of the sorting key
 * @param timeColumn the column that partitions by day (UTC)
 * @param ttlColumn the time from which the TTL counts
 * @param ttl how long a row is kept from then; null: indefinitely
 * @param comment for people
 * @param versionColumns among rows with equal identity, the row with the greatest value in the
 *     first of these stays; views hide it if the second, which may be missing, is true. Empty: the
 *     last written row stays
 * @param views the views besides the exact one
 * @param shownAs what the names of its views begin with: the table's name, but for the audit, whose
 *     rows hold many events each, see {@link AuditTable}
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
    List<View> views,
    String shownAs)
    implements Serializable {

  /** A table whose views are named after it. */
  public ClickHouseTable(
      String name,
      List<Column> columns,
      List<String> identity,
      List<String> orderBy,
      String timeColumn,
      String ttlColumn,
      @Nullable Duration ttl,
      String comment,
      List<String> versionColumns,
      List<View> views) {
    this(
        name,
        columns,
        identity,
        orderBy,
        timeColumn,
        ttlColumn,
        ttl,
        comment,
        versionColumns,
        views,
        name);
  }

  /**
   * Column of the tables with a row for each event: which element of its record the event is. Only
   * contracts whose records hold many events have it; others may share their tables.
   */
  public static final String ELEMENT = "element";

  /** Column beside {@link #ELEMENT}: how many elements the record holds. */
  public static final String ELEMENTS = "elements";

  /**
   * A table of Millrace's own, the same for every contract. It keeps the last written row.
   *
   * @param identity also the sorting key
   * @param timeColumn part of the identity, so that it can decide the partition
   * @param shownAs what the names of its views begin with
   */
  static ClickHouseTable ofMillrace(
      String name,
      List<Column> columns,
      List<String> identity,
      String timeColumn,
      @Nullable Duration ttl,
      String comment,
      String shownAs) {
    return new ClickHouseTable(
        name,
        columns,
        identity,
        identity.stream().map(ClickHouseTypes::quote).collect(Collectors.toList()),
        timeColumn,
        // Not the record's time: what is written about an old topic would be gone at once.
        ClickHouseDdl.INSERTED_AT,
        ttl,
        comment,
        List.of(),
        List.of(),
        shownAs);
  }

  /**
   * The columns of a table with a row for each event, and its identity, last of all the element.
   *
   * @param many whether a record may hold many events
   */
  static List<Column> withElement(List<Column> columns, boolean many) {
    if (!many) {
      return columns;
    }
    List<Column> all = new ArrayList<>(columns);
    all.add(new Column(ELEMENT, "Int32", "ZSTD(1)", null, true));
    all.add(new Column(ELEMENTS, "Int32", "ZSTD(1)", "1", false));
    return List.copyOf(all);
  }

  /** The same for the names of the identity. */
  static List<String> identityWithElement(List<String> identity, boolean many) {
    return many ? Stream.concat(identity.stream(), Stream.of(ELEMENT)).toList() : identity;
  }

  /** Whether a later row replaces an earlier one, as with the results of a roll-up. */
  public boolean replacesRows() {
    return !versionColumns.isEmpty();
  }

  /** Whether each row is an event, so that a row that is rejected can become a dead letter. */
  boolean holdsEvents() {
    return !replacesRows() && !ttlColumn.equals(ClickHouseDdl.INSERTED_AT);
  }

  /** Whether a column is in the sorting key because other contracts share the table. */
  boolean isKeyOfOthers(String column) {
    return column.equals(ELEMENT) && ttlColumn.equals(ClickHouseDdl.INSERTED_AT);
  }

  /**
   * A view that aggregates a table's exact rows.
   *
   * @param columns the names of its columns, in order
   * @param select their expressions
   * @param groupBy the expressions that it groups by
   */
  record View(String name, List<String> columns, String select, String groupBy)
      implements Serializable {}

  /**
   * A column.
   *
   * @param type as {@code system.columns} spells it
   * @param codec null: the server's default
   * @param initial the value in rows that are older than the column, as an expression; null: NULL
   *     for a nullable column, else the type's default
   * @param addedKey whether it is added together with its place in the sorting key: the digits that
   *     the column of a time does not keep, or the number of an element. It is 0 in rows that are
   *     older than the column
   */
  public record Column(
      String name, String type, @Nullable String codec, @Nullable String initial, boolean addedKey)
      implements Serializable {
    public static Column of(String name, String type) {
      return of(name, type, null);
    }

    public static Column of(String name, String type, @Nullable String codec) {
      return new Column(name, type, codec, null, false);
    }
  }

  /** Whether it is the audit, whose rows hold many events each. */
  public boolean holdsBatches() {
    return !shownAs.equals(name);
  }

  /** A copy with views besides the exact one. */
  ClickHouseTable withViews(List<View> others) {
    return new ClickHouseTable(
        name,
        columns,
        identity,
        orderBy,
        timeColumn,
        ttlColumn,
        ttl,
        comment,
        versionColumns,
        others,
        shownAs);
  }

  /** The view without duplicates, also while the engine has not merged them yet. */
  public String exactView() {
    return shownAs + "_exact";
  }

  /** Whether its rows are sessions: two of them can count the same events. */
  boolean hasSessions() {
    return versionColumns.contains(Rollup.MERGED);
  }

  public List<String> columnNames() {
    return columns.stream().map(Column::name).collect(Collectors.toList());
  }

  /**
   * A hash of the rows' encoding: equal for two tables if rows for one can be sent to the other.
   * Savepoints hold it, so its computation must not change.
   */
  public int encoding() {
    return encoding(columns);
  }

  /** The same for rows of some columns. */
  static int encoding(List<Column> columns) {
    return columns.stream()
        .map(column -> column.name() + " " + column.type())
        .collect(Collectors.joining(", "))
        .hashCode();
  }

  /** The tables of a contract: of outcomes, two for the audit, of roll-ups and of alerts. */
  public static List<ClickHouseTable> of(Contract contract) {
    Contract.Tables tables = contract.tables();
    List<ClickHouseTable> all = new ArrayList<>();
    tables.accepted().forEach(table -> all.add(of(contract, table)));
    if (tables.error() != null) {
      all.add(of(contract, tables.error()));
    }
    all.add(of(contract, tables.late()));
    all.add(DeadLetterTable.of(contract));
    all.add(AuditTable.of(contract));
    all.add(LostRangeTable.of(contract));
    contract.rollups().forEach(rollup -> all.add(of(contract, rollup)));
    AlertTable.of(contract).ifPresent(all::add);
    return all;
  }

  public static ClickHouseTable of(Contract contract, Rollup rollup) {
    return of(
        contract,
        rollup.definition(),
        rollup.sessions() ? List.of(Rollup.EVENTS, Rollup.MERGED) : List.of(Rollup.EVENTS));
  }

  public static ClickHouseTable of(Contract contract, TableDefinition table) {
    return of(contract, table, List.of());
  }

  static ClickHouseTable of(Contract contract, TableDefinition table, List<String> versionColumns) {
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
        "Millrace contract " + contract.name() + " version " + contract.version(),
        versionColumns,
        List.of());
  }

  /**
   * The sorting key: the columns that users filter on, the hour, the rest of the identity, the
   * time, and the digits that columns of times do not keep. Those come last, so that they can be
   * added to an existing table. A query for an hour of one kind of event reads one range, in which
   * the events of one key are adjacent.
   *
   * <p>The key holds every column of the identity and no other. The engine collapses rows with
   * equal keys: with one column fewer it would collapse different events, with one more it would
   * keep duplicates.
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
