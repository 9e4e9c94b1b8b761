package io.millrace.metrics;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.millrace.health.HealthMetric;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Conditions of contracts know the metrics that a run exports, and no others. */
class HealthMetricsTest {
  @Test
  void conditionsKnowAllMetrics() {
    List<HealthMetric> exported =
        Arrays.stream(RunMetric.values())
            .map(
                metric ->
                    new HealthMetric(
                        metric.sampleName().substring("millrace_".length()),
                        HealthMetric.Kind.valueOf(metric.kind().name()),
                        metric.labels()))
            .toList();
    assertThat(List.copyOf(HealthMetric.all().values()), is(exported));
  }
}
