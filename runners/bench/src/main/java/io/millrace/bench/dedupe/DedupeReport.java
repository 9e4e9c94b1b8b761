package io.millrace.bench.dedupe;

import io.millrace.bench.harness.Figures;
import io.millrace.bench.harness.Report;
import io.millrace.bench.workload.VariantRuns;
import io.millrace.bench.workload.Workload;
import io.millrace.cli.support.TextLines;
import io.millrace.event.Outcome;
import io.millrace.flink.FlinkDefaults;
import java.util.LinkedHashMap;
import java.util.Map;

/** What deduplication costs. */
record DedupeReport(Workload workload, VariantRuns<DedupeVariant> runs) implements Report {
  /** CPU microseconds an event that Millrace's step may cost. */
  static final double BAR_MICROS = 16;

  @Override
  public boolean passes() {
    return step(DedupeVariant.MILLRACE) <= BAR_MICROS;
  }

  private double step(DedupeVariant variant) {
    return runs.step(variant).median();
  }

  /** The most repeats in a run that were taken for new events. */
  private long duplicatesPassed(DedupeVariant variant) {
    long unique = workload.events() - workload.repeats();
    return (long) runs.of(variant, run -> run.counted(Outcome.ACCEPTED.label())).greatest()
        - unique;
  }

  @Override
  public String text() {
    TextLines lines =
        new TextLines()
            .line(
                "%,d events of 1 KB, %,d of them duplicates; %d runs each; Flink in this JVM, one"
                    + " subtask, %d shards, %d slots",
                workload.events(),
                workload.repeats(),
                runs.rounds(),
                FlinkDefaults.DEDUP_SHARDS,
                FlinkDefaults.DEDUP_SLOTS)
            .line("CPU microseconds an event, median (least-greatest):");
    for (DedupeVariant variant : DedupeVariant.values()) {
      lines.line(
          "  %-22s run %-20s step %s",
          variant.label(), runs.cpu(variant).text(), runs.stepText(variant));
    }
    lines.line(
        "DeduplicateEvents costs %.1f; the bar is %.0f: %s. Beam's Deduplicate costs %.1f times"
            + " as much.",
        step(DedupeVariant.MILLRACE),
        BAR_MICROS,
        passes() ? "holds" : "MISSED",
        step(DedupeVariant.BEAM_SDK) / step(DedupeVariant.MILLRACE));
    long passed = duplicatesPassed(DedupeVariant.BEAM_SDK);
    if (passed > 0) {
      lines.line(
          "Beam's Deduplicate let up to %,d duplicates pass: the first watermark makes it forget"
              + " all that came before.",
          passed);
    }
    return lines.toString();
  }

  @Override
  public String json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("events", workload.events());
    object.put("duplicates", workload.repeats());
    object.put("repetitions", runs.rounds());
    object.put("shards", FlinkDefaults.DEDUP_SHARDS);
    object.put("slots", FlinkDefaults.DEDUP_SLOTS);
    runs.addTo(
        object,
        "step_cpu_micros",
        variant -> Map.of("duplicates_passed", duplicatesPassed(variant)));
    object.put("bar_micros", BAR_MICROS);
    object.put("holds", passes());
    return Figures.json(object);
  }
}
