package io.millrace.metrics;

import io.millrace.io.FreshnessHistogram;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The histogram of freshness, from the counters of {@link FreshnessHistogram}. */
final class FreshnessBuckets {
  private static final double MILLIS = 1000.0;

  private FreshnessBuckets() {}

  /**
   * The histogram of one sink. It has all buckets, also empty ones, so that rates of buckets have a
   * beginning.
   *
   * @param counters values by name
   */
  static MetricPoint of(Map<String, Long> counters, String contract, String sink) {
    List<MetricPoint.Bucket> buckets = new ArrayList<>();
    for (long bound : FreshnessHistogram.boundsMillis()) {
      buckets.add(new MetricPoint.Bucket(bound / MILLIS, count(counters, Long.toString(bound))));
    }
    buckets.add(
        new MetricPoint.Bucket(
            Double.POSITIVE_INFINITY, count(counters, FreshnessHistogram.UNBOUNDED)));
    double sum = counters.getOrDefault(FreshnessHistogram.SUM, 0L) / MILLIS;
    return MetricPoint.histogram(RunMetric.FRESHNESS, sum, buckets, contract, sink);
  }

  private static long count(Map<String, Long> counters, String bound) {
    return counters.getOrDefault(FreshnessHistogram.COUNTER_PREFIX + bound, 0L);
  }
}
