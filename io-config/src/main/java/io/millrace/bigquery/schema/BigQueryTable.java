package io.millrace.bigquery.schema;

import com.google.api.services.bigquery.model.Clustering;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableReference;
import com.google.api.services.bigquery.model.TableSchema;
import com.google.api.services.bigquery.model.TimePartitioning;
import com.google.api.services.bigquery.model.ViewDefinition;
import io.millrace.contract.Alerts;
import io.millrace.contract.Contract;
import io.millrace.contract.Rollup;
import io.millrace.contract.TableDefinition;
import io.millrace.event.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A table of BigQuery that a contract needs.
 *
 * @param name without project and dataset
 * @param stored its columns
 * @param sent the columns that rows are encoded with
 * @param identity the columns that are equal in duplicates
 * @param latest among rows with equal identity, the view shows the first in this order
 * @param timeColumn partitions by day (UTC)
 * @param ttl how long a day is kept; null: indefinitely
 * @param clusterBy at most four columns
 * @param description for people
 * @param outcome the outcome of the rows; null: the rows are no outcomes of records
 * @param sessions whether rows are sessions: two of them can count the same events
 */
public record BigQueryTable(
    String name,
    List<TableFieldSchema> stored,
    List<TableFieldSchema> sent,
    List<String> identity,
    List<String> latest,
    String timeColumn,
    @Nullable Duration ttl,
    List<String> clusterBy,
    String description,
    @Nullable Outcome outcome,
    boolean sessions) {

  private static final int MOST_CLUSTERED = 4;

  /** The view that shows each row once. */
  public String exactView() {
    return name + "_exact";
  }

  /** The tables of a contract: of outcomes, roll-ups and alerts, and two for the audit. */
  public static List<BigQueryTable> of(Contract contract) {
    List<BigQueryTable> all = new ArrayList<>(written(contract));
    all.add(FixedTables.audit(contract));
    all.add(FixedTables.lostRanges(contract));
    return all;
  }

  /** All tables except those of the audit. */
  public static List<BigQueryTable> written(Contract contract) {
    Contract.Tables tables = contract.tables();
    List<BigQueryTable> all = new ArrayList<>();
    tables.accepted().forEach(table -> all.add(events(contract, table, Outcome.ACCEPTED)));
    if (tables.error() != null) {
      all.add(events(contract, tables.error(), Outcome.ERROR));
    }
    all.add(events(contract, tables.late(), Outcome.LATE));
    all.add(FixedTables.deadLetters(contract));
    contract.rollups().forEach(rollup -> all.add(rollup(contract, rollup)));
    contract.alerts().definition().ifPresent(table -> all.add(alerts(contract, table)));
    return all;
  }

  private static BigQueryTable events(Contract contract, TableDefinition table, Outcome outcome) {
    return of(
        contract,
        table,
        Origin.column(contract.holdsMany()),
        List.of(
            Origin.path(Origin.WRITTEN_AT) + " DESC",
            Origin.path(Origin.TOPIC),
            Origin.path(Origin.PARTITION),
            Origin.path(Origin.OFFSET) + " DESC"),
        outcome,
        false);
  }

  private static BigQueryTable rollup(Contract contract, Rollup rollup) {
    return of(
        contract,
        rollup.definition(),
        Origin.columnOfRollup(),
        List.of(
            BigQuerySql.quote(Rollup.EVENTS) + " DESC", Origin.path(Origin.WRITTEN_AT) + " DESC"),
        null,
        rollup.sessions());
  }

  private static BigQueryTable alerts(Contract contract, TableDefinition table) {
    return of(
        contract,
        table,
        Origin.columnOfRollup(),
        List.of(
            BigQuerySql.quote(Alerts.REVISION) + " DESC", Origin.path(Origin.WRITTEN_AT) + " DESC"),
        null,
        false);
  }

  private static BigQueryTable of(
      Contract contract,
      TableDefinition table,
      TableFieldSchema origin,
      List<String> latest,
      @Nullable Outcome outcome,
      boolean sessions) {
    List<TableFieldSchema> stored = new ArrayList<>();
    List<TableFieldSchema> sent = new ArrayList<>();
    TableColumns.of(table)
        .forEach(
            column -> {
              stored.add(BigQueryTypes.stored(column));
              sent.add(BigQueryTypes.sent(column));
            });
    stored.add(origin);
    sent.add(origin);
    return new BigQueryTable(
        table.name(),
        List.copyOf(stored),
        List.copyOf(sent),
        TableColumns.identity(table),
        latest,
        table.timeColumn(),
        table.ttl(),
        clusterBy(table, stored),
        "Millrace contract " + contract.name() + " version " + contract.version(),
        outcome,
        sessions);
  }

  /** The columns that users filter on, the rest of the identity, the time; at most four. */
  private static List<String> clusterBy(TableDefinition table, List<TableFieldSchema> columns) {
    Set<String> order = new LinkedHashSet<>(table.orderBy());
    order.remove(table.timeColumn());
    table.identity().stream().filter(c -> !c.equals(table.timeColumn())).forEach(order::add);
    order.removeAll(table.extraDigits());
    order.add(table.timeColumn());
    return order.stream()
        .filter(
            name ->
                columns.stream()
                    .anyMatch(c -> c.getName().equals(name) && BigQueryTypes.canCluster(c)))
        .limit(MOST_CLUSTERED)
        .toList();
  }

  Table definition(String project, String dataset) {
    TimePartitioning days = new TimePartitioning().setType("DAY").setField(timeColumn);
    if (ttl != null) {
      days.setExpirationMs(ttl.toMillis());
    }
    Table table =
        new Table()
            .setTableReference(reference(project, dataset, name))
            .setDescription(description)
            .setSchema(new TableSchema().setFields(new ArrayList<>(stored)))
            .setTimePartitioning(days);
    return clusterBy.isEmpty()
        ? table
        : table.setClustering(new Clustering().setFields(new ArrayList<>(clusterBy)));
  }

  Table viewDefinition(String project, String dataset) {
    return new Table()
        .setTableReference(reference(project, dataset, exactView()))
        .setDescription("Millrace: each row of " + name + " once")
        .setView(
            new ViewDefinition()
                .setQuery(BigQuerySql.exact(project, dataset, this))
                .setUseLegacySql(false));
  }

  public static TableReference reference(String project, String dataset, String table) {
    return new TableReference().setProjectId(project).setDatasetId(dataset).setTableId(table);
  }
}
