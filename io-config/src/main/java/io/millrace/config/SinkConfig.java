package io.millrace.config;

import io.millrace.contract.Contract;
import io.millrace.sink.clickhouse.ClickHouseConfig;

/**
 * The meaning of a run's flags for who only wants its tables: no input is needed.
 *
 * @param contract with the event-time rules that the flags ask for
 * @param output where rows go
 */
public record SinkConfig(Contract contract, ClickHouseConfig output) {
  /**
   * Reads the flags; all of them are checked, as for a run.
   *
   * @throws ConfigException with every mistake in them and in the contract
   */
  public static SinkConfig of(MillraceOptions options) {
    return RunConfig.readWithoutInput(options);
  }
}
