package io.millrace.bench.speed;

import io.millrace.bench.contender.Contender;
import io.millrace.bench.harness.Bar;
import io.millrace.bench.harness.Figures;
import io.millrace.bench.harness.Report;
import io.millrace.cli.support.TextLines;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** A measurement as a table for people and as JSON for programs. */
record SpeedReport(Machine machine, Setup setup, SpeedResult result) implements Report {

  /**
   * How a measurement was made.
   *
   * @param begin when
   * @param seed of the generated events
   * @param events of each run; those of the DirectRunner are fewer
   * @param directEvents those
   * @param eventBytes their average size
   * @param parallelism subtasks of a step, or threads
   * @param repetitions rounds
   */
  record Setup(
      Instant begin,
      long seed,
      long events,
      long directEvents,
      double eventBytes,
      int parallelism,
      int repetitions) {
    long events(Contender contender) {
      return contender.isDirect() ? directEvents : events;
    }
  }

  @Override
  public boolean passes() {
    return result.holds();
  }

  @Override
  public String text() {
    TextLines lines =
        new TextLines()
            .line("%s", machine.text())
            .line(
                "%,d events of %.0f bytes (DirectRunner: %,d); parallelism %d; %d runs each, in"
                    + " turn; median (least-greatest)",
                setup.events(),
                setup.eventBytes(),
                setup.directEvents(),
                setup.parallelism(),
                setup.repetitions())
            .line(
                "%-38s %-24s %7s %7s  %-18s %6s %6s %6s %11s %11s",
                "",
                "events/s",
                "native",
                "floor",
                "CPU µs an event",
                "JIT",
                "GC",
                "Kafka",
                "ClickHouse",
                "cores busy");
    for (Contender contender : result.contenders()) {
      lines.line(
          "%-38s %-24s %7s %7s  %-18s %6.1f %6.1f %6.1f %11.1f %11.1f",
          contender.label(),
          result.of(contender, RunFigures::eventsPerSecond).wholeText(),
          times(contender, Contender.NATIVE),
          times(contender, Contender.FLOOR),
          contender.hasProcess() ? result.of(contender, RunFigures::pipelineMicros).text() : "-",
          result.of(contender, RunFigures::compilerMicros).median(),
          result.of(contender, RunFigures::collectorMicros).median(),
          result.of(contender, RunFigures::kafkaMicros).median(),
          result.of(contender, RunFigures::clickHouseMicros).median(),
          result.of(contender, RunFigures::coresBusy).median());
    }
    result.bars().forEach(bar -> lines.line("Millrace on Flink: %s", bar.text()));
    return lines.toString();
  }

  private String times(Contender contender, Contender other) {
    return result
        .ratio(contender, other)
        .map(ratio -> TextLines.text("%.2f", ratio.median()))
        .orElse("-");
  }

  @Override
  public String json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("measured_at", setup.begin().toString());
    object.put("machine", machine);
    object.put("seed", setup.seed());
    object.put("events", setup.events());
    object.put("event_bytes", setup.eventBytes());
    object.put("parallelism", setup.parallelism());
    object.put("repetitions", setup.repetitions());
    Map<String, Object> contenders = new LinkedHashMap<>();
    result.contenders().forEach(contender -> contenders.put(contender.id(), figures(contender)));
    object.put("contenders", contenders);
    object.put("bars", result.bars().stream().map(Bar::toJson).toList());
    object.put("holds", result.holds());
    return Figures.json(object);
  }

  private Map<String, Object> figures(Contender contender) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("label", contender.label());
    figures.put("events", setup.events(contender));
    figures.put("events_per_second", result.of(contender, RunFigures::eventsPerSecond));
    result
        .ratio(contender, Contender.NATIVE)
        .ifPresent(ratio -> figures.put("times_native", ratio));
    result.ratio(contender, Contender.FLOOR).ifPresent(ratio -> figures.put("times_floor", ratio));
    if (contender.hasProcess()) {
      figures.put("pipeline_cpu_micros", result.of(contender, RunFigures::pipelineMicros));
      figures.put("compiler_cpu_micros", result.of(contender, RunFigures::compilerMicros));
      figures.put("collector_cpu_micros", result.of(contender, RunFigures::collectorMicros));
    }
    figures.put("kafka_cpu_micros", result.of(contender, RunFigures::kafkaMicros));
    figures.put("clickhouse_cpu_micros", result.of(contender, RunFigures::clickHouseMicros));
    figures.put("cores_busy", result.of(contender, RunFigures::coresBusy));
    figures.put("runs", result.runs(contender).stream().map(SpeedReport::json).toList());
    return figures;
  }

  /** As an object of JSON. */
  static Map<String, Object> json(RunFigures run) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("events_per_second", run.eventsPerSecond());
    object.put("pipeline_cpu_micros", run.pipelineMicros());
    object.put("compiler_cpu_micros", run.compilerMicros());
    object.put("collector_cpu_micros", run.collectorMicros());
    object.put("kafka_cpu_micros", run.kafkaMicros());
    object.put("clickhouse_cpu_micros", run.clickHouseMicros());
    return object;
  }
}
