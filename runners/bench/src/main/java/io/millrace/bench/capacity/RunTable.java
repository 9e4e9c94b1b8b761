package io.millrace.bench.capacity;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.bench.harness.Figures;
import io.millrace.bench.speed.Arrivals;
import io.millrace.bench.speed.RunDetails;
import io.millrace.cli.support.TextLines;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Runs of variants in rounds. Ratios compare runs of the same round. */
final class RunTable {
  private static final double MIB = 1 << 20;

  private final Map<String, String> labels = new LinkedHashMap<>();
  private final Map<String, List<RunDetails>> runs = new LinkedHashMap<>();

  /** Runs variants in turn, after a run that warms up the servers. */
  static RunTable measure(BenchEnvironment environment, List<Variant> variants, Settings settings) {
    RunTable table = new RunTable();
    variants.forEach(variant -> table.labels.put(variant.id(), variant.label()));
    variants.get(0).warmUp(environment, settings.parallelism());
    List<Variant> order = new ArrayList<>(variants);
    for (int round = 1; round <= settings.repetitions(); round++) {
      for (Variant variant : order) {
        Arrivals none = Arrivals.none(variant.backlog());
        table.add(variant.id(), variant.run(environment, settings.parallelism(), round, none));
      }
      // The servers get faster with each run: no variant is always the first.
      Collections.reverse(order);
    }
    return table;
  }

  void add(String id, RunDetails run) {
    runs.computeIfAbsent(id, i -> new ArrayList<>()).add(run);
  }

  private Figures of(String id, ToDoubleFunction<RunDetails> figure) {
    return Figures.of(runs.get(id), figure);
  }

  /** A figure of a variant relative to that of another one. */
  Figures ratio(String id, String other, ToDoubleFunction<RunDetails> figure) {
    return Figures.ofRatios(runs.get(id), runs.get(other), figure);
  }

  static double eventsPerSecond(RunDetails run) {
    return run.figures().eventsPerSecond();
  }

  static double pipelineMicros(RunDetails run) {
    return run.figures().pipelineMicros();
  }

  private static double clickHouseMicros(RunDetails run) {
    return run.figures().clickHouseMicros();
  }

  private static double startUp(RunDetails run) {
    return Figures.seconds(run.startUp());
  }

  private static double liveHeap(RunDetails run) {
    return run.liveHeapBytes() / MIB;
  }

  private static double peak(RunDetails run) {
    return run.peakBytes() / MIB;
  }

  void addTo(TextLines lines) {
    lines.line(
        "%-46s %-24s %-18s %-18s %-18s %13s %14s",
        "",
        "events/s",
        "CPU µs an event",
        "ClickHouse's CPU",
        "start-up, s",
        "live heap MiB",
        "peak RSS MiB");
    runs.keySet()
        .forEach(
            id ->
                lines.line(
                    "%-46s %-24s %-18s %-18s %-18s %13.0f %14.0f",
                    labels.getOrDefault(id, id),
                    of(id, RunTable::eventsPerSecond).wholeText(),
                    of(id, RunTable::pipelineMicros).text(),
                    of(id, RunTable::clickHouseMicros).text(),
                    of(id, RunTable::startUp).text(),
                    of(id, RunTable::liveHeap).median(),
                    of(id, RunTable::peak).median()));
  }

  Map<String, Object> toJson() {
    Map<String, Object> all = new LinkedHashMap<>();
    runs.keySet()
        .forEach(
            id -> {
              Map<String, Object> one = new LinkedHashMap<>();
              one.put("events_per_second", of(id, RunTable::eventsPerSecond));
              one.put("pipeline_cpu_micros", of(id, RunTable::pipelineMicros));
              one.put("clickhouse_cpu_micros", of(id, RunTable::clickHouseMicros));
              one.put("start_up_seconds", of(id, RunTable::startUp));
              one.put("live_heap_mib", of(id, RunTable::liveHeap));
              one.put("peak_resident_mib", of(id, RunTable::peak));
              all.put(id, one);
            });
    return all;
  }
}
