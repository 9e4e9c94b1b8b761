package io.millrace.clickhouse.schema;

import io.millrace.clickhouse.schema.ClickHouseTable.Column;
import io.millrace.clickhouse.schema.ClickHouseTable.View;
import io.millrace.clickhouse.schema.ServerTables.ServerColumn;
import io.millrace.clickhouse.schema.ServerTables.ServerTable;
import io.millrace.clickhouse.schema.TableDifference.AddColumn;
import io.millrace.clickhouse.schema.TableDifference.AddKeyColumns;
import io.millrace.clickhouse.schema.TableDifference.ChangeDictionary;
import io.millrace.clickhouse.schema.TableDifference.ChangeTtl;
import io.millrace.clickhouse.schema.TableDifference.GiveDefault;
import io.millrace.clickhouse.schema.TableDifference.LeaveAlone;
import io.millrace.clickhouse.schema.TableDifference.Mend;
import io.millrace.clickhouse.schema.TableDifference.Refuse;
import io.millrace.clickhouse.schema.TableDifference.SetSettings;
import io.millrace.clickhouse.schema.TableDifference.WidenColumn;
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

/** Compares tables as they are with those a contract needs. */
public final class TableCheck {
  private static final String BY_HAND = "write a new table and exchange the two";

  private final String database;

  /** Asks the server what a TTL would do. */
  @FunctionalInterface
  public interface TtlQuestion {
    /**
     * Whether another life would delete rows at once that the TTL there is does not delete.
     *
     * @param before the TTL there is; its text is empty if there is none
     */
    boolean wouldDelete(ClickHouseTable table, Duration life, TableTtl before);
  }

  private final TtlQuestion ttls;
  private final List<TableDifference> differences = new ArrayList<>();

  private TableCheck(String database, TtlQuestion ttls) {
    this.database = database;
    this.ttls = ttls;
  }

  /**
   * The differences of the tables and views that exist; one that is missing is none.
   *
   * @param ttls asked for every TTL that could be changed
   */
  public static List<TableDifference> differences(
      String database,
      List<ClickHouseTable> expected,
      Map<String, ServerTable> found,
      TtlQuestion ttls) {
    TableCheck check = new TableCheck(database, ttls);
    for (ClickHouseTable table : expected) {
      ServerTable there = found.get(table.name());
      if (there != null) {
        check.compare(table, there);
      }
      ServerTable view = found.get(table.exactView());
      if (view != null) {
        check.differences.addAll(ViewCheck.exact(database, table, there, view));
      }
      for (View more : table.views()) {
        ServerTable moreThere = found.get(more.name());
        if (moreThere != null) {
          check.differences.addAll(ViewCheck.further(database, table, more, moreThere));
        }
      }
    }
    return check.differences;
  }

  /** Whether rows encoded for a table can be written into these columns. */
  public static boolean columnsFit(ClickHouseTable expected, Collection<ServerColumn> found) {
    Map<String, ServerColumn> byName = new HashMap<>();
    found.forEach(c -> byName.put(c.name(), c));
    return expected.columns().stream()
        .allMatch(
            column -> {
              ServerColumn there = byName.get(column.name());
              return there != null && there.isOrdinary() && holds(there.type(), column.type());
            });
  }

  /** Whether a column of one type takes every value of another. */
  public static boolean holds(String found, String expected) {
    return ClickHouseTypes.same(found, expected)
        || ColumnType.parse(found).holds(ColumnType.parse(expected));
  }

  private void add(ClickHouseTable table, String place, String what, boolean blocks, Mend mend) {
    String where = "table " + database + "." + table.name() + place;
    differences.add(new TableDifference(table.name(), where, what, blocks, mend));
  }

