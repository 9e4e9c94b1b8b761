package io.millrace.bench.rollups;

import io.millrace.bench.harness.Figures;
import io.millrace.bench.harness.Report;
import io.millrace.bench.workload.VariantRuns;
import io.millrace.bench.workload.Workload;
import io.millrace.cli.support.TextLines;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What rollups cost on each runner. */
record RollupReport(Workload workload, Map<RollupRunner, VariantRuns<RollupVariant>> runs)
    implements Report {

  /** There is no bar. */
  @Override
  public boolean passes() {
    return true;
  }

  private int rounds() {
    return runs.get(RollupRunner.FLINK).rounds();
  }

  /**
   * How many times as much as Millrace's rollups the same ones cost by Beam's windows; null if ours
   * cost too little to be told from none.
   */
  private static @Nullable Double ratio(VariantRuns<RollupVariant> runs) {
    double ours = runs.step(RollupVariant.MILLRACE).median();
    return ours > 0 ? runs.step(RollupVariant.BEAM_SDK).median() / ours : null;
  }

  @Override
  public String text() {
    TextLines lines =
        new TextLines()
            .line(
                "Three rollups of events of 1 KB, without early results; %d runs each, in this JVM",
                rounds())
            .line("CPU microseconds an event, median (least-greatest):");
    runs.forEach(
        (runner, its) -> {
          lines.line(
              "%s, %,d events, %d shards:",
              runner.label(), runner.workload(workload).events(), runner.shards());
          for (RollupVariant variant : RollupVariant.values()) {
            lines.line(
                "  %-22s run %-22s step %s",
                variant.label(), its.cpu(variant).text(), its.stepText(variant));
          }
          Double ratio = ratio(its);
          if (ratio == null) {
            lines.line("  RollUpMetrics costs too little to be told from none: try more --events");
          } else {
            lines.line("  Beam's windows cost %.1f times what RollUpMetrics costs.", ratio);
          }
        });
    return lines.toString();
  }

  @Override
  public String json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("repetitions", rounds());
    runs.forEach(
        (runner, its) -> {
          Map<String, Object> figures = new LinkedHashMap<>();
          figures.put("events", runner.workload(workload).events());
          figures.put("shards", runner.shards());
          its.addTo(figures, "step_cpu_micros", null);
          figures.put("beam_sdk_to_millrace", ratio(its));
          object.put(runner.name().toLowerCase(Locale.ROOT), figures);
        });
    return Figures.json(object);
  }
}
