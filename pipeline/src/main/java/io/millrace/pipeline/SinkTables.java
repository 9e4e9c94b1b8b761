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

/** The tables that a run with the same flags would write to, without the run. */
public final class SinkTables {
  private final Sinks sinks;

  private SinkTables(Sinks sinks) {
    this.sinks = sinks;
  }

  /**
   * Reads a run's flags; the input may be missing. Touches nothing.
   *
   * @throws ConfigException with every mistake in the flags and the contract
   */
  public static SinkTables of(MillraceOptions options) {
    SinkConfig config = SinkConfig.of(options);
    Clock clock = Clock.system();
    return new SinkTables(
        config.open(DeadLetterFactory.of(config.contract(), options.getJobName(), clock), clock));
  }

  /** Where the tables are, for people. */
  public String address() {
    return sinks.address();
  }

  /**
   * Makes the tables fit the contract, as far as that is safe; see {@link Sink#migrate}.
   *
   * @throws SinkException if the sink cannot be reached or does not make a change
   */
  public SinkMigration migrate(boolean dryRun, Consumer<SinkMigration.Change> progress) {
    return sinks.migrate(dryRun, progress);
  }
}
