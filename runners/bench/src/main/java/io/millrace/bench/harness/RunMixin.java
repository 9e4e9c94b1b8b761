package io.millrace.bench.harness;

import io.millrace.cli.support.CommandErrors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options shared by all benchmarks. */
public final class RunMixin {
  @Option(names = "--json", description = "Print one JSON object instead of a table.")
  private boolean json;

  @Option(
      names = "--events",
      paramLabel = "N",
      description = "Events of each run (default: ${DEFAULT-VALUE}).")
  private long events;

  @Option(
      names = "--repetitions",
      paramLabel = "R",
      description = "Measured runs of each (default: ${DEFAULT-VALUE}).")
  private int repetitions;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private final long leastEvents;

  /**
   * Options with the defaults of a command.
   *
   * @param leastEvents minimum for a measurement
   */
  public RunMixin(long events, long leastEvents, int repetitions) {
    this.events = events;
    this.leastEvents = leastEvents;
    this.repetitions = repetitions;
  }

  /**
   * Checks the options.
   *
   * @throws ParameterException if an option's value is too small
   */
  public void check() {
    CommandErrors.atLeast(command, "--events", leastEvents, events);
    CommandErrors.atLeast(command, "--repetitions", 1, repetitions);
  }

  public boolean json() {
    return json;
  }

  public long events() {
    return events;
  }

  public int repetitions() {
    return repetitions;
  }
}
