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
import io.millrace.clickhouse.schema.TableDifference.SetSettings;
import io.millrace.clickhouse.schema.TableDifference.WidenColumn;
import io.millrace.io.SinkMigration;
import io.millrace.io.SinkMigration.Change;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Plans the statements that make tables fit a contract. Each is one that the server makes at once
 * or not at all and that may be repeated; writers are not held up, and their batches are absorbed
 * or sent again by the new columns.
 */
public final class TableMigration {
  private final String database;
  private final Map<String, ServerTable> found;
  private final List<Change> changes = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();

  private TableMigration(String database, Map<String, ServerTable> found) {
    this.database = database;
    this.found = found;
  }

  /** What creates the tables and views that are missing, and nothing else. */
  public static List<Change> creations(
      String database, List<ClickHouseTable> tables, Map<String, ServerTable> found) {
    return plan(database, tables, found, List.of()).changes();
  }

  /** All changes that are safe; none of a table that has a difference that is not. */
  public static SinkMigration plan(
      String database,
      List<ClickHouseTable> tables,
      Map<String, ServerTable> found,
      List<TableDifference> differences) {
    TableMigration migration = new TableMigration(database, found);
    if (found.isEmpty()) {
      migration.add(
          "database " + database, "created if missing", ClickHouseDdl.createDatabase(database));
    }
    for (ClickHouseTable table : tables) {
      migration.plan(
          table, differences.stream().filter(d -> d.table().equals(table.name())).toList());
    }
    return new SinkMigration(migration.changes, migration.refused);
  }

  private void plan(ClickHouseTable table, List<TableDifference> differences) {
    if (differences.stream().anyMatch(TableDifference::refused)) {
      differences.stream()
          .filter(TableDifference::refused)
          .forEach(d -> refused.add(d.line() + "; nothing of this table is changed"));
      return;
    }
    if (!found.containsKey(table.name())) {
      add(at("table", table.name()), "created", ClickHouseDdl.createTable(database, table));
    }
    Set<String> stale = new LinkedHashSet<>();
    for (TableDifference difference : differences) {
      plan(table, difference, stale);
    }
    // Views last: what they show must be there, with its new type.
    view(table.exactView(), stale, create -> exactView(create, table, differences));
    for (View more : table.views()) {
      view(more.name(), stale, create -> ClickHouseDdl.view(create, database, table, more));
    }
  }

  private void plan(ClickHouseTable table, TableDifference difference, Set<String> stale) {
    String where = difference.where();
    String alter = "ALTER TABLE " + ClickHouseDdl.qualified(database, table.name()) + " ";
    TableDifference.Mend mend = difference.mend();
    if (mend instanceof AddColumn add) {
      addColumn(where, alter, add.column());
    } else if (mend instanceof AddKeyColumns add) {
      addKeyColumns(where, alter, add);
    } else if (mend instanceof WidenColumn widen) {
      String becomes = widen.found() + " becomes " + widen.type() + ", every value stays";
      add(where, becomes, alter + modify(widen.column(), widen.type()));
      stale.add(table.exactView());
      table.views().forEach(view -> stale.add(view.name()));
    } else if (mend instanceof ChangeDictionary change) {
      String becomes = change.found() + " becomes " + change.type() + ", every value stays";
      add(where, becomes, alter + modify(change.column(), change.type()));
    } else if (mend instanceof GiveDefault give) {
      String zero = ClickHouseTypes.zero(give.type());
      add(
          where,
          "is not the contract's, gets the default " + zero + "; the column and its data stay",
          alter + modify(give.column(), "DEFAULT " + zero));
    } else if (mend instanceof SetSettings set) {
      add(where, "set", alter + "MODIFY SETTING " + set.list());
    } else if (mend instanceof ChangeTtl change) {
      add(
          where,
          change.life() == null ? "removed" : "set; no row that is there is deleted by it now",
          alter
              + (change.life() == null
                  ? "REMOVE TTL"
                  : "MODIFY TTL " + TableTtl.expression(table.ttlColumn(), change.life())));
    } else if (mend instanceof TableDifference.RecreateView recreate) {
      stale.add(recreate.view());
    }
  }

  private void addColumn(String where, String alter, Column column) {
    boolean nullable = ColumnType.parse(column.type()).isNullable();
    String zero = ClickHouseTypes.zero(column.type());
    String initial = column.initial() == null ? zero : column.initial();
    String what = "added, older rows show " + (nullable ? "NULL" : initial);
    if (!nullable && column.initial() == null) {
      what += ", for the contract has no default";
    }
    add(
        where,
        what,
        alter
            + "ADD COLUMN IF NOT EXISTS "
            + ClickHouseTypes.quote(column.name())
            + " "
            + column.type()
            + (nullable ? "" : " DEFAULT " + initial)
            + ClickHouseDdl.codec(column));
  }

  /** Without a default, which a new column of the key may not have: in older rows they are 0. */
  private void addKeyColumns(String where, String alter, AddKeyColumns add) {
    StringBuilder columns = new StringBuilder();
    StringBuilder key = new StringBuilder(add.sortingKey());
    for (Column column : add.columns()) {
      String name = ClickHouseTypes.quote(column.name());
      columns.append("ADD COLUMN IF NOT EXISTS ").append(name).append(' ').append(column.type());
      columns.append(ClickHouseDdl.codec(column)).append(", ");
      key.append(", ").append(name);
    }
    add(
        where,
        "becomes (" + key.toString().replace("`", "") + "), older rows show 0",
        alter + columns + "MODIFY ORDER BY (" + key + ")");
  }

  private static String modify(String column, String to) {
    return "MODIFY COLUMN " + ClickHouseTypes.quote(column) + " " + to;
  }

  /** Every column that an INSERT may name, as they will be. */
  private String exactView(
      String create, ClickHouseTable table, List<TableDifference> differences) {
    ServerTable there = found.get(table.name());
    Set<String> shown = new LinkedHashSet<>();
    if (there == null) {
      shown.addAll(table.columnNames());
    } else {
      there.columns().values().stream()
          .filter(ServerColumn::isOrdinary)
          .forEach(column -> shown.add(column.name()));
      for (TableDifference difference : differences) {
        if (difference.mend() instanceof AddColumn add) {
          shown.add(add.column().name());
        } else if (difference.mend() instanceof AddKeyColumns add) {
          add.columns().forEach(column -> shown.add(column.name()));
        }
      }
    }
    return ClickHouseDdl.exactView(create, database, table, shown);
  }

  /** Writes the statement of a view. */
  @FunctionalInterface
  private interface ViewStatement {
    String of(String create);
  }

  private void view(String name, Set<String> stale, ViewStatement statement) {
    if (!found.containsKey(name)) {
      add(at("view", name), "created", statement.of(ClickHouseDdl.IF_MISSING));
    } else if (stale.contains(name)) {
      add(at("view", name), "created anew", statement.of(ClickHouseDdl.ANEW));
    }
  }

  private String at(String kind, String name) {
    return kind + " " + database + "." + name;
  }

  private void add(String where, String what, String statement) {
    changes.add(new Change(where, what, statement));
  }
}
