package io.millrace.clickhouse.schema;

import io.millrace.clickhouse.schema.ClickHouseTable.Column;
import io.millrace.clickhouse.schema.ClickHouseTable.View;
import io.millrace.clickhouse.schema.ServerTables.ServerColumn;
import io.millrace.clickhouse.schema.ServerTables.ServerTable;
import io.millrace.io.schema.Difference;
import io.millrace.io.schema.Difference.Effect;
import io.millrace.io.schema.Remedy;
import io.millrace.io.schema.Remedy.Change;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Compares the views of a table with those a contract needs. A view may show more, but not less. It
 * must not show a column with the type that it had before it was widened: the view would change
 * larger values to fit.
 */
final class ViewCheck {
  private final String database;
  private final ClickHouseTable table;
  private final Map<String, ServerTable> found;
  private final boolean widened;
  private final List<Difference> differences = new ArrayList<>();

  private ViewCheck(
      String database, ClickHouseTable table, Map<String, ServerTable> found, boolean widened) {
    this.database = database;
    this.table = table;
    this.found = found;
    this.widened = widened;
  }

  /**
   * The differences of all views of a table.
   *
   * @param added the columns that the table is about to get
   * @param widened whether columns of the table are about to be widened
   */
  static List<Difference> differences(
      String database,
      ClickHouseTable table,
      Map<String, ServerTable> found,
      List<Column> added,
      boolean widened) {
    ViewCheck check = new ViewCheck(database, table, found, widened);
    if (table.holdsBatches()) {
      check.audit();
      return check.differences;
    }
    check.exact(found.get(table.name()), added);
    for (View view : table.views()) {
      // The types of its columns follow from its expressions.
      Map<String, String> types = new LinkedHashMap<>();
      view.columns().forEach(name -> types.put(name, ""));
      check.compare(
          view.name(), types, create -> ClickHouseDdl.view(create, database, table, view));
    }
    return check.differences;
  }

  /**
   * The views of the audit. Those of an older version show only its table, and their columns need
   * not tell.
   */
  private void audit() {
    ServerTable named = found.get(table.shownAs());
    ServerTable older = named == null || named.engine().equals("View") ? null : named;
    ServerTable exact = found.get(table.exactView());
    boolean stale = exact != null && !exact.columns().containsKey(AuditTable.MINUTE);
    AuditViews.of(database, table, older)
        .forEach(
            (name, view) -> {
              UnaryOperator<String> statement =
                  create ->
                      create + ClickHouseDdl.qualified(database, name) + "\nAS " + view.select();
              if (stale && found.containsKey(name)) {
                add(
                    "view " + database + "." + name,
                    "expected one that shows " + table.name() + ", found one of an older version",
                    anew(statement));
                return;
              }
              Map<String, String> types = new LinkedHashMap<>();
              view.columns().forEach(column -> types.put(column, ""));
              compare(name, types, statement);
            });
  }

  private static Change anew(UnaryOperator<String> statement) {
    return new Change("creates it anew", "created anew", statement.apply(ClickHouseDdl.ANEW));
  }

  /** The view without duplicates. It shows every column of the table that an INSERT may name. */
  private void exact(@Nullable ServerTable there, List<Column> added) {
    Map<String, ServerColumn> columns = there == null ? Map.of() : there.columns();
    Map<String, String> types = new LinkedHashMap<>();
    for (Column column : table.columns()) {
      ServerColumn is = columns.get(column.name());
      boolean stays = is != null && ColumnConversion.between(table, column, is) != null;
      types.put(column.name(), stays ? is.type() : column.type());
    }
    Set<String> shown = new LinkedHashSet<>();
    ServerTable view = found.get(table.exactView());
    for (ServerColumn column : columns.values()) {
      if (column.isOrdinary()) {
        shown.add(column.name());
        // Of those that a newer contract has added, only those that the view shows must be right.
        if (view != null && view.columns().containsKey(column.name())) {
          types.putIfAbsent(column.name(), column.type());
        }
      }
    }
    (there == null ? table.columns() : added).forEach(column -> shown.add(column.name()));
    compare(
        table.exactView(),
        types,
        create -> ClickHouseDdl.exactView(create, database, table, shown));
  }

  /**
   * Compares one view.
   *
   * @param expected its columns and their types; an empty type is not compared
   * @param statement gives the statement that creates it, from its beginning
   */
  private void compare(String name, Map<String, String> expected, UnaryOperator<String> statement) {
    String where = "view " + database + "." + name;
    ServerTable view = found.get(name);
    if (view == null) {
      differences.add(
          Difference.missing(
              table.name(),
              where,
              ClickHouseDdl.created(statement.apply(ClickHouseDdl.IF_MISSING))));
      return;
    }
    if (!view.engine().equals("View")) {
      add(
          where,
          Difference.expected("a view", "a table of engine " + view.engine()),
          TableCheck.refuse("the name is taken; rename that table"));
      return;
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
    Change anew = anew(statement);
    List<String> foreign =
        view.columns().keySet().stream().filter(c -> !expected.containsKey(c)).sorted().toList();
    if (wrong.isEmpty()) {
      if (widened) {
        differences.add(Difference.stale(table.name(), where, anew));
      }
    } else {
      add(
          where,
          "expected " + String.join("; expected ", wrong),
          foreign.isEmpty()
              ? anew
              : TableCheck.refuse(
                  "Millrace did not create its columns "
                      + String.join(", ", foreign)
                      + "; drop the view, `scripts/millrace migrate` creates it anew"));
    }
  }

  private void add(String where, String what, Remedy remedy) {
    differences.add(new Difference(table.name(), where, what, Effect.BLOCKS, remedy));
  }
}
