package io.millrace.bench.rules;

import io.millrace.bench.harness.Bar;
import io.millrace.bench.harness.Figures;
import io.millrace.bench.harness.Report;
import io.millrace.bench.speed.RunFigures;
import io.millrace.cli.support.TextLines;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What the rules of a contract cost together. The exit code does not depend on the bar, because a
 * difference of two runs is not much larger than the noise of short ones.
 *
 * @param events events of each run
 * @param bytes average size of an event
 * @param plain the runs without rules, one in each round
 * @param rules the runs with rules, in the same order
 */
record RulesReport(long events, double bytes, List<RunFigures> plain, List<RunFigures> rules)
    implements Report {
  private static final double MOST_MICROS = 4.0;

  private static List<Double> each(List<RunFigures> runs, ToDoubleFunction<RunFigures> figure) {
    return runs.stream().map(figure::applyAsDouble).toList();
  }

  /** With rules minus without, in the same round. */
  private Figures difference(ToDoubleFunction<RunFigures> figure) {
    return Figures.ofDifferences(each(rules, figure), each(plain, figure));
  }

  private Bar bar() {
    return new Bar(
        "CPU µs an event in the pipeline for filter, derive, look-up and redact together",
        difference(RunFigures::pipelineMicros).median(),
        MOST_MICROS,
        false);
  }

  @Override
  public boolean passes() {
    return true;
  }

  @Override
  public String text() {
    return new TextLines()
        .line("%,d events a run of %,.0f bytes; median (least-greatest)", events, bytes)
        .line("%-20s %24s %22s %22s", "", "events/s", "CPU µs an event", "ClickHouse's CPU µs")
        .line("%s", row("without rules", plain))
        .line("%s", row("with rules", rules))
        .line(
            "%-20s %24s %22s %22s",
            "difference",
            "",
            difference(RunFigures::pipelineMicros).text(),
            difference(RunFigures::clickHouseMicros).text())
        .line("%s", bar().text())
        .toString();
  }

  private static String row(String label, List<RunFigures> runs) {
    return TextLines.text(
        "%-20s %24s %22s %22s",
        label,
        Figures.of(runs, RunFigures::eventsPerSecond).wholeText(),
        Figures.of(runs, RunFigures::pipelineMicros).text(),
        Figures.of(runs, RunFigures::clickHouseMicros).text());
  }

  @Override
  public String json() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("events", events);
    all.put("bytes_per_event", bytes);
    all.put("without_rules", figures(plain));
    all.put("with_rules", figures(rules));
    Map<String, Object> difference = new LinkedHashMap<>();
    difference.put("pipeline_cpu_micros", difference(RunFigures::pipelineMicros));
    difference.put("clickhouse_cpu_micros", difference(RunFigures::clickHouseMicros));
    all.put("difference", difference);
    all.put("bar", bar().toJson());
    return Figures.json(all);
  }

  private static Map<String, Object> figures(List<RunFigures> runs) {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("events_per_second", Figures.of(runs, RunFigures::eventsPerSecond));
    one.put("pipeline_cpu_micros", Figures.of(runs, RunFigures::pipelineMicros));
    one.put("clickhouse_cpu_micros", Figures.of(runs, RunFigures::clickHouseMicros));
    return one;
  }
}
