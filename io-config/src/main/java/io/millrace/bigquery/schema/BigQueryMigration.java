package io.millrace.bigquery.schema;

import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableSchema;
import com.google.api.services.bigquery.model.TimePartitioning;
import io.millrace.bigquery.client.BigQueryConfig;
import io.millrace.bigquery.client.BigQueryTables;
import io.millrace.bigquery.schema.BigQueryDifference.ChangeColumns;
import io.millrace.bigquery.schema.BigQueryDifference.KeepLonger;
import io.millrace.bigquery.schema.BigQueryDifference.RecreateView;
import io.millrace.bigquery.schema.BigQueryDifference.WidenColumn;
import io.millrace.io.SinkMigration;
import io.millrace.io.SinkMigration.Change;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Plans what makes tables fit a contract. Each step is one that BigQuery makes at once or not at
 * all and that may be repeated. All columns of a table that are added or relaxed are one step: a
 * column more or less at a time, rows of the contract would be refused in between.
 */
public final class BigQueryMigration {
  /** What is done. */
  public interface Action {
    void apply(BigQueryTables tables) throws IOException;
  }

  /**
   * One change and what makes it. Changes of one table's columns come together: the first of them
   * makes all, the others have nothing left to do.
   */
  public record Step(Change change, Action action) {}

  private static final Action MADE_BEFORE = tables -> {};

  private final BigQueryConfig config;
  private final Map<String, Table> found;
  private final List<Step> steps = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();

  private BigQueryMigration(BigQueryConfig config, Map<String, Table> found) {
    this.config = config;
    this.found = found;
  }

  /** What creates the dataset, the tables and the views that are missing, and nothing else. */
  public static List<Step> creations(
      BigQueryConfig config,
      List<BigQueryTable> tables,
      boolean dataset,
      Map<String, Table> found) {
    return plan(config, tables, dataset, found, List.of()).steps;
  }

  /** All changes that are safe; none of a table that has a difference that is not. */
  public static BigQueryMigration plan(
      BigQueryConfig config,
      List<BigQueryTable> tables,
      boolean dataset,
      Map<String, Table> found,
      List<BigQueryDifference> differences) {
    BigQueryMigration migration = new BigQueryMigration(config, found);
    if (!dataset) {
      migration.add(
          "dataset " + config.dataset(),
          "created in " + config.location(),
          "CREATE SCHEMA IF NOT EXISTS `"
              + config.project()
              + "."
              + config.dataset()
              + "` OPTIONS (location = '"
              + config.location()
              + "')",
          client -> client.createDataset(config.location()));
    }
    for (BigQueryTable table : tables) {
      migration.plan(
          table, differences.stream().filter(d -> d.table().equals(table.name())).toList());
    }
    return migration;
  }

  public List<Step> steps() {
    return steps;
  }

  public SinkMigration summary() {
    return new SinkMigration(steps.stream().map(Step::change).toList(), refused);
  }

  private void plan(BigQueryTable table, List<BigQueryDifference> differences) {
    if (differences.stream().anyMatch(BigQueryDifference::refused)) {
      differences.stream()
          .filter(BigQueryDifference::refused)
          .forEach(d -> refused.add(d.line() + "; nothing of this table is changed"));
      return;
    }
    String project = config.project();
    String dataset = config.dataset();
    if (!found.containsKey(table.name())) {
      add(
          "table " + dataset + "." + table.name(),
          "created",
          BigQuerySql.createTable(project, dataset, table),
          client -> client.create(table.definition(project, dataset)));
    }
    boolean columnsChange = false;
    boolean viewDiffers = false;
    for (BigQueryDifference difference : differences) {
      if (difference.mend() instanceof ChangeColumns change) {
        Action action = columnsChange ? MADE_BEFORE : client -> patchColumns(client, table);
        add(difference.where(), change.becomes(), change.statement(), action);
        columnsChange = true;
      } else if (difference.mend() instanceof KeepLonger longer) {
        add(
            difference.where(),
            "set; no row that is there is deleted by it now",
            longer.statement(),
            client -> patchExpiration(client, table));
      } else if (difference.mend() instanceof RecreateView) {
        viewDiffers = true;
      }
    }
    boolean widened = false;
    for (BigQueryDifference difference : differences) {
      if (difference.mend() instanceof WidenColumn widen) {
        add(
            difference.where(),
            widen.becomes(),
            widen.statement(),
            client -> client.run(widen.statement()));
        widened = true;
      }
    }
    view(table, viewDiffers || columnsChange || widened);
  }

