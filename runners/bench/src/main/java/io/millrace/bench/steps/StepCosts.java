package io.millrace.bench.steps;

import io.millrace.bench.harness.Bar;
import io.millrace.bench.harness.Figures;
import io.millrace.bench.steps.MeasuredStep.Variant;
import io.millrace.cli.support.TextLines;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The runs of all variants of a step, in rounds. What a variant takes more than the first one, in
 * the same round, is the cost of its step.
 */
final class StepCosts {
  private final MeasuredStep step;
  private final List<Variant> variants;
  private final Map<String, List<MeasuredRun>> runs = new HashMap<>();

  private StepCosts(MeasuredStep step) {
    this.step = step;
    this.variants = step.variants();
  }

  /** Runs every variant once to warm up, then in each round. */
  static StepCosts measure(MeasuredStep step, int rounds) {
    StepCosts costs = new StepCosts(step);
    for (int round = 0; round <= rounds; round++) {
      for (Variant variant : costs.variants) {
        MeasuredRun run = variant.run().get();
        System.err.printf(
            "%s %s: %-32s %.1f CPU microseconds an event%n",
            step.name(),
            round == 0 ? "warm-up" : "round " + round,
            variant.label(),
            run.cpuMicros());
        if (round > 0) {
          costs.runs.computeIfAbsent(variant.id(), id -> new ArrayList<>()).add(run);
        }
      }
    }
    return costs;
  }

  String name() {
    return step.name();
  }

  /** A figure of a variant's runs. */
  Figures of(String id, ToDoubleFunction<MeasuredRun> figure) {
    return Figures.of(values(id, figure));
  }

  private List<Double> values(String id, ToDoubleFunction<MeasuredRun> figure) {
    return runs.get(id).stream().map(figure::applyAsDouble).toList();
  }

  /** CPU microseconds an event of a variant's step. */
  Figures cost(String id) {
    return Figures.ofDifferences(
        values(id, MeasuredRun::cpuMicros), values(MeasuredStep.NONE, MeasuredRun::cpuMicros));
  }

  /** How many times as much as Millrace's step another one costs. */
  double ratio(String id) {
    return cost(id).median() / cost(MeasuredStep.MILLRACE).median();
  }

  /** The counter that is reported too. */
  Figures counted(String id) {
    return of(id, run -> run.counted(step.counter()));
  }

  boolean passes() {
    return step.bars(this).stream().allMatch(Bar::holds);
  }

  void addTo(TextLines lines) {
    lines
        .line("%s; %d runs each", step.title(), runs.get(MeasuredStep.NONE).size())
        .line("CPU microseconds an event, median (least-greatest):");
    for (Variant variant : variants) {
      String run = of(variant.id(), MeasuredRun::cpuMicros).text();
      if (variant.id().equals(MeasuredStep.NONE)) {
        lines.line("  %-30s run %-20s step -", variant.label(), run);
        continue;
      }
      String counted =
          step.counter().isEmpty()
              ? ""
              : TextLines.text("  %,.0f %s", counted(variant.id()).median(), step.counter());
      lines.line(
          "  %-30s run %-20s step %s%s", variant.label(), run, cost(variant.id()).text(), counted);
    }
    String millrace = variants.get(1).label();
    if (cost(MeasuredStep.MILLRACE).median() <= 0) {
      lines.line("%s costs too little to be told from none: try more --events", millrace);
    } else {
      for (Variant other : variants.subList(2, variants.size())) {
        lines.line("%s: %.1f times what %s costs", other.label(), ratio(other.id()), millrace);
      }
    }
    step.bars(this).forEach(bar -> lines.line("%s: %s", millrace, bar.text()));
  }

  Map<String, Object> toJson() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("title", step.title());
    object.put("repetitions", runs.get(MeasuredStep.NONE).size());
    for (Variant variant : variants) {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("run_cpu_micros", of(variant.id(), MeasuredRun::cpuMicros));
      figures.put("run_wall_micros", of(variant.id(), MeasuredRun::wallMicros));
      if (!variant.id().equals(MeasuredStep.NONE)) {
        figures.put("step_cpu_micros", cost(variant.id()));
        if (!step.counter().isEmpty()) {
          figures.put(step.counter().replace(' ', '_'), counted(variant.id()));
        }
      }
      object.put(variant.id(), figures);
    }
    object.put("bars", step.bars(this).stream().map(Bar::toJson).toList());
    return object;
  }
}
