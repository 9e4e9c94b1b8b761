package io.millrace.clickhouse.schema;

import static io.millrace.io.schema.Difference.expected;

import io.millrace.clickhouse.conversion.Conversion;
import io.millrace.clickhouse.schema.ClickHouseTable.Column;
import io.millrace.clickhouse.schema.ServerTables.ServerColumn;
import io.millrace.clickhouse.schema.ServerTables.ServerTable;
import io.millrace.io.schema.Difference;
import io.millrace.io.schema.Difference.Effect;
import io.millrace.io.schema.Remedy;
import io.millrace.io.schema.Remedy.Change;
import io.millrace.io.schema.Remedy.Refuse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Compares tables as they are with those a contract needs. */
public final class TableCheck {
  /** The digits of a time that a contract may declare, but the most. */
  private static final Set<Integer> PRECISIONS = Set.of(3, 6);

  private static final String BY_HAND = "write a new table and exchange the two";

  /** Asks the server what a TTL would do. */
  @FunctionalInterface
  public interface TtlQuestion {
    /**
     * Whether another life would delete rows at once that the present TTL does not delete.
     *
     * @param expression until when rows would be kept
     * @param before the present TTL; its text is empty if there is none
     */
    boolean wouldDelete(ClickHouseTable table, String expression, TableTtl before);
  }

  private final String database;
  private final ClickHouseTable expected;
  private final TableChanges changes;
  private final TtlQuestion ttls;
  private final List<Difference> differences = new ArrayList<>();
  private final List<Column> added = new ArrayList<>();
  private boolean widened;

  private TableCheck(String database, ClickHouseTable expected, TtlQuestion ttls) {
    this.database = database;
    this.expected = expected;
    this.changes = new TableChanges(database, expected);
    this.ttls = ttls;
  }

  /**
   * The differences of tables and views, in the order in which they can be changed.
   *
   * @param found the tables of the database; empty: it may be missing
   * @param ttls asked for every TTL that could be changed
   */
  public static List<Difference> differences(
      String database,
      List<ClickHouseTable> expected,
      Map<String, ServerTable> found,
      TtlQuestion ttls) {
    List<Difference> all = new ArrayList<>();
    if (found.isEmpty()) {
      String create = ClickHouseDdl.createDatabase(database);
      all.add(
          Difference.missing(
              "", "database " + database, new Change("creates it", "created if missing", create)));
    }
    for (ClickHouseTable table : expected) {
      TableCheck check = new TableCheck(database, table, ttls);
      ServerTable there = found.get(table.name());
      if (there == null) {
        all.add(
            Difference.missing(
                table.name(),
                "table " + database + "." + table.name(),
                ClickHouseDdl.created(ClickHouseDdl.createTable(database, table))));
      } else {
        check.compare(there);
      }
      all.addAll(check.differences);
      // What a view shows must be there, with its new type.
      all.addAll(ViewCheck.differences(database, table, found, check.added, check.widened));
    }
    return all;
  }

  /** Whether rows encoded for a table can be written into these columns, each or most of them. */
  public static boolean columnsFit(ClickHouseTable expected, Collection<ServerColumn> found) {
    Map<String, ServerColumn> byName = new HashMap<>();
    found.forEach(c -> byName.put(c.name(), c));
    return expected.columns().stream()
        .allMatch(
            column -> {
              ServerColumn there = byName.get(column.name());
              return there != null && ColumnConversion.between(expected, column, there) != null;
            });
  }

  /** Whether a column of one type takes every value of another. */
  public static boolean holds(String found, String expected) {
    return ClickHouseTypes.same(found, expected)
        || ColumnType.parse(found).holds(ColumnType.parse(expected));
  }

  /** A difference that an operator has to settle. */
  static Refuse refuse(String reason) {
    return new Refuse(reason, "docs/migrate.md");
  }

  private void add(String place, String what, Effect effect, Remedy remedy) {
    String where = "table " + database + "." + expected.name() + place;
    differences.add(new Difference(expected.name(), where, what, effect, remedy));
  }

  private void blocks(String place, String what, Remedy remedy) {
    add(place, what, Effect.BLOCKS, remedy);
  }

