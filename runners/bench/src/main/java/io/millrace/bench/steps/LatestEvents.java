package io.millrace.bench.steps;

import io.millrace.event.PipelineMetrics;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;

/**
 * Counts the events that roll-up tables would show: the maximum of each window and group, summed by
 * a counter per table. State: a number per window and group. Its cost is negligible, because
 * results are few.
 */
final class LatestEvents extends DoFn<KV<String, Long>, Void> {
  private static final long serialVersionUID = 1L;

  private static final char BETWEEN = '\n';

  @StateId("events")
  private final StateSpec<ValueState<Long>> eventsSpec = StateSpecs.value(VarLongCoder.of());

  /** A roll-up result, keyed by table, window and group. */
  static KV<String, Long> result(String table, String start, String group, long events) {
    return KV.of(table + BETWEEN + start + BETWEEN + group, events);
  }

  /** The name of a table's counter. */
  static String counter(String table) {
    return "events_in_" + table;
  }

  @ProcessElement
  public void process(@Element KV<String, Long> result, @StateId("events") ValueState<Long> state) {
    Long before = state.read();
    long more = result.getValue() - (before == null ? 0 : before);
    if (more > 0) {
      state.write(result.getValue());
      String table = result.getKey().substring(0, result.getKey().indexOf(BETWEEN));
      Metrics.counter(PipelineMetrics.NAMESPACE, counter(table)).inc(more);
    }
  }
}