  /** Last: what it shows must be there. Its own list of columns is made when it is written. */
  private void view(BigQueryTable table, boolean anew) {
    Table view = table.viewDefinition(config.project(), config.dataset());
    boolean there = found.containsKey(table.exactView());
    if (there && !anew) {
      return;
    }
    add(
        "view " + config.dataset() + "." + table.exactView(),
        there ? "created anew" : "created",
        (there ? "CREATE OR REPLACE VIEW " : "CREATE VIEW IF NOT EXISTS ")
            + BigQuerySql.qualified(config.project(), config.dataset(), table.exactView())
            + " AS "
            + view.getView().getQuery(),
        there ? client -> client.patch(view) : client -> client.create(view));
  }

  private void patchColumns(BigQueryTables client, BigQueryTable table) throws IOException {
    client.patch(
        new Table()
            .setTableReference(
                BigQueryTable.reference(config.project(), config.dataset(), table.name()))
            .setSchema(
                new TableSchema()
                    .setFields(
                        merged(table.stored(), found.get(table.name()).getSchema().getFields()))));
  }

  /**
   * The columns that are there, each as wide as it is and nullable if needed, and those missing.
   */
  static List<TableFieldSchema> merged(
      List<TableFieldSchema> needed, List<TableFieldSchema> there) {
    Map<String, TableFieldSchema> missing = new LinkedHashMap<>();
    needed.forEach(c -> missing.put(c.getName().toLowerCase(Locale.ROOT), c));
    List<TableFieldSchema> all = new ArrayList<>();
    for (TableFieldSchema column : there) {
      TableFieldSchema wanted = missing.remove(column.getName().toLowerCase(Locale.ROOT));
      TableFieldSchema kept = column.clone();
      boolean relaxed =
          wanted == null
              ? column.getDefaultValueExpression() == null
              : BigQueryTypes.mode(wanted).equals(BigQueryTypes.NULLABLE);
      if (relaxed && BigQueryTypes.mode(column).equals(BigQueryTypes.REQUIRED)) {
        kept.setMode(BigQueryTypes.NULLABLE);
      }
      if (wanted != null && wanted.getFields() != null && column.getFields() != null) {
        kept.setFields(merged(wanted.getFields(), column.getFields()));
      }
      all.add(kept);
    }
    for (TableFieldSchema column : missing.values()) {
      TableFieldSchema added = column.clone();
      if (BigQueryTypes.mode(column).equals(BigQueryTypes.REQUIRED)) {
        added.setMode(BigQueryTypes.NULLABLE);
      }
      all.add(added);
    }
    return all;
  }

  private void patchExpiration(BigQueryTables client, BigQueryTable table) throws IOException {
    TimePartitioning days = new TimePartitioning().setType("DAY").setField(table.timeColumn());
    if (table.ttl() == null) {
      // Left out it would stay as it is.
      days.set("expirationMs", com.google.api.client.util.Data.NULL_LONG);
    } else {
      days.setExpirationMs(table.ttl().toMillis());
    }
    client.patch(
        new Table()
            .setTableReference(
                BigQueryTable.reference(config.project(), config.dataset(), table.name()))
            .setTimePartitioning(days));
  }

  private void add(String where, String what, String statement, Action action) {
    steps.add(new Step(new Change(where, what, statement), action));
  }
}
