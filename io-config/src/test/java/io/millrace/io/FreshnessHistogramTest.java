package io.millrace.io;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.millrace.event.PipelineMetrics;
import java.io.Closeable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.apache.beam.runners.core.metrics.MetricsContainerImpl;
import org.apache.beam.sdk.metrics.MetricName;
import org.apache.beam.sdk.metrics.MetricsEnvironment;
import org.junit.jupiter.api.Test;

class FreshnessHistogramTest {
  private static Map<String, Long> counted(long... millis) throws Exception {
    MetricsContainerImpl container = new MetricsContainerImpl("step");
    Closeable scope = MetricsEnvironment.scopedMetricsContainer(container);
    try {
      FreshnessHistogram histogram = new FreshnessHistogram();
      for (long value : millis) {
        histogram.add(value);
      }
      histogram.flush();
      histogram.flush();
    } finally {
      scope.close();
    }
    Map<String, Long> counters = new HashMap<>();
    container
        .getCumulative()
        .counterUpdates()
        .forEach(
            update -> {
              MetricName name = update.getKey().metricName();
              assertThat(name.getNamespace(), is(PipelineMetrics.NAMESPACE));
              counters.put(name.getName(), update.getUpdate());
            });
    return counters;
  }

  @Test
  void everyRowIsInOneBucket() throws Exception {
    assertThat(
        counted(-5, 0, 100, 101, 130, 131, 3_600_000, 3_600_001),
        is(
            Map.of(
                "freshness_ms_le_100", 3L,
                "freshness_ms_le_130", 2L,
                "freshness_ms_le_169", 1L,
                "freshness_ms_le_3600000", 1L,
                "freshness_ms_le_inf", 1L,
                "freshness_ms_sum", 7_200_463L)));
  }

  @Test
  void quantileIsNeverTooLowAndAtMostThirtyPercentTooHigh() throws Exception {
    Random random = new Random(7);
    long[] millis = random.longs(5000, 120, 60_000).toArray();
    Map<String, Long> counters = counted(millis);
    Arrays.sort(millis);
    for (double quantile : new double[] {0.01, 0.5, 0.95, 0.99, 1}) {
      long exact = millis[(int) Math.ceil(quantile * millis.length) - 1];
      long found = FreshnessHistogram.quantile(counters, quantile).orElseThrow();
      assertThat(
          found, is(allOf(greaterThanOrEqualTo(exact), lessThanOrEqualTo(exact * 131 / 100))));
    }
  }

  @Test
  void quantileOfNothingAndPastTheEnd() {
    assertThat(FreshnessHistogram.quantile(Map.of("read", 5L), 0.5), is(OptionalLong.empty()));
    assertThat(
        FreshnessHistogram.quantile(Map.of("freshness_ms_le_inf", 1L), 0.5),
        is(OptionalLong.of(Long.MAX_VALUE)));
  }
}
