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

/** The pipeline on a real Flink cluster, of which parts are killed. */
@Command(
    name = "recovery",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "What becomes of a stream while parts of a Flink cluster, or what is around it, are killed (SIGKILL),"
          + " upgraded and rescaled: the job jar on a real cluster of processes, from a real Kafka to a"
          + " real ClickHouse, all started here; then every event is looked for. docs/flink.md tells of"
          + " each scenario.",
      "Exit code 0: nothing lost, nothing repeated for whoever queries the views, and it always went on"
          + " within 60 s. 1: not so. 2: wrong use."
    },
    footer = {
      "",
      "Example: scripts/millrace bench recovery",
      "Example: scripts/millrace bench recovery --only=taskmanager-kills --only=rescale --events=100000"
    })
public final class RecoveryCommand implements Callable<Integer> {
  private static final long FEWEST = 2000;

  @Option(
      names = "--events",
      defaultValue = "50000",
      paramLabel = "N",
      description =
          "Records of each scenario at least; more are sent if it takes longer."
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
      description = "Only this scenario; once for each. Default: all.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--seed",
      defaultValue = "42",
      description = "Of the records and of the moments. Default: ${DEFAULT-VALUE}")
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
