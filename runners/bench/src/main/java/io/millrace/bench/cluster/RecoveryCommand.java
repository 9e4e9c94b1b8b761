package io.millrace.bench.cluster;

import io.millrace.bench.Bed;
import io.millrace.bench.Bench;
import io.millrace.bench.Figures;
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
    List<Scenario> scenarios = scenarios();
    if (events < FEWEST) {
      throw new ParameterException(
          command.commandLine(), "--events: expected at least " + FEWEST + ", found " + events);
    }
    if (rate < 1) {
      throw new ParameterException(
          command.commandLine(), "--rate: expected at least 1, found " + rate);
    }
    List<RecoveryRow> rows = Bed.inPassing(System.err::println, bed -> run(bed, scenarios));
    boolean passes = rows.stream().allMatch(RecoveryRow::passes);
    if (json) {
      System.out.println(json(rows, passes));
    } else {
      System.out.println(verdict(rows));
    }
    return passes ? 0 : Bench.MISSED;
  }

  private List<Scenario> scenarios() {
    List<String> unknown =
        only.stream()
            .filter(name -> Scenarios.all().stream().noneMatch(s -> s.name().equals(name)))
            .toList();
    if (!unknown.isEmpty()) {
      throw new ParameterException(
          command.commandLine(),
          "--only: there is no scenario "
              + String.join(", ", unknown)
              + "; there are "
              + Scenarios.all().stream().map(Scenario::name).collect(Collectors.joining(", ")));
    }
    return Scenarios.all().stream().filter(s -> only.isEmpty() || only.contains(s.name())).toList();
  }

  private List<RecoveryRow> run(Bed bed, List<Scenario> scenarios) {
    if (!json) {
      System.out.println(RecoveryRow.head());
    }
    List<RecoveryRow> rows = new ArrayList<>();
    for (Scenario scenario : scenarios) {
      bed.tell(
          String.format(
              Locale.ROOT, "%d of %d: %s", rows.size() + 1, scenarios.size(), scenario.what()));
      RecoveryRow row =
          RecoveryRun.of(bed, scenario, new RecoveryRun.Load(events, rate, seed + rows.size()));
      rows.add(row);
      if (!json) {
        System.out.println(row.text());
      }
    }
    return rows;
  }

  private static String verdict(List<RecoveryRow> rows) {
    long failed = rows.stream().filter(row -> !row.passes()).count();
    return failed == 0
        ? "OK: under each of %d scenarios every event is where it should be, once"
            .formatted(rows.size())
        : "FAILED: %d of %d scenarios".formatted(failed, rows.size());
  }

  private static String json(List<RecoveryRow> rows, boolean passes) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("passes", passes);
    object.put("scenarios", rows.stream().map(RecoveryRow::toJson).toList());
    return Figures.json(object);
  }
}