  private void compare(ServerTable found) {
    Refuse keepsEngine = refuse("a table keeps its engine: " + BY_HAND);
    if (!found.engine().endsWith("ReplacingMergeTree")) {
      blocks(
          ": engine",
          expected("a ReplacingMergeTree", found.engine()) + ": duplicates of an event would stay",
          keepsEngine);
    }
    if (!split(found.engineArguments()).containsAll(expected.versionColumns())) {
      blocks(
          ": engine",
          expected(
                  "ReplacingMergeTree(" + String.join(", ", expected.versionColumns()) + ")",
                  found.engine() + "(" + found.engineArguments() + ")")
              + ": an older result could hide a newer one",
          keepsEngine);
    }
    compareColumns(found);
    // A table without keys has been reported for its engine already.
    if (found.engine().endsWith("MergeTree")) {
      compareKeys(found);
      compareSettings(found);
      compareTtl(found);
    }
  }

  private void compareColumns(ServerTable found) {
    for (Column column : expected.columns()) {
      ServerColumn there = found.columns().get(column.name());
      String place = ", column " + column.name();
      if (there == null) {
        if (!column.addedKey()) {
          blocks(place, expected(column.type(), "no such column"), changes.addColumn(column));
          added.add(column);
        }
      } else if (!there.isOrdinary()) {
        blocks(
            place,
            expected("a column that can be written", "one that is " + there.defaultKind()),
            refuse("older rows would keep the values that the server has computed"));
      } else {
        compareType(place, column, there);
      }
    }
    for (ServerColumn column : found.columns().values()) {
      boolean written = expected.columnNames().contains(column.name());
      if (!written
          && !expected.isKeyOfOthers(column.name())
          && column.defaultKind().isEmpty()
          && !ColumnType.parse(column.type()).isNullable()) {
        blocks(
            ", column " + column.name(),
            expected("no such column", column.type())
                + " without a default; give it one, or make it Nullable",
            changes.giveDefault(column.name(), column.type()));
      }
    }
  }

  private void compareType(String place, Column column, ServerColumn there) {
    ColumnType needed = ColumnType.parse(column.type());
    ColumnType found = ColumnType.parse(there.type());
    if (ClickHouseTypes.same(column.type(), there.type()) || needed.equals(found)) {
      return;
    }
    String what = expected(column.type(), there.type());
    if (found.holds(needed)) {
      boolean dictionary = needed.holds(found) && !column.type().equals(there.type());
      boolean wanted = dictionary && needed.name().equals("LowCardinality");
      // Only towards the dictionary: otherwise two contracts that differ there would take turns in
      // rewriting the whole column.
      add(
          place,
          what + (dictionary ? ", which holds the same" : ", which holds more; it stays"),
          Effect.NOTE,
          wanted && !there.inKey()
              ? changes.setType("changes it", column.name(), there.type(), column.type())
              : new Remedy.None());
      return;
    }
    Conversion conversion = ColumnConversion.between(expected, column, there);
    if (conversion != null && !conversion.checked()) {
      add(place, what + ", which holds every value; it stays", Effect.NOTE, new Remedy.None());
      return;
    }
    if (conversion != null) {
      what += ": values that do not fit become dead letters" + orPrecision(needed, found);
    }
    Effect effect = conversion == null ? Effect.BLOCKS : Effect.NOTE;
    ColumnType wider = wider(needed, found);
    if (wider != null && (!there.inKey() || EnumType.mayBecomeInKey(found, wider))) {
      String type = wider.equals(needed) ? column.type() : wider.toString();
      Remedy change = changes.setType("widens it", column.name(), there.type(), type);
      add(place, what, effect, change);
      widened = true;
    } else if (conversion != null) {
      add(place, what, effect, new Remedy.None());
    } else {
      String reason =
          wider == null
              ? ColumnConversion.reason(expected, needed, found)
              : "the column is in the sorting or partition key: " + BY_HAND;
      blocks(place, what, refuse(reason + orPrecision(needed, found)));
    }
  }

  /** A type that loses no value of the column and takes those of the contract; null: none. */
  private static @Nullable ColumnType wider(ColumnType needed, ColumnType found) {
    ColumnType joined = needed.join(found);
    if (joined != null || !needed.isNullable() || found.isNullable()) {
      return joined;
    }
    ColumnType nullable = found.orNull();
    return ColumnConversion.between("", needed, nullable) == null ? null : nullable;
  }

  /** A time's column can stay as it is if the contract asks for no more digits. */
  private static String orPrecision(ColumnType expected, ColumnType found) {
    ColumnType to = expected.notNull();
    ColumnType from = found.notNull();
    return to.name().equals("DateTime64")
            && from.name().equals("DateTime64")
            && from.number(0) < to.number(0)
            && PRECISIONS.contains(from.number(0))
        ? "; or declare `precision: " + from.number(0) + "` for the field in the contract"
        : "";
  }

