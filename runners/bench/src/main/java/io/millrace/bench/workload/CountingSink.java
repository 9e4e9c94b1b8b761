package io.millrace.bench.workload;

import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.PipelineMetrics;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;

/** Counts and drops events: the cheapest sink that verifies their number. */
public final class CountingSink extends DoFn<Event, Void> {
  private static final long serialVersionUID = 1L;

  private final Counter counter;

  public CountingSink(Outcome outcome) {
    counter = PipelineMetrics.outcome(outcome);
  }

  @ProcessElement
  public void process() {
    counter.inc();
  }
}