  private void compare(ClickHouseTable expected, ServerTable found) {
    if (!found.engine().endsWith("ReplacingMergeTree")) {
      add(
          expected,
          ": engine",
          "expected a ReplacingMergeTree, found "
              + found.engine()
              + ": repeats of an event would stay",
          true,
          new Refuse("a table keeps its engine: " + BY_HAND));
    }
    if (!split(found.engineArguments()).containsAll(expected.versionColumns())) {
      add(
          expected,
          ": engine",
          "expected ReplacingMergeTree("
              + String.join(", ", expected.versionColumns())
              + "), found "
              + found.engine()
              + "("
              + found.engineArguments()
              + "): an older result could hide a newer one",
          true,
          new Refuse("a table keeps its engine: " + BY_HAND));
    }
    compareColumns(expected, found);
    // A table without keys has been reported for its engine already.
    if (found.engine().endsWith("MergeTree")) {
      compareKeys(expected, found);
      compareSettings(expected, found);
      compareTtl(expected, found);
    }
  }

  private void compareColumns(ClickHouseTable expected, ServerTable found) {
    for (Column column : expected.columns()) {
      ServerColumn there = found.columns().get(column.name());
      String place = ", column " + column.name();
      if (there == null) {
        if (column.extraDigits()) {
          // Its place is the sorting key, where it is added.
          continue;
        }
        String what = "expected " + column.type() + ", found no such column";
        add(expected, place, what, true, new AddColumn(column));
      } else if (!there.isOrdinary()) {
        add(
            expected,
            place,
            "expected a column that can be written, found one that is " + there.defaultKind(),
            true,
            new Refuse("what the server computes now would stay in the older rows"));
      } else {
        compareType(expected, place, column, there);
      }
    }
    for (ServerColumn column : found.columns().values()) {
      boolean written = expected.columnNames().contains(column.name());
      if (!written
          && column.defaultKind().isEmpty()
          && !ColumnType.parse(column.type()).isNullable()) {
        add(
            expected,
            ", column " + column.name(),
            "expected no such column, found "
                + column.type()
                + " without a default; give it one, or make it Nullable",
            true,
            new GiveDefault(column.name(), column.type()));
      }
    }
  }

  private void compareType(ClickHouseTable table, String place, Column column, ServerColumn there) {
    ColumnType expected = ColumnType.parse(column.type());
    ColumnType found = ColumnType.parse(there.type());
    if (ClickHouseTypes.same(column.type(), there.type()) || expected.equals(found)) {
      return;
    }
    String what = "expected " + column.type() + ", found " + there.type();
    if (found.holds(expected)) {
      boolean dictionary = expected.holds(found) && !column.type().equals(there.type());
      boolean wanted = dictionary && expected.name().equals("LowCardinality");
      // Only towards the dictionary: two contracts that differ there would else take turns in
      // writing the whole column anew.
      add(
          table,
          place,
          what + (dictionary ? ", which holds the same" : ", which holds more; it stays"),
          false,
          wanted && !there.inKey()
              ? new ChangeDictionary(column.name(), there.type(), column.type())
              : new LeaveAlone());
      return;
    }
    ColumnType wider = expected.join(found);
    if (wider == null) {
      add(
          table,
          place,
          what,
          true,
          new Refuse(
              "not every value of the one is one of the other" + orPrecision(expected, found)));
    } else if (there.inKey()) {
      add(
          table,
          place,
          what,
          true,
          new Refuse(
              "the column is in the sorting or partition key: "
                  + BY_HAND
                  + orPrecision(expected, found)));
    } else {
      String type = wider.equals(expected) ? column.type() : wider.toString();
      add(table, place, what, true, new WidenColumn(column.name(), there.type(), type));
    }
  }

  /** A time's column can stay as it is if the contract asks for no more digits. */
  private static String orPrecision(ColumnType expected, ColumnType found) {
    ColumnType to = expected.notNull();
    ColumnType from = found.notNull();
    return to.name().equals("DateTime64")
            && from.name().equals("DateTime64")
            && from.number(0) < to.number(0)
        ? "; or declare `precision: " + from.number(0) + "` for the field in the contract"
        : "";
  }

