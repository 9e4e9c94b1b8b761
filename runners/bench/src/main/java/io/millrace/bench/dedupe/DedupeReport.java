package io.millrace.bench.dedupe;

import io.millrace.bench.harness.Figures;
import io.millrace.bench.workload.Workload;
import io.millrace.flink.FlinkDefaults;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All runs of a measurement, as a table for people and as JSON for programs. */
final class DedupeReport {
  /** CPU microseconds an event that Millrace's step may cost. */
  static final double BAR_MICROS = 16;

  private final Workload workload;
  private final Map<DedupeVariant, List<DedupeRun>> runs = new EnumMap<>(DedupeVariant.class);

  DedupeReport(Workload workload) {
    this.workload = workload;
    for (DedupeVariant variant : DedupeVariant.values()) {
      runs.put(variant, new ArrayList<>());
    }
  }

  void add(DedupeVariant variant, DedupeRun run) {
    runs.get(variant).add(run);
  }

  /** Whether Millrace's step costs no more than its bar. */
  boolean holds() {
    return step(DedupeVariant.MILLRACE).median() <= BAR_MICROS;
  }

  private List<Double> cpu(DedupeVariant variant) {
    return runs.get(variant).stream().map(DedupeRun::cpuMicros).toList();
  }

  /** What a variant's step costs: its run less the run without a step beside it. */
  private Figures step(DedupeVariant variant) {
    return Figures.ofDifferences(cpu(variant), cpu(DedupeVariant.NONE));
  }

  /** The table, its lines without line ends. */
  List<String> table() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d events of 1 KB, %,d of them duplicates; %d runs each; Flink in this JVM, one"
                + " subtask, %d shards, %d slots",
            workload.events(),
            workload.repeats(),
            runs.get(DedupeVariant.NONE).size(),
            FlinkDefaults.DEDUP_SHARDS,
            FlinkDefaults.DEDUP_SLOTS));
    lines.add("CPU microseconds an event, median (least-greatest):");
    for (DedupeVariant variant : DedupeVariant.values()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-22s run %-20s step %s",
              variant.label(),
              Figures.of(cpu(variant)).text(),
              variant == DedupeVariant.NONE ? "-" : step(variant).text()));
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "DeduplicateEvents costs %.1f; the bar is %.0f: %s. Beam's Deduplicate costs %.1f times"
                + " as much.",
            step(DedupeVariant.MILLRACE).median(),
            BAR_MICROS,
            holds() ? "holds" : "MISSED",
            step(DedupeVariant.BEAM_SDK).median() / step(DedupeVariant.MILLRACE).median()));
    long passed = duplicatesPassed(DedupeVariant.BEAM_SDK);
    if (passed > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "Beam's Deduplicate let up to %,d duplicates pass: the first watermark makes it forget"
                  + " all that came before.",
              passed));
    }
    return lines;
  }

  private long duplicatesPassed(DedupeVariant variant) {
    return runs.get(variant).stream().mapToLong(DedupeRun::duplicatesPassed).max().orElse(0);
  }

  /** One JSON object in one line. */
  String json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("events", workload.events());
    object.put("duplicates", workload.repeats());
    object.put("repetitions", runs.get(DedupeVariant.NONE).size());
    object.put("shards", FlinkDefaults.DEDUP_SHARDS);
    object.put("slots", FlinkDefaults.DEDUP_SLOTS);
    for (DedupeVariant variant : DedupeVariant.values()) {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("run_cpu_micros", Figures.of(cpu(variant)));
      if (variant != DedupeVariant.NONE) {
        figures.put("step_cpu_micros", step(variant));
        figures.put("duplicates_passed", duplicatesPassed(variant));
      }
      figures.put(
          "run_wall_micros",
          Figures.of(runs.get(variant).stream().map(DedupeRun::wallMicros).toList()));
      object.put(variant.name().toLowerCase(Locale.ROOT), figures);
    }
    object.put("bar_micros", BAR_MICROS);
    object.put("holds", holds());
    return Figures.json(object);
  }
}
