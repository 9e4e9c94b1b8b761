package io.millrace.bench.speed;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.bench.harness.RunMixin;
import io.millrace.cli.support.CommandErrors;
import io.millrace.cli.support.TextLines;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the speedup of two TaskManagers over one. */
@Command(
    name = "scaling",
    mixinStandardHelpOptions = true,
    description = {
      "Measures the events per second of the job jar on a real Flink cluster with one and with two"
          + " TaskManagers of one slot, alternately. Limits each TaskManager to a share of a core,"
          + " so that Kafka and ClickHouse on the same machine are not the bottleneck. Reports the"
          + " CPU use of all processes. Verifies every run's tables.",
      "Requires Linux. Starts Kafka and ClickHouse. Exit code 0: two TaskManagers reach at least"
          + " 1.7 times the events/s of one. 1: they do not, or the machine was busy with others."
          + " 2: usage error."
    },
    footer = {"", "Example: scripts/millrace bench scaling --share=40"})
public final class ScalingCommand implements Callable<Integer> {
  private static final double PERCENT = 100;

  @Mixin private final RunMixin options = new RunMixin(4_000_000, Backlog.LEAST_EVENTS, 2);

  @Option(
      names = "--share",
      defaultValue = "40",
      paramLabel = "PERCENT",
      description =
          "Share of a core for each TaskManager, at most 100 (default: ${DEFAULT-VALUE}).")
  private int share;

  @Spec private CommandSpec command;

  @Override
  public Integer call() {
    options.check();
    CommandErrors.atLeast(command, "--share", 5, share);
    if (share > PERCENT) {
      throw new ParameterException(
          command.commandLine(), "--share: expected at most 100, found " + share);
    }
    return BenchEnvironment.print(options.json(), this::measure);
  }

  private ScalingReport measure(BenchEnvironment environment) {
    Instant begin = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Backlog backlog = Backlog.produce(environment, "scaling", options.events());
    List<RunFigures> one = new ArrayList<>();
    List<RunFigures> two = new ArrayList<>();
    for (int round = 1; round <= options.repetitions(); round++) {
      one.add(run(environment, backlog, 1, round));
      two.add(run(environment, backlog, 2, round));
    }
    return new ScalingReport(
        Machine.here(environment.query("SELECT version()")),
        new ScalingReport.Setup(begin, options.events(), backlog.averageBytes(), share / PERCENT),
        one,
        two);
  }

  private RunFigures run(
      BenchEnvironment environment, Backlog backlog, int taskManagers, int round) {
    RunFigures run = ScalingRun.of(environment, backlog, taskManagers, share / PERCENT, round);
    environment.progress(
        TextLines.text(
            "round %d: %d TaskManagers  %,.0f events/s, %.1f CPU microseconds an event",
            round, taskManagers, run.eventsPerSecond(), run.pipelineMicros()));
    return run;
  }
}
