package io.millrace.bench.workload;

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
      defaultValue = "500000",
      paramLabel = "N",
      description = "Events of each run (default: ${DEFAULT-VALUE}).")
  private long events;

  @Option(
      names = "--repetitions",
      defaultValue = "3",
      paramLabel = "R",
      description =
          "Measured runs of each variant, after a warm-up run (default: ${DEFAULT-VALUE}).")
  private int repetitions;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  public boolean json() {
    return json;
  }

  public int repetitions() {
    return repetitions;
  }

  /**
   * The events of each run.
   *
   * @throws ParameterException if an option's value is too small
   */
  public Workload workload() {
    // With fewer events, Flink's start dominates the measurement.
    CommandErrors.atLeast(command, "--events", 100_000, events);
    CommandErrors.atLeast(command, "--repetitions", 1, repetitions);
    return new Workload(events);
  }
}
