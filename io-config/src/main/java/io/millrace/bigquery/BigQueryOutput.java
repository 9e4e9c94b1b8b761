package io.millrace.bigquery;

import io.millrace.bigquery.client.BigQueryConfig;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.io.OutputConfig;
import io.millrace.io.Sink;

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
    BigQuerySink sink = BigQuerySink.of(config, contract, deadLetters, clock);
    return deadLetterTable ? sink : sink.withoutDeadLetterTable();
  }
}
