package io.millrace.bigquery;

import com.google.api.client.http.HttpResponseException;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableRow;
import io.millrace.bigquery.client.BigQueryConfig;
import io.millrace.bigquery.client.BigQueryConfig.Method;
import io.millrace.bigquery.client.BigQueryTables;
import io.millrace.bigquery.schema.BigQueryTable;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.io.gcp.testing.FakeBigQueryServices;
import org.apache.beam.sdk.io.gcp.testing.FakeDatasetService;
import org.apache.beam.sdk.io.gcp.testing.FakeJobService;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A dataset of Beam's fake BigQuery, with a name of its own: BigQueryIO remembers tables by name.
 */
final class FakeBigQuery implements BigQueryTables {
  static final String PROJECT = "test-project";

  private static final Pattern WIDEN =
      Pattern.compile(
          "ALTER TABLE `[^`]*\\.([^`.]+)` ALTER COLUMN `(\\w+)` SET DATA TYPE (\\w+)\\((\\d+),"
              + " (\\d+)\\)");

  private final FakeDatasetService service = new FakeDatasetService();
  private final String dataset = "d_" + UUID.randomUUID().toString().replace('-', '_');
  private final List<String> statements = new ArrayList<>();

  /** An empty BigQuery with one empty dataset. */
  static FakeBigQuery withDataset() throws IOException, InterruptedException {
    FakeBigQuery fake = empty();
    fake.service.createDataset(PROJECT, fake.dataset, null, null, null);
    return fake;
  }

  /** A BigQuery without datasets. */
  static FakeBigQuery empty() {
    FakeDatasetService.setUp();
    return new FakeBigQuery();
  }

  BigQueryConfig config() {
    return config(Method.EXACTLY_ONCE, 0, null);
  }

  BigQueryConfig config(Method method, int streams, @Nullable String location) {
    return new BigQueryConfig(PROJECT, dataset, method, Duration.ofSeconds(5), streams, location);
  }

  BigQuerySink sink(BigQueryConfig config, Contract contract, Clock clock) {
    return new BigQuerySink(
        config,
        contract,
        DeadLetterFactory.of(contract, "test", clock),
        clock,
        new FakeBigQueryServices().withDatasetService(service).withJobService(new FakeJobService()),
        () -> this,
        true);
  }

  void refuse(Function<TableRow, Boolean> rows) {
    service.setShouldFailRow(rows);
  }

  List<TableRow> rows(String table) throws IOException, InterruptedException {
    return List.copyOf(service.getAllRows(PROJECT, dataset, table));
  }

  List<String> statements() {
    return statements;
  }

  @Override
  public boolean hasDataset() throws IOException {
    try {
      return service.getDataset(PROJECT, dataset) != null;
    } catch (InterruptedException e) {
      throw new IOException(e);
    } catch (IOException e) {
      if (e.getCause() instanceof HttpResponseException answer && answer.getStatusCode() == 404) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void createDataset(String location) throws IOException {
    statements.add("dataset in " + location);
    try {
      service.createDataset(PROJECT, dataset, location, null, null);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public @Nullable Table table(String name) throws IOException {
    try {
      return service.getTable(BigQueryTable.reference(PROJECT, dataset, name));
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void create(Table table) throws IOException {
    service.createTable(table);
  }

  @Override
  public void patch(Table table) throws IOException {
    Table there = table(table.getTableReference().getTableId());
    if (table.getSchema() != null) {
      service.updateTableSchema(table.getTableReference(), table.getSchema());
    }
    if (table.getView() != null) {
      there.setView(table.getView());
    }
    if (table.getTimePartitioning() != null) {
      there.setTimePartitioning(table.getTimePartitioning());
    }
  }

  @Override
  public void run(String statement) throws IOException {
    statements.add(statement);
    Matcher widen = WIDEN.matcher(statement);
    if (!widen.matches()) {
      throw new IOException("not understood: " + statement);
    }
    for (TableFieldSchema column : table(widen.group(1)).getSchema().getFields()) {
      if (column.getName().equals(widen.group(2))) {
        column
            .setType(widen.group(3))
            .setPrecision(Long.valueOf(widen.group(4)))
            .setScale(Long.valueOf(widen.group(5)));
      }
    }
  }
}
