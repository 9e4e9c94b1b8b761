package io.millrace.options;

import io.millrace.alerting.AlertTargets;
import io.millrace.contract.Contract;
import io.millrace.deadletter.DeadLetterOutputs;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.io.OutputConfig;
import io.millrace.io.flags.ConfigException;
import java.util.List;

/**
 * Validated configuration of a run's sinks; needs no input.
 *
 * @param contract with the flags' event-time rules
 * @param outputs in the order of the flag; at least one
 * @param deadLetters destinations of dead letters
 * @param alerts targets of the changes of alerts
 */
public record SinkConfig(
    Contract contract,
    List<OutputConfig> outputs,
    DeadLetterOutputs deadLetters,
    AlertTargets alerts) {
  public SinkConfig {
    outputs = List.copyOf(outputs);
  }

  /**
   * Parses and validates the flags, all of them, as for a run.
   *
   * @throws ConfigException with every problem in the flags and the contract
   */
  public static List<SinkConfig> of(MillraceOptions options) {
    return RunConfig.readWithoutInput(options);
  }

  /** Creates the sinks. Opens no connection. */
  public Sinks open(DeadLetterFactory factory, Clock clock) {
    return Sinks.of(
            outputs.stream()
                .map(output -> output.open(contract, factory, clock, deadLetters.table()))
                .toList())
        .withDeadLetters(deadLetters)
        .withAlerts(contract.alerts().isEmpty() ? AlertTargets.NONE : alerts);
  }
}
