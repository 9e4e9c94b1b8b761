package io.millrace.bench.sink;

import io.millrace.bench.harness.Figures;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All runs of the sink's measurement, as a table for people and as JSON for programs. */
final class SinkReport {
  /** CPU microseconds an event that Millrace's sink may cost in the pipeline's process. */
  static final double BAR_MICROS = 5;

  /** How many times as much ClickHouseIO must cost. */
  static final double BAR_RATIO = 4;

  /** Rows that an INSERT must have under load. */
  static final double LEAST_ROWS = 10_000;

  private final long events;
  private final double averageBytes;
  private final Map<SinkVariant, List<SinkRun>> runs = new EnumMap<>(SinkVariant.class);

  SinkReport(long events, double averageBytes) {
    this.events = events;
    this.averageBytes = averageBytes;
    for (SinkVariant variant : SinkVariant.values()) {
      runs.put(variant, new ArrayList<>());
    }
  }

  void add(SinkVariant variant, SinkRun run) {
    runs.get(variant).add(run);
  }

  /** Whether Millrace's sink costs no more than its bar, with inserts of a decent size. */
  boolean holds() {
    return sink(SinkVariant.MILLRACE).median() <= BAR_MICROS
        && ratio() >= BAR_RATIO
        && rows(SinkVariant.MILLRACE).least() >= LEAST_ROWS;
  }

  private double ratio() {
    return ratio(SinkVariant.BEAM_IO);
  }

  private double ratio(SinkVariant other) {
    return sink(other).median() / sink(SinkVariant.MILLRACE).median();
  }

  private List<Double> cpu(SinkVariant variant) {
    return runs.get(variant).stream().map(SinkRun::cpuMicros).toList();
  }

  private Figures sink(SinkVariant variant) {
    return Figures.ofDifferences(cpu(variant), cpu(SinkVariant.NONE));
  }

  private Figures rows(SinkVariant variant) {
    return Figures.of(runs.get(variant).stream().map(SinkRun::rowsAnInsert).toList());
  }

  /** The table, its lines without line ends. */
  List<String> table() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d events of %.0f bytes; %d runs each; Flink in this JVM, one subtask; ClickHouse in"
                + " another process",
            events,
            averageBytes,
            runs.get(SinkVariant.NONE).size()));
    lines.add("CPU microseconds an event of the pipeline's process, median (least-greatest):");
    for (SinkVariant variant : SinkVariant.values()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-30s run %-20s%s",
              variant.label(),
              Figures.of(cpu(variant)).text(),
              variant == SinkVariant.NONE
                  ? ""
                  : String.format(
                      Locale.ROOT,
                      " sink %-18s %,.0f rows an INSERT",
                      sink(variant).text(),
                      rows(variant).median())));
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "Millrace's sink costs %.1f; the bar is %.0f, with at least %,.0f rows an INSERT."
                + " ClickHouseIO costs %.1f times as much, as found %.1f; the bar is %.0f: %s.",
            sink(SinkVariant.MILLRACE).median(),
            BAR_MICROS,
            LEAST_ROWS,
            ratio(),
            ratio(SinkVariant.BEAM_IO_AS_FOUND),
            BAR_RATIO,
            holds() ? "holds" : "MISSED"));
    return lines;
  }

  /** One JSON object in one line. */
  String json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("events", events);
    object.put("event_bytes", averageBytes);
    object.put("repetitions", runs.get(SinkVariant.NONE).size());
    for (SinkVariant variant : SinkVariant.values()) {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("run_cpu_micros", Figures.of(cpu(variant)));
      if (variant != SinkVariant.NONE) {
        figures.put("sink_cpu_micros", sink(variant));
        figures.put("rows_an_insert", rows(variant));
      }
      object.put(variant.name().toLowerCase(Locale.ROOT), figures);
    }
    object.put("ratio", ratio());
    object.put("ratio_as_found", ratio(SinkVariant.BEAM_IO_AS_FOUND));
    object.put("bar_micros", BAR_MICROS);
    object.put("bar_ratio", BAR_RATIO);
    object.put("holds", holds());
    return Figures.json(object);
  }
}
