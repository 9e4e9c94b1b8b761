package io.millrace.pipeline;

import io.millrace.event.PipelineMetrics;
import java.util.HashMap;
import java.util.Map;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.GaugeResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricQueryResults;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;

/**
 * Millrace's metrics of a running job, by step and name. Counters are attempted values: a bundle
 * that the runner retries counts twice.
 *
 * @param counters sums over all workers
 * @param gauges the last values
 */
public record StepMetrics(
    Map<String, Map<String, Long>> counters, Map<String, Map<String, Long>> gauges) {

  /** The metrics that the runner reports of a job. */
  public static StepMetrics of(PipelineResult result) {
    MetricQueryResults found =
        result
            .metrics()
            .queryMetrics(
                MetricsFilter.builder()
                    .addNameFilter(MetricNameFilter.inNamespace(PipelineMetrics.NAMESPACE))
                    .build());
    Map<String, Map<String, Long>> counters = new HashMap<>();
    for (MetricResult<Long> counter : found.getCounters()) {
      of(counters, counter).merge(counter.getName().getName(), counter.getAttempted(), Long::sum);
    }
    Map<String, Map<String, Long>> gauges = new HashMap<>();
    for (MetricResult<GaugeResult> gauge : found.getGauges()) {
      of(gauges, gauge).put(gauge.getName().getName(), gauge.getAttempted().getValue());
    }
    return new StepMetrics(counters, gauges);
  }

  private static Map<String, Long> of(
      Map<String, Map<String, Long>> byStep, MetricResult<?> metric) {
    String step = metric.getKey().stepName();
    return byStep.computeIfAbsent(step == null ? "" : step, name -> new HashMap<>());
  }
}
