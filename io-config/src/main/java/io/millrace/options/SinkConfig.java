package io.millrace.options;

import io.millrace.contract.Contract;
import io.millrace.deadletter.DeadLetterOutputs;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.io.OutputConfig;
import io.millrace.io.flags.ConfigException;
import java.util.List;

/**
 * The meaning of a run's flags for who only wants its tables: no input is needed.
 *
 * @param contract with the event-time rules that the flags ask for
 * @param outputs where rows go, in the order of the flags; at least one
 * @param deadLetters where dead letters go
 */
public record SinkConfig(
    Contract contract, List<OutputConfig> outputs, DeadLetterOutputs deadLetters) {
  /** Copies the list. */
  public SinkConfig {
    outputs = List.copyOf(outputs);
  }

  /**
   * Reads the flags; all of them are checked, as for a run.
   *
   * @throws ConfigException with every mistake in them and in the contract
   */
  public static SinkConfig of(MillraceOptions options) {
    return RunConfig.readWithoutInput(options);
  }

  /** The sinks that write there. Touches nothing. */
  public Sinks open(DeadLetterFactory factory, Clock clock) {
    return Sinks.of(
            outputs.stream()
                .map(output -> output.open(contract, factory, clock, deadLetters.table()))
                .toList())
        .withDeadLetters(deadLetters);
  }
}
