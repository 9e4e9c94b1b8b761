package io.millrace.flink.embedded;

import io.millrace.event.PipelineMetrics;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;

/**
 * The current values of Millrace's counters, by step. Beam's Flink runner gives its own results
 * only when a step ends.
 *
 * <p>Thread-safe. State: one entry for each counter and subtask. Values of ended subtasks are kept.
 */
final class StepCounters implements MetricReporter {
  /** The namespace and the scope delimiter of Flink's configuration, one character. */
  private static final Pattern NAME = Pattern.compile(PipelineMetrics.NAMESPACE + "[^a-z](.+)");

  private static final String STEP = "<operator_name>";

  private final Map<Counter, Name> names = new ConcurrentHashMap<>();

  private record Name(String step, String counter) {}

  /** The sums over all subtasks, by step and name. */
  Map<String, Map<String, Long>> byStep() {
    Map<String, Map<String, Long>> counters = new HashMap<>();
    names.forEach(
        (counter, name) ->
            counters
                .computeIfAbsent(name.step, step -> new HashMap<>())
                .merge(name.counter, counter.getCount(), Long::sum));
    return counters;
  }

  @Override
  public void open(MetricConfig config) {}

  @Override
  public void close() {}

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    Matcher millraces = NAME.matcher(name);
    if (metric instanceof Counter counter && millraces.matches()) {
      String step = group.getAllVariables().getOrDefault(STEP, "");
      names.put(counter, new Name(step, millraces.group(1)));
    }
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}
}