  /** With fewer columns than the identity, events vanish; with more, duplicates stay. */
  private void compareKeys(ServerTable found) {
    Set<String> plain = new TreeSet<>(split(found.sortingKey()));
    Refuse keepsKeys = refuse("a table keeps its keys: " + BY_HAND);
    List<Column> addedKeys =
        expected.columns().stream()
            .filter(Column::addedKey)
            .filter(column -> !found.columns().containsKey(column.name()))
            .toList();
    if (!addedKeys.isEmpty()) {
      String names = addedKeys.stream().map(Column::name).collect(Collectors.joining(", "));
      blocks(
          ": sorting key",
          missingInKey(names, found)
              + (names.equals(ClickHouseTable.ELEMENT)
                  ? "the events of one record would be collapsed"
                  : "events that differ only in further digits of their time would be collapsed"),
          changes.addKeyColumns(addedKeys, found.sortingKey()));
      added.addAll(addedKeys);
      addedKeys.forEach(column -> plain.add(column.name()));
    }
    for (String column : expected.identity()) {
      if (!plain.contains(column)) {
        blocks(
            ": sorting key",
            missingInKey(column, found) + "events that differ only there would be collapsed",
            keepsKeys);
      }
    }
    for (ServerColumn column : found.columns().values()) {
      if (!expected.identity().contains(column.name()) && !expected.isKeyOfOthers(column.name())) {
        String what =
            expected("columns of the identity only", column.name())
                + ": duplicates of an event would stay";
        if (column.inSortingKey()) {
          blocks(": sorting key", what, keepsKeys);
        }
        if (column.inPartitionKey()) {
          blocks(": partition key", what, keepsKeys);
        }
      }
    }
  }

  private static String missingInKey(String columns, ServerTable found) {
    return expected(columns + " in it", "(" + found.sortingKey() + "): ");
  }

  private void compareSettings(ServerTable found) {
    Map<String, String> missing = new LinkedHashMap<>(ClickHouseDdl.DEDUPLICATION);
    // Another value than Millrace's is an operator's choice.
    missing
        .keySet()
        .removeIf(
            name ->
                Pattern.compile("[ ,]" + name + " = '?[1-9]").matcher(found.engineFull()).find());
    if (!missing.isEmpty()) {
      add(
          ": settings",
          expected(ClickHouseDdl.list(missing), "none")
              + ": a batch that is sent again may be there twice until the next merge",
          Effect.NOTE,
          changes.set(missing));
    }
  }

  private void compareTtl(ServerTable found) {
    TableTtl there = TableTtl.of(found.engineFull());
    ServerColumn column = there.column() == null ? null : found.columns().get(there.column());
    String type = column == null ? null : column.type();
    boolean overflows = there.canOverflow(type);
    if (there.isSameAs(expected) && !overflows) {
      return;
    }
    String what =
        expected(
            expected.ttl() == null ? "none" : ttl(found, expected.ttl()),
            there.text().isEmpty() ? "none" : there.text());
    if (overflows) {
      int year = there.form() == TableTtl.Form.DATE_TIME ? 2106 : TableTtl.lastYear(type);
      what +=
          ", which overflows: rows that are to be kept beyond " + year + " are deleted or rejected";
    }
    // No run may report rows as accepted that the server deletes at once.
    Effect effect = overflows ? Effect.BLOCKS : Effect.NOTE;
    add(": TTL", what, effect, remedy(found, there, overflows));
  }

  private Remedy remedy(ServerTable found, TableTtl there, boolean overflows) {
    if (expected.ttl() != null && !found.columns().containsKey(expected.ttlColumn())) {
      return refuse("the table has no column " + expected.ttlColumn());
    }
    Duration life = expected.ttl();
    if (!there.text().isEmpty() && !there.isAtMost(expected)) {
      if (!overflows || !expected.ttlColumn().equals(there.column())) {
        return refuse("rows that are kept now would be deleted sooner");
      }
      // Only the overflow is removed; the length stays.
      life = there.life();
    }
    String expression = life == null ? null : ttl(found, life);
    return expression != null && ttls.wouldDelete(expected, expression, there)
        ? refuse("existing rows would be deleted at once")
        : changes.keepFor(expression);
  }

  private String ttl(ServerTable found, Duration life) {
    ServerColumn column = found.columns().get(expected.ttlColumn());
    String type = column == null ? ClickHouseTypes.TIME : column.type();
    return TableTtl.expression(expected.ttlColumn(), type, life);
  }

  /** The expressions of a list, without back quotes and spaces. */
  private static List<String> split(String expressions) {
    return ColumnType.split(expressions).stream().map(e -> e.replaceAll("[` ]", "")).toList();
  }
}
