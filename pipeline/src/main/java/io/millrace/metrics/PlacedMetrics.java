package io.millrace.metrics;

import io.millrace.pipeline.StepPlace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;

/**
 * Values of a job's metrics, by the contract and the sink of their steps.
 *
 * @param byPlace for each place the values by name
 */
record PlacedMetrics(Map<StepPlace, Map<String, Long>> byPlace) {
  /** Counters add up over the steps of a place. */
  static PlacedMetrics ofCounters(Map<String, Map<String, Long>> byStep, List<String> contracts) {
    return of(byStep, contracts, Long::sum);
  }

  /** Of gauges, the greatest value counts. */
  static PlacedMetrics ofGauges(Map<String, Map<String, Long>> byStep, List<String> contracts) {
    return of(byStep, contracts, Long::max);
  }

  private static PlacedMetrics of(
      Map<String, Map<String, Long>> byStep, List<String> contracts, BinaryOperator<Long> joined) {
    Map<StepPlace, Map<String, Long>> byPlace = new HashMap<>();
    byStep.forEach(
        (step, values) -> {
          Map<String, Long> some =
              byPlace.computeIfAbsent(StepPlace.of(step, contracts), place -> new HashMap<>());
          values.forEach((name, value) -> some.merge(name, value, joined));
        });
    return new PlacedMetrics(byPlace);
  }

  /** The values of a contract's steps of a sink; an empty name: of the steps before the sinks. */
  Map<String, Long> at(String contract, String sink) {
    return byPlace.getOrDefault(new StepPlace(contract, sink), Map.of());
  }
}
