package io.millrace.bigquery;

import com.google.api.services.bigquery.model.Table;
import io.millrace.bigquery.client.BigQueryConfig;
import io.millrace.bigquery.client.BigQueryErrors;
import io.millrace.bigquery.client.BigQueryTables;
import io.millrace.bigquery.schema.BigQueryNames;
import io.millrace.bigquery.schema.BigQueryTable;
import io.millrace.bigquery.schema.BigQueryTableCheck;
import io.millrace.bigquery.schema.BigQueryTypes;
import io.millrace.io.SinkException;
import io.millrace.io.schema.Difference;
import io.millrace.io.schema.Remedy.Change;
import io.millrace.io.schema.SchemaDialect;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The tables of a dataset in BigQuery, for the schema planner. */
final class BigQueryDialect implements SchemaDialect {
  private static final Set<String> RIGHTS =
      Set.of("bigquery.tables.get", "bigquery.tables.updateData");

  private final BigQueryConfig config;
  private final List<BigQueryTable> expected;
  private final BigQueryTables.Opener opener;
  private final Set<String> found = new LinkedHashSet<>();
  private @Nullable BigQueryTables client;

  BigQueryDialect(
      BigQueryConfig config, List<BigQueryTable> expected, BigQueryTables.Opener opener) {
    this.config = config;
    this.expected = expected;
    this.opener = opener;
  }

  private String dataset() {
    return config.project() + ":" + config.dataset();
  }

  @Override
  public String where() {
    return "BigQuery " + dataset();
  }

  @Override
  public List<String> impossible() {
    return expected.stream()
        .flatMap(
            table ->
                Stream.concat(
                    BigQueryNames.problems(table.name(), table.stored()).stream(),
                    BigQueryTypes.problems(table.name(), table.stored()).stream()))
        .toList();
  }

  @Override
  public void open(boolean forChanges) throws IOException {
    client = opener.open();
  }

  @Override
  public void close() {}

  @Override
  public List<Difference> differences() throws IOException {
    List<Difference> differences = new ArrayList<>();
    boolean exists = client.hasDataset();
    if (!exists) {
      differences.add(Difference.missing("", "dataset " + config.dataset(), createDataset()));
    }
    for (BigQueryTable table : expected) {
      Table there = exists ? client.table(table.name()) : null;
      Table view = exists ? client.table(table.exactView()) : null;
      if (there != null) {
        found.add(table.name());
      }
      differences.addAll(BigQueryTableCheck.differences(config, client, table, there, view));
    }
    return differences;
  }

  private Change createDataset() {
    String location = config.location();
    if (location == null) {
      throw new SinkException(
          List.of(
              ("%s: there is no such dataset; create it where its data is to be (`bq"
                      + " --location=EU mk --dataset %s`), or give --bigQueryDatasetLocation=EU")
                  .formatted(where(), dataset())));
    }
    String statement =
        "CREATE SCHEMA IF NOT EXISTS `%s.%s` OPTIONS (location = '%s')"
            .formatted(config.project(), config.dataset(), location);
    return new Change(
        "creates it", "created in " + location, statement, () -> client.createDataset(location));
  }

  @Override
  public List<String> problems() throws IOException {
    List<String> problems = new ArrayList<>();
    for (String table : found) {
      Set<String> missing = client.missingRights(table, RIGHTS);
      if (!missing.isEmpty()) {
        problems.add(
            ("table %s.%s: the account that runs this lacks %s; grant roles/bigquery.dataEditor on"
                    + " the dataset %s")
                .formatted(
                    config.dataset(), table, String.join(", ", new TreeSet<>(missing)), dataset()));
      }
    }
    return problems;
  }

  @Override
  public void execute(String statement) throws IOException {
    client.run(statement);
  }

  @Override
  public String explain(Exception e) {
    if (e instanceof IOException answer) {
      return BigQueryErrors.explain(answer, config);
    }
    // A defect, no answer of BigQuery: its stack trace is needed.
    throw e instanceof RuntimeException defect ? defect : new IllegalStateException(e);
  }
}
