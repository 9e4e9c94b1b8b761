package io.millrace.pipeline;

import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.io.Sink;
import io.millrace.io.SinkException;
import io.millrace.io.SinkMigration;
import io.millrace.io.flags.ConfigException;
import io.millrace.options.MillraceOptions;
import io.millrace.options.SinkConfig;
import io.millrace.options.Sinks;
import java.util.function.Consumer;

/** The tables of a run's sinks, without the run. */
public record SinkTables(Sinks sinks) {
  /**
   * Validates a run's flags; the input may be missing. Opens no connection.
   *
   * @throws ConfigException with every problem in the flags and the contract
   */
  public static SinkTables of(MillraceOptions options) {
    SinkConfig config = SinkConfig.of(options);
    Clock clock = Clock.system();
    return new SinkTables(
        config.open(DeadLetterFactory.of(config.contract(), options.getJobName(), clock), clock));
  }

  /** The sinks' addresses for display. */
  public String address() {
    return sinks.address();
  }

  /**
   * Migrates the tables to the contract where that is safe, see {@link Sink#migrate}.
   *
   * @throws SinkException if a sink is unreachable or a change fails
   */
  public SinkMigration migrate(boolean dryRun, Consumer<SinkMigration.Change> progress) {
    return sinks.migrate(dryRun, progress);
  }
}
