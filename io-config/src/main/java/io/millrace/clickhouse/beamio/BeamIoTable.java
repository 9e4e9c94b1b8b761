package io.millrace.clickhouse.beamio;

import io.millrace.clickhouse.beam.BeamClickHouseWrite;
import io.millrace.clickhouse.schema.ClickHouseDdl;
import io.millrace.clickhouse.schema.ClickHouseTypes;
import io.millrace.clickhouse.schema.ServerTables.ServerTable;
import io.millrace.contract.ColumnDefinition;
import io.millrace.contract.Contract;
import io.millrace.contract.TableDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * How rows of a table go through Beam's ClickHouseIO: into a table that keeps nothing and has only
 * types that ClickHouseIO writes correctly; a materialized view converts what comes in and hands it
 * on to the real table, inside the same INSERT.
 */
public final class BeamIoTable {
  private static final String STAGING = "_beam_io";
  private static final String VIEW = "_from_beam_io";

  private final TableDefinition table;
  private final List<BeamIoColumn> columns;

  private BeamIoTable(TableDefinition table) {
    this.table = table;
    this.columns = table.columns().stream().map(BeamIoColumn::of).collect(Collectors.toList());
  }

  /** The way to a table, all of whose columns must be possible. */
  public static BeamIoTable of(TableDefinition table) {
    return new BeamIoTable(table);
  }

  /** One line for each column that cannot go through ClickHouseIO. */
  public static List<String> impossible(Contract contract) {
    List<String> problems = new ArrayList<>();
    for (TableDefinition table : eventTables(contract)) {
      for (ColumnDefinition column : table.columns()) {
        if (!BeamIoColumn.possible(column)) {
          problems.add(
              "table "
                  + table.name()
                  + ", column "
                  + column.name()
                  + ": Beam's ClickHouseIO cannot write "
                  + ClickHouseTypes.of(column.field(), column.nullable())
                  + ", directly or staged; use --clickHouseWriter=millrace, or leave the column"
                  + " out of the contract's table");
        }
      }
    }
    return problems;
  }

  /** The ways to all tables of events; all columns must be possible. */
  public static List<BeamIoTable> of(Contract contract) {
    return eventTables(contract).stream().map(BeamIoTable::of).collect(Collectors.toList());
  }

  private static List<TableDefinition> eventTables(Contract contract) {
    Contract.Tables tables = contract.tables();
    return Stream.of(tables.normal(), tables.error(), tables.late())
        .filter(Objects::nonNull)
        .toList();
  }

  /** The table that ClickHouseIO writes to, without the database. */
  public String name() {
    return table.name() + STAGING;
  }

  /** The view that hands rows on. */
  public String view() {
    return table.name() + VIEW;
  }

  /** The columns that ClickHouseIO writes, in order. */
  List<BeamClickHouseWrite.Column> columns() {
    return columns.stream().flatMap(c -> c.staged().stream()).collect(Collectors.toList());
  }

  /** The rows that ClickHouseIO is given. */
  Schema schema() {
    Schema.Builder schema = Schema.builder();
    columns.forEach(c -> c.fields().forEach(schema::addField));
    return schema.build();
  }

  /** A row of the contract, which the table can hold, as ClickHouseIO is given it. */
  Row stage(Row row, Schema schema) {
    List<@Nullable Object> values = new ArrayList<>(schema.getFieldCount());
    for (int i = 0; i < columns.size(); i++) {
      columns.get(i).stager().stage(row.getValue(table.columns().get(i).index()), values);
    }
    return Row.withSchema(schema).attachValues(values);
  }

  /** The statements that create table and view, in order; each leaves alone what exists. */
  public List<String> statements(String database) {
    return List.of(createTable(database), createView(database));
  }

  private String createTable(String database) {
    return columns().stream()
        .map(c -> "  " + ClickHouseTypes.quote(c.name()) + " " + c.type())
        .collect(
            Collectors.joining(
                ",\n",
                "CREATE TABLE IF NOT EXISTS " + ClickHouseDdl.qualified(database, name()) + "\n(\n",
                "\n)\nENGINE = Null\nCOMMENT "
                    + ClickHouseTypes.literal(
                        "Millrace: what ClickHouseIO writes on its way to " + table.name())));
  }

  private String createView(String database) {
    StringBuilder select = new StringBuilder();
    for (int i = 0; i < columns.size(); i++) {
      select.append(i == 0 ? "\n  " : ",\n  ").append(columns.get(i).expression());
      select.append(" AS ").append(ClickHouseTypes.quote(table.columns().get(i).name()));
    }
    return "CREATE MATERIALIZED VIEW IF NOT EXISTS "
        + ClickHouseDdl.qualified(database, view())
        + "\nTO "
        + ClickHouseDdl.qualified(database, table.name())
        + "\nAS SELECT"
        + select
        + "\nFROM "
        + ClickHouseDdl.qualified(database, name());
  }

  /**
   * The differences of table and view from what they must be, if they exist. ClickHouseIO names no
   * columns when it inserts, so their order matters, too.
   */
  public List<String> differences(String database, Map<String, ServerTable> found) {
    List<String> problems = new ArrayList<>();
    String remedy = "; drop both " + name() + " and " + view() + ", they are created anew";
    ServerTable staging = found.get(name());
    if (staging != null) {
      String where = "table " + database + "." + name();
      if (!staging.engine().equals("Null")) {
        problems.add(where + ": engine: expected Null, found " + staging.engine() + remedy);
      }
      compare(
          where,
          columns().stream().map(c -> c.name() + " " + c.type()).toList(),
          staging,
          remedy,
          problems);
    }
    ServerTable view = found.get(view());
    if (view != null) {
      String where = "view " + database + "." + view();
      if (!view.engine().equals("MaterializedView")) {
        problems.add(where + ": expected a materialized view, found " + view.engine() + remedy);
      }
      compare(
          where,
          table.columns().stream()
              .map(c -> c.name() + " " + ClickHouseTypes.of(c.field(), c.nullable()))
              .toList(),
          view,
          remedy,
          problems);
    }
    return problems;
  }

  private static void compare(
      String where, List<String> expected, ServerTable found, String remedy, List<String> out) {
    List<String> there =
        found.columns().values().stream().map(c -> c.name() + " " + c.type()).toList();
    boolean same = there.size() == expected.size();
    for (int i = 0; same && i < there.size(); i++) {
      same = ClickHouseTypes.same(there.get(i), expected.get(i));
    }
    if (!same) {
      out.add(
          where
              + ": expected the columns ("
              + String.join(", ", expected)
              + ") in this order, found ("
              + String.join(", ", there)
              + ")"
              + remedy);
    }
  }
}
