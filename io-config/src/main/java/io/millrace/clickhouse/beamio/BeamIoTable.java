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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Staging table for Beam's ClickHouseIO, with engine Null and only types that ClickHouseIO writes
 * correctly. A materialized view converts its rows into the real table within the same INSERT.
 */
public final class BeamIoTable {
  private static final String STAGING = "_beam_io";
  private static final String VIEW = "_from_beam_io";

  private final TableDefinition table;
  private final List<BeamIoColumn> columns;

  /** Creates the staging of a table without impossible columns. */
  BeamIoTable(TableDefinition table) {
    this.table = table;
    this.columns = table.columns().stream().map(BeamIoColumn::of).collect(Collectors.toList());
  }

  /** One line for each column that cannot be staged, and for routes. */
  public static List<String> impossible(Contract contract) {
    List<String> problems = new ArrayList<>();
    if (!contract.tables().routes().isEmpty()) {
      problems.add(
          "tables.routes: Beam's ClickHouseIO writes accepted events to one table; use"
              + " --clickHouseWriter=millrace, or remove the routes from the contract");
    }
    for (TableDefinition table : eventTables(contract)) {
      for (ColumnDefinition column : table.columns()) {
        if (!BeamIoColumn.possible(column)) {
          problems.add(
              ("table %s, column %s: Beam's ClickHouseIO cannot write %s, directly or"
                      + " staged; use --clickHouseWriter=millrace, or remove the column from"
                      + " the contract's table")
                  .formatted(
                      table.name(),
                      column.name(),
                      ClickHouseTypes.of(column.field(), column.nullable())));
        }
      }
    }
    return problems;
  }

  public static List<BeamIoTable> of(Contract contract) {
    return eventTables(contract).stream().map(BeamIoTable::new).collect(Collectors.toList());
  }

  private static List<TableDefinition> eventTables(Contract contract) {
    Contract.Tables tables = contract.tables();
    return Stream.of(tables.normal(), tables.error(), tables.late())
        .filter(Objects::nonNull)
        .toList();
  }

  /** Name of the staging table, without the database. */
  public String name() {
    return table.name() + STAGING;
  }

  /** Name of the real table, without the database. */
  public String target() {
    return table.name();
  }

  public String view() {
    return table.name() + VIEW;
  }

  List<BeamClickHouseWrite.Column> columns() {
    return columns.stream().flatMap(c -> c.staged().stream()).collect(Collectors.toList());
  }

  Schema schema() {
    Schema.Builder schema = Schema.builder();
    columns.forEach(c -> c.fields().forEach(schema::addField));
    return schema.build();
  }

  /** Converts a valid row of the contract to a staged row. */
  Row stage(Row row, Schema schema) {
    List<@Nullable Object> values = new ArrayList<>(schema.getFieldCount());
    for (int i = 0; i < columns.size(); i++) {
      columns.get(i).stager().stage(row.getValue(table.columns().get(i).index()), values);
    }
    return Row.withSchema(schema).attachValues(values);
  }

  /** The statements that create table and view, if they do not exist, in order. */
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
                        "Millrace: staging of ClickHouseIO for " + table.name())));
  }

  private String createView(String database) {
    String select =
        IntStream.range(0, columns.size())
            .mapToObj(
                i ->
                    columns.get(i).expression()
                        + " AS "
                        + ClickHouseTypes.quote(table.columns().get(i).name()))
            .collect(Collectors.joining(",\n  "));
    return "CREATE MATERIALIZED VIEW IF NOT EXISTS %s\nTO %s\nAS SELECT\n  %s\nFROM %s"
        .formatted(
            ClickHouseDdl.qualified(database, view()),
            ClickHouseDdl.qualified(database, table.name()),
            select,
            ClickHouseDdl.qualified(database, name()));
  }

  /**
   * Differences of existing table and view from their definition. Includes the order of columns,
   * because ClickHouseIO inserts by position.
   */
  public List<String> differences(String database, Map<String, ServerTable> found) {
    List<String> problems = new ArrayList<>();
    String remedy =
        "; drop both " + name() + " and " + view() + "; the next run creates them again";
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
    boolean same =
        there.size() == expected.size()
            && IntStream.range(0, there.size())
                .allMatch(i -> ClickHouseTypes.same(there.get(i), expected.get(i)));
    if (!same) {
      out.add(
          "%s: expected the columns (%s) in this order, found (%s)%s"
              .formatted(where, String.join(", ", expected), String.join(", ", there), remedy));
    }
  }
}
