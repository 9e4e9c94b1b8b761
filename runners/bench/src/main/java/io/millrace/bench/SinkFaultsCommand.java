package io.millrace.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
final class SinkFaultsCommand implements Callable<Integer> {
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
    List<SinkFault> faults = faults();
    if (events < FEWEST) {
      throw new ParameterException(
          command.commandLine(), "--events: expected at least " + FEWEST + ", found " + events);
    }
    List<FaultRow> rows = Bed.inPassing(System.err::println, bed -> run(bed, faults));
    boolean passes = rows.stream().allMatch(FaultRow::passes);
    if (json) {
      System.out.println(json(rows, passes));
    } else {
      System.out.println(verdict(rows));
    }
    return passes ? 0 : Bench.MISSED;
  }

  private List<SinkFault> faults() {
    List<String> unknown =
        only.stream()
            .filter(name -> SinkFaults.all().stream().noneMatch(f -> f.name().equals(name)))
            .toList();
    if (!unknown.isEmpty()) {
      throw new ParameterException(
          command.commandLine(),
          "--only: there is no fault "
              + String.join(", ", unknown)
              + "; there are "
              + SinkFaults.all().stream().map(SinkFault::name).collect(Collectors.joining(", ")));
    }
    return SinkFaults.all().stream()
        .filter(f -> only.isEmpty() || only.contains(f.name()))
        .toList();
  }

  private List<FaultRow> run(Bed bed, List<SinkFault> faults) {
    if (!json) {
      System.out.println(FaultRow.head());
    }
    List<FaultRow> rows = new ArrayList<>();
    for (SinkFault fault : faults) {
      bed.tell(
          String.format(Locale.ROOT, "%d of %d: %s", rows.size() + 1, faults.size(), fault.what()));
      FaultRow row = FaultRun.of(bed, fault, events, seed + rows.size());
      rows.add(row);
      if (!json) {
        System.out.println(row.text());
      }
    }
    return rows;
  }

  private static String verdict(List<FaultRow> rows) {
    long failed = rows.stream().filter(row -> !row.passes()).count();
    return failed == 0
        ? "OK: under each of %d faults every event is where it should be, once"
            .formatted(rows.size())
        : "FAILED: %d of %d faults".formatted(failed, rows.size());
  }

  private static String json(List<FaultRow> rows, boolean passes) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("passes", passes);
    object.put("faults", rows.stream().map(FaultRow::toJson).toList());
    return Figures.json(object);
  }
}
