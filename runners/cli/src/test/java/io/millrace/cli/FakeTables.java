package io.millrace.cli;

import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableReference;
import com.google.api.services.bigquery.model.TableRow;
import io.millrace.bigquery.client.BigQueryTables;
import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.io.gcp.bigquery.BigQueryServices;
import org.apache.beam.sdk.io.gcp.testing.FakeBigQueryServices;
import org.apache.beam.sdk.io.gcp.testing.FakeDatasetService;
import org.apache.beam.sdk.io.gcp.testing.FakeJobService;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A dataset of Beam's fake BigQuery, whose tables are created and read. */
final class FakeTables implements BigQueryTables {
  private final FakeDatasetService service = new FakeDatasetService();
  private final String project;
  private final String dataset;

  FakeTables(String project, String dataset) throws IOException, InterruptedException {
    FakeDatasetService.setUp();
    this.project = project;
    this.dataset = dataset;
    service.createDataset(project, dataset, null, null, null);
  }

  BigQueryServices services() {
    return new FakeBigQueryServices()
        .withDatasetService(service)
        .withJobService(new FakeJobService());
  }

  /** How many rows a table has, which may be written meanwhile. */
  int count(String table) throws IOException, InterruptedException {
    return service.getAllRows(project, dataset, table).size();
  }

  /** The rows of a table that nobody writes any more. */
  List<TableRow> rows(String table) throws IOException, InterruptedException {
    return service.getAllRows(project, dataset, table);
  }

  @Override
  public boolean hasDataset() {
    return true;
  }

  @Override
  public void createDataset(String location) {
    throw new UnsupportedOperationException(location);
  }

  @Override
  public @Nullable Table table(String name) throws IOException {
    try {
      return service.getTable(
          new TableReference().setProjectId(project).setDatasetId(dataset).setTableId(name));
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void create(Table table) throws IOException {
    service.createTable(table);
  }

  @Override
  public void patch(Table table) {
    throw new UnsupportedOperationException(table.toString());
  }

  @Override
  public void run(String statement) {
    throw new UnsupportedOperationException(statement);
  }
}