  /** The sort order must be the identity: with less, events vanish; with more, repeats stay. */
  private void compareKeys(ClickHouseTable expected, ServerTable found) {
    Set<String> plain = new TreeSet<>(split(found.sortingKey()));
    Mend refuse = new Refuse("a table keeps its keys: " + BY_HAND);
    List<Column> extraDigits =
        expected.columns().stream()
            .filter(Column::extraDigits)
            .filter(column -> !found.columns().containsKey(column.name()))
            .toList();
    if (!extraDigits.isEmpty()) {
      add(
          expected,
          ": sorting key",
          "expected "
              + extraDigits.stream().map(Column::name).collect(Collectors.joining(", "))
              + " in it, found ("
              + found.sortingKey()
              + "): events that differ only in further digits of their time would be collapsed",
          true,
          new AddKeyColumns(extraDigits, found.sortingKey()));
    }
    for (String column : expected.identity()) {
      boolean added = extraDigits.stream().anyMatch(c -> c.name().equals(column));
      if (!plain.contains(column) && !added) {
        add(
            expected,
            ": sorting key",
            "expected "
                + column
                + " in it, found ("
                + found.sortingKey()
                + "): events that differ only there would be collapsed",
            true,
            refuse);
      }
    }
    for (ServerColumn column : found.columns().values()) {
      if (!expected.identity().contains(column.name())) {
        String what =
            "expected columns of the identity only, found "
                + column.name()
                + ": repeats of an event would stay";
        if (column.inSortingKey()) {
          add(expected, ": sorting key", what, true, refuse);
        }
        if (column.inPartitionKey()) {
          add(expected, ": partition key", what, true, refuse);
        }
      }
    }
  }

  private void compareSettings(ClickHouseTable expected, ServerTable found) {
    Map<String, String> missing = new LinkedHashMap<>(ClickHouseDdl.DEDUPLICATION);
    // One that somebody has given another value is somebody's choice.
    missing
        .keySet()
        .removeIf(
            name ->
                Pattern.compile("[ ,]" + name + " = '?[1-9]").matcher(found.engineFull()).find());
    if (!missing.isEmpty()) {
      SetSettings set = new SetSettings(missing);
      add(
          expected,
          ": settings",
          "expected "
              + set.list()
              + ", found none: a batch that is sent again may be there twice"
              + " until the next merge",
          false,
          set);
    }
  }

  private void compareTtl(ClickHouseTable expected, ServerTable found) {
    TableTtl there = TableTtl.of(found.engineFull());
    ServerColumn column = there.column() == null ? null : found.columns().get(there.column());
    boolean overflows = there.canOverflow(column == null ? null : column.type());
    if (there.isSameAs(expected) && !overflows) {
      return;
    }
    String what =
        "expected "
            + (expected.ttl() == null ? "none" : ClickHouseDdl.ttl(expected))
            + ", found "
            + (there.text().isEmpty() ? "none" : there.text());
    if (overflows) {
      what += ", which overflows: rows that are to be kept beyond 2106 are deleted or not taken";
    }
    // No run may report rows as accepted that the server deletes at once.
    add(expected, ": TTL", what, overflows, mendTtl(expected, found, there, overflows));
  }

  private Mend mendTtl(
      ClickHouseTable expected, ServerTable found, TableTtl there, boolean overflows) {
    if (expected.ttl() != null && !found.columns().containsKey(expected.ttlColumn())) {
      return new Refuse("the table has no column " + expected.ttlColumn());
    }
    Duration life = expected.ttl();
    if (!there.text().isEmpty() && !there.isAtMost(expected)) {
      if (!overflows || !expected.ttlColumn().equals(there.column())) {
        return new Refuse("rows that are kept now would be deleted sooner");
      }
      // Kept as long as before, but without the overflow: how long is another matter.
      life = there.life();
    }
    return life != null && ttls.wouldDelete(expected, life, there)
        ? new Refuse("rows that are there now would be deleted at once")
        : new ChangeTtl(life);
  }

  /** The expressions between the commas at the top, without back quotes. */
  private static List<String> split(String expressions) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    int depth = 0;
    for (int i = 0; i < expressions.length(); i++) {
      char c = expressions.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && depth == 0) {
        parts.add(part.toString());
        part.setLength(0);
      } else if (c != '`' && c != ' ') {
        part.append(c);
      }
    }
    parts.add(part.toString());
    return parts;
  }
}
