package io.millrace.bench.workload;

import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.PipelineMetrics;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;

/** Counts and drops events: the cheapest sink that verifies their number. */
public final class CountingSink extends DoFn<Event, Void> {
  private static final long serialVersionUID = 1L;

  private final Counter counter;

  private CountingSink(Outcome outcome) {
    counter = PipelineMetrics.outcome(outcome);
  }

  /** Adds the sink of an outcome. */
  public static void add(PCollection<Event> events, Outcome outcome) {
    events.apply("Sink of " + outcome.label(), ParDo.of(new CountingSink(outcome)));
  }

  @ProcessElement
  public void process() {
    counter.inc();
  }
}
