package io.millrace.metrics;

import java.util.List;

/**
 * The value of a metric for one set of labels.
 *
 * @param labels values of {@link RunMetric#labels}, in their order
 * @param value of a summary or histogram: the sum
 * @param count of a summary or histogram: the number of observations; otherwise 0
 * @param buckets of a histogram, in the order of their bounds; otherwise none
 */
public record MetricPoint(
    RunMetric metric, List<String> labels, double value, long count, List<Bucket> buckets) {

  public MetricPoint {
    if (labels.size() != metric.labels().size()) {
      throw new IllegalArgumentException(metric.family() + " has no labels " + labels);
    }
    labels = List.copyOf(labels);
    buckets = List.copyOf(buckets);
  }

  /**
   * Observations above the previous bound and up to this one.
   *
   * @param bound in the metric's unit; {@link Double#POSITIVE_INFINITY} for the last one
   */
  public record Bucket(double bound, long count) {}

  static MetricPoint of(RunMetric metric, double value, String... labels) {
    return new MetricPoint(metric, List.of(labels), value, 0, List.of());
  }

  static MetricPoint summary(RunMetric metric, double sum, long count, String... labels) {
    return new MetricPoint(metric, List.of(labels), sum, count, List.of());
  }

  static MetricPoint histogram(
      RunMetric metric, double sum, List<Bucket> buckets, String... labels) {
    long count = buckets.stream().mapToLong(Bucket::count).sum();
    return new MetricPoint(metric, List.of(labels), sum, count, buckets);
  }
}
