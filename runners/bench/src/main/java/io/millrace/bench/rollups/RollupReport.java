package io.millrace.bench.rollups;

import io.millrace.bench.harness.Figures;
import io.millrace.bench.workload.MeasuredRun;
import io.millrace.bench.workload.Workload;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** All runs of rollups, as a table for people and as JSON for programs. */
final class RollupReport {
  private final Workload workload;
  private final int repetitions;
  private final Map<RollupRunner, Map<RollupVariant, List<MeasuredRun>>> runs =
      new EnumMap<>(RollupRunner.class);

  RollupReport(Workload workload, int repetitions) {
    this.workload = workload;
    this.repetitions = repetitions;
    for (RollupRunner runner : RollupRunner.values()) {
      Map<RollupVariant, List<MeasuredRun>> byVariant = new EnumMap<>(RollupVariant.class);
      for (RollupVariant variant : RollupVariant.values()) {
        byVariant.put(variant, new ArrayList<>());
      }
      runs.put(runner, byVariant);
    }
  }

  void add(RollupRunner runner, RollupVariant variant, MeasuredRun run) {
    runs.get(runner).get(variant).add(run);
  }

  private List<Double> cpu(RollupRunner runner, RollupVariant variant) {
    return runs.get(runner).get(variant).stream().map(MeasuredRun::cpuMicros).toList();
  }

  /** What a variant's rollups cost: its run less the run without any beside it. */
  private Figures step(RollupRunner runner, RollupVariant variant) {
    return Figures.ofDifferences(cpu(runner, variant), cpu(runner, RollupVariant.NONE));
  }

  /**
   * How many times as much as Millrace's rollups the same ones cost by Beam's windows; null if ours
   * cost too little to be told from none.
   */
  private @Nullable Double ratio(RollupRunner runner) {
    double ours = step(runner, RollupVariant.MILLRACE).median();
    return ours > 0 ? step(runner, RollupVariant.BEAM_SDK).median() / ours : null;
  }

  /** The table, its lines without line ends. */
  List<String> table() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "Three rollups of events of 1 KB, without early results; %d runs each, in this JVM",
            repetitions));
    lines.add("CPU microseconds an event, median (least-greatest):");
    for (RollupRunner runner : RollupRunner.values()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%s, %,d events, %d shards:",
              runner.label(),
              runner.workload(workload).events(),
              runner.shards()));
      for (RollupVariant variant : RollupVariant.values()) {
        lines.add(
            String.format(
                Locale.ROOT,
                "  %-22s run %-22s step %s",
                variant.label(),
                Figures.of(cpu(runner, variant)).text(),
                variant == RollupVariant.NONE ? "-" : step(runner, variant).text()));
      }
      Double ratio = ratio(runner);
      lines.add(
          ratio == null
              ? "  RollUpMetrics costs too little to be told from none: try more --events"
              : String.format(
                  Locale.ROOT,
                  "  Beam's windows cost %.1f times what RollUpMetrics costs.",
                  ratio));
    }
    return lines;
  }

  /** One JSON object in one line. */
  String json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("repetitions", repetitions);
    for (RollupRunner runner : RollupRunner.values()) {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("events", runner.workload(workload).events());
      figures.put("shards", runner.shards());
      for (RollupVariant variant : RollupVariant.values()) {
        figures.put(name(variant), figures(runner, variant));
      }
      figures.put("beam_sdk_to_millrace", ratio(runner));
      object.put(name(runner), figures);
    }
    return Figures.json(object);
  }

  private Map<String, Object> figures(RollupRunner runner, RollupVariant variant) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("run_cpu_micros", Figures.of(cpu(runner, variant)));
    if (variant != RollupVariant.NONE) {
      figures.put("step_cpu_micros", step(runner, variant));
    }
    figures.put(
        "run_wall_micros",
        Figures.of(runs.get(runner).get(variant).stream().map(MeasuredRun::wallMicros).toList()));
    return figures;
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
