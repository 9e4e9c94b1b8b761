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

/** Runs the whole pipeline under each fault of ClickHouse and verifies every event. */
@Command(
    name = "sink-faults",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Injects faults into ClickHouse and the connection to it. Runs the whole pipeline once for"
          + " each fault and verifies every event. Starts a real Kafka and ClickHouse."
          + " docs/sink-faults.md describes the faults.",
      "Exit code 0: no event was lost or duplicated under any fault. 1: otherwise. 2: usage error."
    },
    footer = {
      "",
      "Example: scripts/millrace bench sink-faults",
      "Example: scripts/millrace bench sink-faults --only=cut-after-commit --only=killed-at-work"
    })
public final class SinkFaultsCommand implements Callable<Integer> {
  /** Minimum number of events, for the INSERTs that a fault needs. */
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
      description = "Run only this fault; repeatable. Default: all.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--seed",
      defaultValue = "42",
      description = "Seed of the records. Default: ${DEFAULT-VALUE}")
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
