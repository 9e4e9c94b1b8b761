package io.millrace.pipeline;

import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.options.SinkConfig;
import io.millrace.options.Sinks;

/**
 * The part of the graph for the records of one contract, with its own sinks and equation.
 *
 * @param contract with the flags' event-time rules
 * @param sinks the tables of the contract in each sink
 * @param deadLetters creates the dead letters of its records
 */
public record Branch(Contract contract, Sinks sinks, DeadLetterFactory deadLetters) {
  /**
   * Creates the sinks. Opens no connection.
   *
   * @param consumer the name of the pipeline in dead letters
   */
  static Branch of(SinkConfig config, String consumer, Clock clock) {
    DeadLetterFactory deadLetters = DeadLetterFactory.of(config.contract(), consumer, clock);
    return new Branch(config.contract(), config.open(deadLetters, clock), deadLetters);
  }
}
