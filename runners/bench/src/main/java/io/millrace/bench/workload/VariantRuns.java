package io.millrace.bench.workload;

import io.millrace.bench.harness.Figures;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The runs of all variants of a measurement, in rounds. The first variant is without the step that
 * is measured: what another takes more than it, in the same round, is the cost of its step.
 */
public final class VariantRuns<V extends Enum<V> & VariantRuns.Variant> {
  private final Map<V, List<MeasuredRun>> runs;
  private final V none;

  private VariantRuns(Map<V, List<MeasuredRun>> runs, V none) {
    this.runs = runs;
    this.none = none;
  }

  /** One of them, an enum's constant. */
  public interface Variant {
    /** The name for people. */
    String label();
  }

  /**
   * Runs every variant once to warm up, then as often as the options say.
   *
   * @param on what they run on, in front of their names on the standard error stream; or empty
   */
  public static <V extends Enum<V> & Variant> VariantRuns<V> of(
      Class<V> variants, RunMixin options, String on, Function<V, MeasuredRun> runner) {
    Map<V, List<MeasuredRun>> runs = new EnumMap<>(variants);
    V[] all = variants.getEnumConstants();
    for (int round = 0; round <= options.repetitions(); round++) {
      for (V variant : all) {
        MeasuredRun run = runner.apply(variant);
        System.err.printf(
            "%s: %-32s %.1f CPU microseconds an event%n",
            round == 0 ? "warm-up" : "round " + round, on + variant.label(), run.cpuMicros());
        if (round > 0) {
          runs.computeIfAbsent(variant, v -> new ArrayList<>()).add(run);
        }
      }
    }
    return new VariantRuns<>(runs, all[0]);
  }

  /** How often each has run. */
  public int rounds() {
    return runs.get(none).size();
  }

  /** A figure of a variant's runs. */
  public Figures of(V variant, ToDoubleFunction<MeasuredRun> figure) {
    return Figures.of(values(variant, figure));
  }

  /** CPU microseconds an event. */
  public Figures cpu(V variant) {
    return of(variant, MeasuredRun::cpuMicros);
  }

  /** CPU microseconds an event of a variant's step. */
  public Figures step(V variant) {
    return Figures.ofDifferences(
        values(variant, MeasuredRun::cpuMicros), values(none, MeasuredRun::cpuMicros));
  }

  /** The same for people. */
  public String stepText(V variant) {
    return variant == none ? "-" : step(variant).text();
  }

  private List<Double> values(V variant, ToDoubleFunction<MeasuredRun> figure) {
    return runs.get(variant).stream().map(figure::applyAsDouble).toList();
  }

  /**
   * Adds the figures of all variants to an object of JSON.
   *
   * @param step the key of what the step costs
   * @param more further figures of a variant with a step; null: none
   */
  public void addTo(
      Map<String, Object> object, String step, @Nullable Function<V, Map<String, ?>> more) {
    for (V variant : runs.keySet()) {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("run_cpu_micros", cpu(variant));
      if (variant != none) {
        figures.put(step, step(variant));
        figures.putAll(more == null ? Map.of() : more.apply(variant));
      }
      figures.put("run_wall_micros", of(variant, MeasuredRun::wallMicros));
      object.put(variant.name().toLowerCase(Locale.ROOT), figures);
    }
  }
}
