package io.millrace.bench.workload;

import io.millrace.event.Outcome;
import io.millrace.event.PipelineMetrics;
import java.util.List;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;

/** Counts and drops events: the cheapest sink that verifies their number. */
public final class CountingSink<T> extends DoFn<T, Void> {
  private static final long serialVersionUID = 1L;

  private final Counter counter;

  private CountingSink(Outcome outcome) {
    counter = PipelineMetrics.outcome(outcome);
  }

  /** Adds the sink of an outcome. */
  public static <T> void add(PCollection<T> events, Outcome outcome) {
    events.apply("Sink of " + outcome.label(), ParDo.of(new CountingSink<T>(outcome)));
  }

  @ProcessElement
  public void process(@Element T element) {
    counter.inc(element instanceof List<?> group ? group.size() : 1);
  }
}
