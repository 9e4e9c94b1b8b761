package io.millrace.bench.sink;

import io.millrace.bench.harness.Figures;
import io.millrace.bench.harness.Report;
import io.millrace.bench.workload.VariantRuns;
import io.millrace.cli.support.TextLines;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What encoding and sending cost.
 *
 * @param events of each run
 * @param averageBytes of an event
 */
record SinkReport(long events, double averageBytes, VariantRuns<SinkVariant> runs)
    implements Report {
  /** CPU microseconds an event that Millrace's sink may cost in the pipeline's process. */
  static final double BAR_MICROS = 5;

  /** How many times as much ClickHouseIO must cost. */
  static final double BAR_RATIO = 4;

  /** Rows that an INSERT must have under load. */
  static final double LEAST_ROWS = 10_000;

  /** Whether Millrace's sink costs no more than its bar, with inserts of a decent size. */
  @Override
  public boolean passes() {
    return runs.step(SinkVariant.MILLRACE).median() <= BAR_MICROS
        && ratio(SinkVariant.BEAM_IO) >= BAR_RATIO
        && rows(SinkVariant.MILLRACE).least() >= LEAST_ROWS;
  }

  private double ratio(SinkVariant other) {
    return runs.step(other).median() / runs.step(SinkVariant.MILLRACE).median();
  }

  /** The average rows of an INSERT into the table of events. */
  private Figures rows(SinkVariant variant) {
    return runs.of(variant, run -> (double) events / run.counted(SinkVariant.INSERTS));
  }

  @Override
  public String text() {
    TextLines lines =
        new TextLines()
            .line(
                "%,d events of %.0f bytes; %d runs each; Flink in this JVM, one subtask; ClickHouse"
                    + " in another process",
                events, averageBytes, runs.rounds())
            .line("CPU microseconds an event of the pipeline's process, median (least-greatest):");
    for (SinkVariant variant : SinkVariant.values()) {
      lines.line(
          "  %-30s run %-20s%s",
          variant.label(),
          runs.cpu(variant).text(),
          variant == SinkVariant.NONE
              ? ""
              : TextLines.text(
                  " sink %-18s %,.0f rows an INSERT",
                  runs.stepText(variant), rows(variant).median()));
    }
    return lines
        .line(
            "Millrace's sink costs %.1f; the bar is %.0f, with at least %,.0f rows an INSERT."
                + " ClickHouseIO costs %.1f times as much, as found %.1f; the bar is %.0f: %s.",
            runs.step(SinkVariant.MILLRACE).median(),
            BAR_MICROS,
            LEAST_ROWS,
            ratio(SinkVariant.BEAM_IO),
            ratio(SinkVariant.BEAM_IO_AS_FOUND),
            BAR_RATIO,
            passes() ? "holds" : "MISSED")
        .toString();
  }

  @Override
  public String json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("events", events);
    object.put("event_bytes", averageBytes);
    object.put("repetitions", runs.rounds());
    runs.addTo(object, "sink_cpu_micros", variant -> Map.of("rows_an_insert", rows(variant)));
    object.put("ratio", ratio(SinkVariant.BEAM_IO));
    object.put("ratio_as_found", ratio(SinkVariant.BEAM_IO_AS_FOUND));
    object.put("bar_micros", BAR_MICROS);
    object.put("bar_ratio", BAR_RATIO);
    object.put("holds", passes());
    return Figures.json(object);
  }
}
