package io.millrace.flink.embedded;

import io.millrace.event.PipelineMetrics;
import io.millrace.pipeline.StepMetrics;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BinaryOperator;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;

/**
 * The current values of Millrace's counters and gauges, by step. Beam's Flink runner gives its own
 * results only when a step ends.
 *
 * <p>Thread-safe. State: one entry for each metric and subtask. Values of ended subtasks are kept.
 */
final class FlinkStepMetrics implements MetricReporter {
  /** The namespace and the scope delimiter of Flink's configuration, one character. */
  private static final Pattern NAME = Pattern.compile(PipelineMetrics.NAMESPACE + "[^a-z](.+)");

  private static final String STEP = "<operator_name>";

  private final Map<Counter, Name> counters = new ConcurrentHashMap<>();
  private final Map<Gauge<?>, Name> gauges = new ConcurrentHashMap<>();

  private record Name(String step, String metric) {}

  /** By step and name: sums of counters over all subtasks, and the greatest value of gauges. */
  StepMetrics byStep() {
    return new StepMetrics(
        byStep(counters, Counter::getCount, Long::sum),
        byStep(gauges, FlinkStepMetrics::value, Long::max));
  }

  private static <M> Map<String, Map<String, Long>> byStep(
      Map<M, Name> metrics, ToLongFunction<M> value, BinaryOperator<Long> joined) {
    Map<String, Map<String, Long>> values = new HashMap<>();
    metrics.forEach(
        (metric, name) ->
            values
                .computeIfAbsent(name.step, step -> new HashMap<>())
                .merge(name.metric, value.applyAsLong(metric), joined));
    return values;
  }

  private static long value(Gauge<?> gauge) {
    return gauge.getValue() instanceof Number number ? number.longValue() : 0;
  }

  @Override
  public void open(MetricConfig config) {}

  @Override
  public void close() {}

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    Matcher millraces = NAME.matcher(name);
    if (!millraces.matches()) {
      return;
    }
    Name own = new Name(group.getAllVariables().getOrDefault(STEP, ""), millraces.group(1));
    if (metric instanceof Counter counter) {
      counters.put(counter, own);
    } else if (metric instanceof Gauge<?> gauge) {
      gauges.put(gauge, own);
    }
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}
}
