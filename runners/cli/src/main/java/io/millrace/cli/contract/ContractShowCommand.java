package io.millrace.cli.contract;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.bigquery.schema.SchemaFile;
import io.millrace.cli.contract.grafana.EventsDashboard;
import io.millrace.cli.contract.grafana.HealthDashboard;
import io.millrace.cli.contract.grafana.PrometheusRules;
import io.millrace.clickhouse.schema.ClickHouseTypes;
import io.millrace.clickhouse.schema.DdlScript;
import io.millrace.contract.Contract;
import io.millrace.contract.export.ContractPage;
import io.millrace.contract.export.EventSchema;
import io.millrace.contract.export.OdcsDocument;
import io.millrace.pipeline.WrongUseException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what follows from a contract. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Prints what follows from a contract. Connects to nothing.",
      "schema: the JSON Schema of one event, for producers; only for the format json.",
      "ddl: the statements by which a run creates the tables in ClickHouse.",
      "bigquery: the tables as BigQuery's API takes them; with --table, the columns as"
          + " `bq mk --schema` takes them.",
      "docs: a Markdown page of fields, rules, tables and roll-ups.",
      "odcs: an Open Data Contract Standard document (v3.1) of the tables.",
      "grafana: a dashboard of the roll-ups; grafana-health: one of the run, by its metrics, audit"
          + " and dead letters; both for Grafana's import, over ClickHouse and Prometheus.",
      "prometheus: alert rules about the run, for Prometheus's rule_files."
    },
    footer = {
      "",
      "Example: scripts/millrace contract show test-data/contracts/query-events.yaml --as=docs"
    })
public final class ContractShowCommand implements Callable<Integer> {
  private static final String FORMAT_WITH_SCHEMA = "json";

  @Parameters(index = "0", paramLabel = "CONTRACT", description = "The contract.")
  Path file;

  @Option(
      names = "--as",
      required = true,
      paramLabel = "WHAT",
      description = "schema, ddl, bigquery, docs, odcs, grafana, grafana-health or prometheus.")
  String as;

  @Option(
      names = "--table",
      paramLabel = "NAME",
      defaultValue = "",
      description = "With ddl and bigquery: only this table.")
  String table;

  @Option(
      names = "--database",
      paramLabel = "NAME",
      defaultValue = "default",
      description =
          "With ddl, grafana and grafana-health: the database of the tables. Default:"
              + " ${DEFAULT-VALUE}.")
  String database;

  @Override
  public Integer call() {
    Contract contract = ContractFile.load(file);
    String text =
        switch (as) {
          case "schema" -> schema(contract);
          case "ddl" -> found(DdlScript.of(contract, database, table));
          case "bigquery" ->
              table.isEmpty()
                  ? SchemaFile.tables(contract)
                  : found(SchemaFile.columns(contract, table).orElse(""));
          case "docs" -> ContractPage.of(contract);
          case "odcs" ->
              OdcsDocument.of(contract, c -> ClickHouseTypes.of(c.field(), c.nullable()));
          case "grafana" -> EventsDashboard.of(contract, database);
          case "grafana-health" -> HealthDashboard.of(contract, database);
          case "prometheus" -> PrometheusRules.of(contract);
          default ->
              throw new WrongUseException(
                  "--as: expected schema, ddl, bigquery, docs, odcs, grafana, grafana-health or"
                      + " prometheus, found "
                      + as);
        };
    if (!table.isEmpty() && !as.equals("ddl") && !as.equals("bigquery")) {
      throw new WrongUseException("--table: only with --as=ddl and --as=bigquery");
    }
    System.out.println(text.strip());
    return 0;
  }

  private String schema(Contract contract) {
    if (!contract.format().equals(FORMAT_WITH_SCHEMA)) {
      throw new WrongUseException(
          "--as=schema: only for contracts of the format json; %s has the format %s"
              .formatted(file, contract.format()));
    }
    return new ObjectMapper().valueToTree(EventSchema.of(contract)).toPrettyString();
  }

  private String found(String text) {
    if (text.isEmpty()) {
      throw new WrongUseException(
          "--table: the contract has no table %s; `--as=docs` lists its tables".formatted(table));
    }
    return text;
  }
}
