package io.millrace.resilience.sink;

import io.millrace.cli.support.CommandErrors;
import io.millrace.resilience.harness.CaseRuns;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The whole pipeline under each fault of ClickHouse, every event looked for. */
@Command(
    name = "sink-faults",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "What becomes of a stream when ClickHouse, or the way there, breaks: for each fault a run of the"
          + " whole pipeline from a real Kafka to a real ClickHouse, both started here, in which every"
          + " event is then looked for. docs/sink-faults.md tells of each fault.",
      "Exit code 0: nothing lost, nothing repeated, under any fault. 1: something was. 2: wrong use."
    },
    footer = {
      "",
      "Example: scripts/millrace bench sink-faults",
      "Example: scripts/millrace bench sink-faults --only=cut-after-commit --only=killed-at-work"
    })
public final class SinkFaultsCommand implements Callable<Integer> {
  /** Fewer make fewer INSERTs than a fault needs. */
  static final long FEWEST = 2000;

  @Option(
      names = "--events",
      defaultValue = "20000",
      paramLabel = "N",
      description = "Records of each run. Default: ${DEFAULT-VALUE}")
  private long events;

  @Option(
      names = "--only",
      paramLabel = "FAULT",
      description = "Only this fault; once for each. Default: all.")
  private List<String> only = new ArrayList<>();

  @Option(names = "--seed", defaultValue = "42", description = "Default: ${DEFAULT-VALUE}")
  private long seed;

  @Option(names = "--json", description = "Print one JSON object instead of a table.")
  private boolean json;

  @Spec private CommandSpec command;

  @Override
  public Integer call() {
    CaseRuns<SinkFault> faults = CaseRuns.chosen("fault", SinkFaults.all(), only, command);
    CommandErrors.atLeast(command, "--events", FEWEST, events);
    return faults.print(
        json,
        FaultRow.head(),
        (bed, fault, number) -> FaultRun.of(bed, fault, events, seed + number));
  }
}
