package io.millrace.bigquery;

import io.millrace.bigquery.client.BigQueryConfig;
import io.millrace.bigquery.client.BigQueryTables;
import io.millrace.bigquery.schema.BigQueryTable;
import io.millrace.bigquery.schema.TableColumns;
import io.millrace.bigquery.write.CompleteRowErrorsServices;
import io.millrace.bigquery.write.WriteToBigQuery;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.io.Sink;
import io.millrace.io.SinkMigration;
import io.millrace.io.WriteResult;
import io.millrace.io.schema.SchemaPreflight;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.gcp.bigquery.BigQueryServices;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollectionTuple;

/**
 * Sink for a BigQuery dataset: a contract's tables, and for each table a view {@code <table>_exact}
 * that shows each row once.
 *
 * <p>While BigQuery is down, busy or needs an operator, the runner retries the rows. Only a row
 * rejected for its content is returned.
 *
 * @param tables opens a client of the tables, when it is needed
 * @param deadLetterTable whether to write dead letters to their table; if not, they are only
 *     counted and audited
 */
public record BigQuerySink(
    BigQueryConfig config,
    Contract contract,
    DeadLetterFactory deadLetters,
    Clock clock,
    BigQueryServices services,
    BigQueryTables.Opener tables,
    boolean deadLetterTable)
    implements Sink {

  @Override
  public String kind() {
    return "bigquery";
  }

  @Override
  public String address() {
    return config.address();
  }

  @Override
  public List<String> check() {
    return preflight().problems();
  }

  @Override
  public List<String> notes() {
    return Stream.concat(TableColumns.cut(contract).stream(), preflight().notes().stream())
        .toList();
  }

  @Override
  public SinkMigration migrate(boolean dryRun, Consumer<SinkMigration.Change> progress) {
    return preflight().migrate(dryRun, progress);
  }

  @Override
  public void prepare() {
    preflight().createMissing();
  }

  @Override
  public PTransform<PCollectionTuple, WriteResult> write() {
    return new WriteToBigQuery(
            config,
            contract,
            deadLetters,
            clock,
            new CompleteRowErrorsServices(services),
            deadLetterTable)
        .transform();
  }

  private SchemaPreflight preflight() {
    String dead = contract.tables().deadLetters().name();
    List<BigQueryTable> expected =
        BigQueryTable.of(contract).stream()
            .filter(table -> deadLetterTable || !table.name().equals(dead))
            .toList();
    return new SchemaPreflight(new BigQueryDialect(config, expected, tables));
  }
}
