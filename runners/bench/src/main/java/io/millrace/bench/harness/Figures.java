package io.millrace.bench.harness;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.support.TextLines;
import io.millrace.event.Outcome;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Median and range of measurements.
 *
 * @param median the middle value, or the mean of the two middle values
 * @param least the minimum
 * @param greatest the maximum
 */
public record Figures(double median, double least, double greatest) {

  /**
   * The figures of measurements in any order.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static Figures of(List<Double> measurements) {
    if (measurements.isEmpty()) {
      throw new IllegalArgumentException("expected at least one measurement");
    }
    double[] sorted = measurements.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Figures(median, sorted[0], sorted[sorted.length - 1]);
  }

  /** The figures of what was measured in each run. */
  public static <T> Figures of(List<T> runs, ToDoubleFunction<? super T> measured) {
    return of(runs.stream().map(measured::applyAsDouble).toList());
  }

  /**
   * The figures of ratios of what was measured in runs of the same round.
   *
   * @param runs one for each round
   * @param others the runs that they are compared with, in the same rounds
   */
  public static <T> Figures ofRatios(
      List<T> runs, List<T> others, ToDoubleFunction<? super T> measured) {
    Double[] ratios = new Double[runs.size()];
    Arrays.setAll(
        ratios, i -> measured.applyAsDouble(runs.get(i)) / measured.applyAsDouble(others.get(i)));
    return of(Arrays.asList(ratios));
  }

  /** The figures of the differences of paired measurements. */
  public static Figures ofDifferences(List<Double> measurements, List<Double> lessThese) {
    Double[] differences = new Double[measurements.size()];
    Arrays.setAll(differences, i -> measurements.get(i) - lessThese.get(i));
    return of(Arrays.asList(differences));
  }

  /** The figures as text. */
  public String text() {
    return TextLines.text("%.1f (%.1f-%.1f)", median, least, greatest);
  }

  /** The figures as text without decimals, for large numbers. */
  public String wholeText() {
    return TextLines.text("%,.0f (%,.0f-%,.0f)", median, least, greatest);
  }

  /** A duration in seconds, to the millisecond. */
  public static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  /** The number of each outcome by its label; 0 if missing. */
  public static Map<String, Long> byLabel(Map<Outcome, Long> outcomes) {
    Map<String, Long> labelled = new LinkedHashMap<>();
    for (Outcome outcome : Outcome.values()) {
      labelled.put(outcome.label(), outcomes.getOrDefault(outcome, 0L));
    }
    return labelled;
  }

  /** A one-line JSON object of figures by name. */
  public static String json(Map<String, Object> object) {
    try {
      return new ObjectMapper().writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write JSON: " + e.getOriginalMessage(), e);
    }
  }
}
