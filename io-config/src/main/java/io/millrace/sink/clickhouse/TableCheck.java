package io.millrace.sink.clickhouse;

import io.millrace.sink.clickhouse.ClickHouseTable.Column;
import io.millrace.sink.clickhouse.ClickHouseTable.View;
import io.millrace.sink.clickhouse.ServerTables.ServerColumn;
import io.millrace.sink.clickhouse.ServerTables.ServerTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Compares tables as they are with those a contract needs: one line for each difference. */
final class TableCheck {
  private TableCheck() {}

  /** The differences of those that exist; one that is missing is none. */
  static List<String> differences(
      String database, List<ClickHouseTable> expected, Map<String, ServerTable> found) {
    List<String> problems = new ArrayList<>();
    for (ClickHouseTable table : expected) {
      ServerTable there = found.get(table.name());
      if (there != null) {
        compare("table " + database + "." + table.name(), table, there, problems);
      }
      ServerTable view = found.get(table.exactView());
      if (view != null) {
        String where = "view " + database + "." + table.exactView();
        compareView(where, table.columnNames(), view, problems);
      }
      for (View more : table.views()) {
        ServerTable moreThere = found.get(more.name());
        if (moreThere != null) {
          compareView("view " + database + "." + more.name(), more.columns(), moreThere, problems);
        }
      }
    }
    return problems;
  }

  /** Whether rows encoded for a table can be written into these columns. */
  static boolean columnsFit(ClickHouseTable expected, Collection<ServerColumn> found) {
    Map<String, ServerColumn> byName = new HashMap<>();
    found.forEach(c -> byName.put(c.name(), c));
    List<String> problems = new ArrayList<>();
    compareColumns("", expected, byName, problems);
    return problems.isEmpty();
  }

  private static void compare(
      String where, ClickHouseTable expected, ServerTable found, List<String> problems) {
    if (!found.engine().endsWith("ReplacingMergeTree")) {
      problems.add(
          where
              + ": engine: expected a ReplacingMergeTree, found "
              + found.engine()
              + ": repeats of an event would stay");
    }
    if (!split(found.engineArguments()).containsAll(expected.versionColumns())) {
      problems.add(
          where
              + ": engine: expected ReplacingMergeTree("
              + String.join(", ", expected.versionColumns())
              + "), found "
              + found.engine()
              + "("
              + found.engineArguments()
              + "): an older result could hide a newer one");
    }
    compareColumns(where, expected, found.columns(), problems);
    for (ServerColumn column : found.columns().values()) {
      boolean written = expected.columnNames().contains(column.name());
      if (!written && column.defaultKind().isEmpty() && !column.type().contains("Nullable(")) {
        problems.add(
            where
                + ", column "
                + column.name()
                + ": expected no such column, found "
                + column.type()
                + " without a default; give it one, or make it Nullable");
      }
    }
    // A table without keys has been reported for its engine already.
    if (found.engine().endsWith("MergeTree")) {
      compareKeys(where, expected, found, problems);
    }
  }

  private static void compareColumns(
      String where,
      ClickHouseTable expected,
      Map<String, ServerColumn> found,
      List<String> problems) {
    for (Column column : expected.columns()) {
      String place = where + ", column " + column.name();
      ServerColumn there = found.get(column.name());
      if (there == null) {
        problems.add(place + ": expected " + column.type() + ", found no such column");
      } else if (!there.defaultKind().isEmpty() && !there.defaultKind().equals("DEFAULT")) {
        problems.add(
            place
                + ": expected a column that can be written, found one that is "
                + there.defaultKind());
      } else if (!ClickHouseTypes.same(column.type(), there.type())) {
        problems.add(place + ": expected " + column.type() + ", found " + there.type());
      }
    }
  }

  /** The sort order must be the identity: with less, events vanish; with more, repeats stay. */
  private static void compareKeys(
      String where, ClickHouseTable expected, ServerTable found, List<String> problems) {
    Set<String> plain = new TreeSet<>(split(found.sortingKey()));
    for (String column : expected.identity()) {
      if (!plain.contains(column)) {
        problems.add(
            where
                + ": sorting key: expected "
                + column
                + " in it, found ("
                + found.sortingKey()
                + "): events that differ only there would be collapsed");
      }
    }
    for (ServerColumn column : found.columns().values()) {
      if (!expected.identity().contains(column.name())) {
        if (column.inSortingKey()) {
          problems.add(
              where
                  + ": sorting key: expected columns of the identity only, found "
                  + column.name()
                  + ": repeats of an event would stay");
        }
        if (column.inPartitionKey()) {
          problems.add(
              where
                  + ": partition key: expected columns of the identity only, found "
                  + column.name()
                  + ": repeats of an event would stay");
        }
      }
    }
  }

  private static void compareView(
      String where, List<String> expected, ServerTable found, List<String> problems) {
    if (!found.engine().equals("View")) {
      problems.add(where + ": expected a view, found a table of engine " + found.engine());
      return;
    }
    if (!List.copyOf(found.columns().keySet()).equals(expected)) {
      problems.add(
          where
              + ": expected the columns ("
              + String.join(", ", expected)
              + "), found ("
              + String.join(", ", found.columns().keySet())
              + "); drop the view, it is created anew");
    }
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
