package io.millrace.pipeline;

import io.millrace.event.Clock;
import io.millrace.io.Sink;
import io.millrace.io.SinkException;
import io.millrace.io.SinkMigration;
import io.millrace.io.flags.ConfigException;
import io.millrace.options.MillraceOptions;
import io.millrace.options.SinkConfig;
import io.millrace.options.Sinks;
import java.util.List;
import java.util.function.Consumer;

/**
 * The tables of a run's sinks, without the run.
 *
 * @param sinks those of each contract
 */
public record SinkTables(List<Sinks> sinks) {
  /**
   * Validates a run's flags; the input may be missing. Opens no connection.
   *
   * @throws ConfigException with every problem in the flags and the contract
   */
  public static SinkTables of(MillraceOptions options) {
    Clock clock = Clock.system();
    return new SinkTables(
        SinkConfig.of(options).stream()
            .map(config -> Branch.of(config, options.getJobName(), clock).sinks())
            .toList());
  }

  /** The sinks' addresses for display. */
  public String address() {
    // The same for each contract.
    return sinks.get(0).address();
  }

  /**
   * Migrates the tables to the contract where that is safe, see {@link Sink#migrate}.
   *
   * @throws SinkException if a sink is unreachable or a change fails
   */
  public SinkMigration migrate(boolean dryRun, Consumer<SinkMigration.Change> progress) {
    return SinkMigration.of(
        sinks.stream().map(ofContract -> ofContract.migrate(dryRun, progress)).toList());
  }
}
