package io.millrace.bigquery;

import io.millrace.bigquery.client.BigQueryConfig;
import io.millrace.bigquery.client.RestBigQueryTables;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.io.OutputConfig;
import io.millrace.io.Sink;
import org.apache.beam.sdk.io.gcp.bigquery.BigQueryServicesImpl;

/**
 * A BigQuery dataset as an output.
 *
 * @param config address and settings of writing
 */
public record BigQueryOutput(BigQueryConfig config) implements OutputConfig {
  @Override
  public String address() {
    return config.address();
  }

  @Override
  public Sink open(
      Contract contract, DeadLetterFactory deadLetters, Clock clock, boolean deadLetterTable) {
    return new BigQuerySink(
        config,
        contract,
        deadLetters,
        clock,
        new BigQueryServicesImpl(),
        () -> RestBigQueryTables.open(config),
        deadLetterTable);
  }
}
