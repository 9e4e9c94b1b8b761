package io.millrace.resilience.cluster;

import io.millrace.cli.support.CommandErrors;
import io.millrace.resilience.harness.CaseRuns;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the pipeline on a real Flink cluster while parts of it are killed. */
@Command(
    name = "recovery",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Kills (SIGKILL), upgrades and rescales the job jar's Flink cluster, Kafka and ClickHouse"
          + " during a stream, then verifies every event. Starts real servers. docs/flink.md"
          + " describes the scenarios.",
      "Exit code 0: no event was lost, the exact views show no duplicates, and each recovery took"
          + " at most 60 s. 1: otherwise. 2: usage error."
    },
    footer = {
      "",
      "Example: scripts/millrace bench recovery",
      "Example: scripts/millrace bench recovery --only=taskmanager-kills --only=rescale"
          + " --events=100000"
    })
public final class RecoveryCommand implements Callable<Integer> {
  private static final long FEWEST = 2000;

  @Option(
      names = "--events",
      defaultValue = "50000",
      paramLabel = "N",
      description =
          "Minimum records of each scenario; more are sent if it takes longer."
              + " Default: ${DEFAULT-VALUE}")
  private long events;

  @Option(
      names = "--rate",
      defaultValue = "1000",
      paramLabel = "N",
      description = "Records a second. Default: ${DEFAULT-VALUE}")
  private double rate;

  @Option(
      names = "--only",
      paramLabel = "SCENARIO",
      description = "Run only this scenario; repeatable. Default: all.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--seed",
      defaultValue = "42",
      description = "Seed of the records and of the faults. Default: ${DEFAULT-VALUE}")
  private long seed;

  @Option(names = "--json", description = "Print one JSON object instead of a table.")
  private boolean json;

  @Spec private CommandSpec command;

  @Override
  public Integer call() {
    CaseRuns<Scenario> scenarios = CaseRuns.chosen("scenario", Scenarios.all(), only, command);
    CommandErrors.atLeast(command, "--events", FEWEST, events);
    CommandErrors.atLeast(command, "--rate", 1, rate);
    return scenarios.print(
        json,
        RecoveryRow.head(),
        (bed, scenario, number) ->
            RecoveryRun.of(bed, scenario, new RecoveryRun.Load(events, rate, seed + number)));
  }
}
