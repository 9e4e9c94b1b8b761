package io.millrace.bench.formats;

import io.millrace.bench.harness.Figures;
import io.millrace.bench.harness.Report;
import io.millrace.bench.speed.Backlog;
import io.millrace.bench.speed.RunFigures;
import io.millrace.cli.support.TextLines;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What an event costs in each format, beside one JSON object a record. The bars are on the
 * pipeline's CPU time without the JIT compiler, which costs by the start and not by the event.
 *
 * @param events events of each run
 * @param runs the runs of each format, one in each round
 */
record FormatsReport(
    long events, Map<EventFormat, Backlog> backlogs, Map<EventFormat, List<RunFigures>> runs)
    implements Report {

  private Figures figures(EventFormat format, ToDoubleFunction<RunFigures> figure) {
    return Figures.of(runs.get(format), figure);
  }

  private static double micros(RunFigures run) {
    return run.pipelineMicros() - run.compilerMicros();
  }

  /** The pipeline's CPU time an event, as a ratio to JSON's in the same round. */
  private Figures ratio(EventFormat format) {
    return Figures.ofRatios(runs.get(format), runs.get(EventFormat.JSON), FormatsReport::micros);
  }

  private boolean passes(EventFormat format) {
    return ratio(format).median() <= format.bar();
  }

  @Override
  public boolean passes() {
    return runs.keySet().stream().allMatch(this::passes);
  }

  @Override
  public String text() {
    TextLines lines =
        new TextLines()
            .line("%,d events a run; median (least-greatest)", events)
            .line(
                "%-30s %12s %10s %24s %22s %6s %6s %10s %6s",
                "",
                "events/record",
                "bytes",
                "events/s",
                "CPU µs an event",
                "GC",
                "+ JIT",
                "of json",
                "bar");
    for (EventFormat format : runs.keySet()) {
      lines.line(
          "%-30s %12d %10.0f %24s %22s %6.1f %6.1f %10.2f %6.2f%s",
          format.label(),
          format.perRecord(),
          backlogs.get(format).averageBytes(),
          figures(format, RunFigures::eventsPerSecond).wholeText(),
          figures(format, FormatsReport::micros).text(),
          figures(format, RunFigures::collectorMicros).median(),
          figures(format, RunFigures::compilerMicros).median(),
          ratio(format).median(),
          format.bar(),
          passes(format) ? "" : " MISSED");
    }
    return lines.toString();
  }

  @Override
  public String json() {
    Map<String, Object> all = new LinkedHashMap<>();
    for (EventFormat format : runs.keySet()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("events_per_record", format.perRecord());
      one.put("bytes_per_event", backlogs.get(format).averageBytes());
      one.put("events_per_second", figures(format, RunFigures::eventsPerSecond));
      one.put("pipeline_cpu_micros", figures(format, RunFigures::pipelineMicros));
      one.put("compiler_cpu_micros", figures(format, RunFigures::compilerMicros));
      one.put("collector_cpu_micros", figures(format, RunFigures::collectorMicros));
      one.put("ratio", ratio(format).median());
      one.put("bar", format.bar());
      all.put(format.id(), one);
    }
    return Figures.json(Map.of("events", events, "passes", passes(), "formats", all));
  }
}
