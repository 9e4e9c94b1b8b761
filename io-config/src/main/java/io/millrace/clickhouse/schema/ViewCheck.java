package io.millrace.clickhouse.schema;

import io.millrace.clickhouse.schema.ClickHouseTable.Column;
import io.millrace.clickhouse.schema.ClickHouseTable.View;
import io.millrace.clickhouse.schema.ServerTables.ServerColumn;
import io.millrace.clickhouse.schema.ServerTables.ServerTable;
import io.millrace.clickhouse.schema.TableDifference.Mend;
import io.millrace.clickhouse.schema.TableDifference.RecreateView;
import io.millrace.clickhouse.schema.TableDifference.Refuse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Compares the views of a table with those a contract needs. A view may show more; but not less,
 * nor a column by the type that the table's had before it was widened: larger values would be bent
 * to fit.
 */
final class ViewCheck {
  private ViewCheck() {}

  /**
   * The view that never shows a repeat.
   *
   * @param there the table; null: it is yet to be created
   */
  static List<TableDifference> exact(
      String database, ClickHouseTable table, @Nullable ServerTable there, ServerTable view) {
    Map<String, String> types = new LinkedHashMap<>();
    for (Column column : table.columns()) {
      ServerColumn is = there == null ? null : there.columns().get(column.name());
      boolean stays = is != null && TableCheck.holds(is.type(), column.type());
      types.put(column.name(), stays ? is.type() : column.type());
    }
    if (there != null) {
      // Of those that a newer contract has added, only those that the view shows must be right.
      there.columns().values().stream()
          .filter(ServerColumn::isOrdinary)
          .filter(c -> view.columns().containsKey(c.name()))
          .forEach(c -> types.putIfAbsent(c.name(), c.type()));
    }
    return compare(database, table, table.exactView(), types, view);
  }

  /** A view that sums up; the types of its columns follow from its expressions. */
  static List<TableDifference> further(
      String database, ClickHouseTable table, View expected, ServerTable view) {
    Map<String, String> types = new LinkedHashMap<>();
    expected.columns().forEach(name -> types.put(name, ""));
    return compare(database, table, expected.name(), types, view);
  }

  private static List<TableDifference> compare(
      String database,
      ClickHouseTable table,
      String name,
      Map<String, String> expected,
      ServerTable view) {
    String where = "view " + database + "." + name;
    if (!view.engine().equals("View")) {
      return List.of(
          new TableDifference(
              table.name(),
              where,
              "expected a view, found a table of engine " + view.engine(),
              true,
              new Refuse("the name is taken; rename that table")));
    }
    List<String> wrong = new ArrayList<>();
    expected.forEach(
        (column, type) -> {
          ServerColumn shown = view.columns().get(column);
          if (shown == null) {
            wrong.add(column + ", found no such column");
          } else if (!type.isEmpty() && !TableCheck.holds(shown.type(), type)) {
            wrong.add(column + " as " + type + ", found " + shown.type());
          }
        });
    if (wrong.isEmpty()) {
      return List.of();
    }
    Set<String> foreign = new HashSet<>(view.columns().keySet());
    foreign.removeAll(expected.keySet());
    Mend mend =
        foreign.isEmpty()
            ? new RecreateView(name)
            : new Refuse(
                "its columns "
                    + String.join(", ", foreign.stream().sorted().toList())
                    + " are somebody's own; drop the view, `scripts/millrace migrate` creates it"
                    + " anew");
    return List.of(
        new TableDifference(
            table.name(), where, "expected " + String.join("; expected ", wrong), true, mend));
  }
}
