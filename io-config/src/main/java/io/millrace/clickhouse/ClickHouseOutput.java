package io.millrace.clickhouse;

import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.io.OutputConfig;
import io.millrace.io.Sink;

/**
 * A ClickHouse database as an output.
 *
 * @param config address and settings of writing
 */
public record ClickHouseOutput(ClickHouseConfig config) implements OutputConfig {
  @Override
  public String address() {
    return config.address();
  }

  @Override
  public Sink open(
      Contract contract, DeadLetterFactory deadLetters, Clock clock, boolean deadLetterTable) {
    return new ClickHouseSink(config, contract, deadLetters, clock, deadLetterTable, true);
  }
}
