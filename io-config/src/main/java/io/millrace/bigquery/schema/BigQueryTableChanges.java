package io.millrace.bigquery.schema;

import com.google.api.client.util.Data;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableSchema;
import com.google.api.services.bigquery.model.TimePartitioning;
import io.millrace.bigquery.client.BigQueryConfig;
import io.millrace.bigquery.client.BigQueryTables;
import io.millrace.io.schema.Remedy.Action;
import io.millrace.io.schema.Remedy.Change;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The changes of one table and its view. BigQuery makes each as a whole or not at all, and it may
 * be repeated. All columns of a table that are added or relaxed are one call: with one call for
 * each column, BigQuery would reject rows of the contract in between.
 */
final class BigQueryTableChanges {
  private final BigQueryConfig config;
  private final BigQueryTables client;
  private final BigQueryTable table;
  private boolean columnsChange;
  private boolean widened;

  BigQueryTableChanges(BigQueryConfig config, BigQueryTables client, BigQueryTable table) {
    this.config = config;
    this.client = client;
    this.table = table;
  }

  private String qualified(String name) {
    return BigQuerySql.qualified(config.project(), config.dataset(), name);
  }

  private String alter(String what) {
    return "ALTER TABLE " + qualified(table.name()) + " " + what;
  }

  private Table patch() {
    return new Table()
        .setTableReference(
            BigQueryTable.reference(config.project(), config.dataset(), table.name()));
  }

  /** Whether the view has to be created anew, because it lists the table's columns. */
  boolean makeViewStale() {
    return columnsChange || widened;
  }

  Change create() {
    return new Change(
        "creates it",
        "created",
        BigQuerySql.createTable(config.project(), config.dataset(), table),
        () -> client.create(table.definition(config.project(), config.dataset())));
  }

  Change createView(boolean anew) {
    Table view = table.viewDefinition(config.project(), config.dataset());
    String statement =
        (anew ? "CREATE OR REPLACE VIEW " : "CREATE VIEW IF NOT EXISTS ")
            + qualified(table.exactView())
            + " AS "
            + view.getView().getQuery();
    return anew
        ? new Change("creates it anew", "created anew", statement, () -> client.patch(view))
        : new Change("creates it", "created", statement, () -> client.create(view));
  }

  Change addColumn(String name, TableFieldSchema column, Table found) {
    String older =
        switch (BigQueryTypes.mode(column)) {
          case BigQueryTypes.REPEATED -> "an empty array";
          case BigQueryTypes.REQUIRED -> "NULL because BigQuery adds no required column";
          default -> "NULL";
        };
    return changeColumns(
        "adds it",
        "added, older rows show " + older,
        "ADD COLUMN IF NOT EXISTS " + BigQuerySql.quote(name) + " " + BigQueryTypes.sql(column),
        found);
  }

  Change relax(String name, Table found) {
    return changeColumns(
        "makes it nullable",
        "becomes nullable, keeps its data",
        "ALTER COLUMN " + BigQuerySql.quote(name) + " DROP NOT NULL",
        found);
  }

  /** The first of these changes makes all of them. */
  private Change changeColumns(String verb, String result, String statement, Table found) {
    Action action =
        columnsChange
            ? () -> {}
            : () ->
                client.patch(
                    patch()
                        .setSchema(
                            new TableSchema()
                                .setFields(merged(table.stored(), found.getSchema().getFields()))));
    columnsChange = true;
    return new Change(verb, result, alter(statement), action);
  }

  /**
   * The columns that are there, each as wide as it is and nullable if needed, and those missing.
   */
  private static List<TableFieldSchema> merged(
      List<TableFieldSchema> needed, List<TableFieldSchema> there) {
    Map<String, TableFieldSchema> missing = new LinkedHashMap<>();
    needed.forEach(c -> missing.put(c.getName().toLowerCase(Locale.ROOT), c));
    List<TableFieldSchema> all = new ArrayList<>();
    for (TableFieldSchema column : there) {
      TableFieldSchema wanted = missing.remove(column.getName().toLowerCase(Locale.ROOT));
      boolean relaxed =
          wanted == null
              ? column.getDefaultValueExpression() == null
              : BigQueryTypes.mode(wanted).equals(BigQueryTypes.NULLABLE);
      TableFieldSchema kept = relaxed ? notRequired(column) : column.clone();
      if (wanted != null && wanted.getFields() != null && column.getFields() != null) {
        kept.setFields(merged(wanted.getFields(), column.getFields()));
      }
      all.add(kept);
    }
    missing.values().forEach(column -> all.add(notRequired(column)));
    return all;
  }

  private static TableFieldSchema notRequired(TableFieldSchema column) {
    TableFieldSchema copy = column.clone();
    return BigQueryTypes.mode(column).equals(BigQueryTypes.REQUIRED)
        ? copy.setMode(BigQueryTypes.NULLABLE)
        : copy;
  }

  Change widen(String name, TableFieldSchema found, String type) {
    widened = true;
    return new Change(
        "widens it",
        BigQueryTypes.sql(found) + " becomes " + type + ", keeps every value",
        alter("ALTER COLUMN " + BigQuerySql.quote(name) + " SET DATA TYPE " + type));
  }

  /**
   * Keeps days longer.
   *
   * @param millis null: indefinitely
   */
  Change keepFor(@Nullable Long millis) {
    TimePartitioning days = new TimePartitioning().setType("DAY").setField(table.timeColumn());
    // An expiration that is left out would stay as it is.
    days.setExpirationMs(millis == null ? Data.NULL_LONG : millis);
    String expiration = millis == null ? "NULL" : BigQuerySql.days(millis);
    return new Change(
        "changes it",
        "set, deletes no existing row now",
        alter("SET OPTIONS (partition_expiration_days = " + expiration + ")"),
        () -> client.patch(patch().setTimePartitioning(days)));
  }
}
