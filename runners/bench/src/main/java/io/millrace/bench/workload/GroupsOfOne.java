package io.millrace.bench.workload;

import io.millrace.event.Event;
import java.util.List;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;

/**
 * Makes a group of each event, for steps that take events in groups. What this costs counts as a
 * cost of that step.
 */
public final class GroupsOfOne extends PTransform<PCollection<Event>, PCollection<List<Event>>> {
  private static final long serialVersionUID = 1L;

  @Override
  public PCollection<List<Event>> expand(PCollection<Event> events) {
    return events.apply("Group", ParDo.of(new GroupFn())).setCoder(ListCoder.of(events.getCoder()));
  }

  private static final class GroupFn extends DoFn<Event, List<Event>> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element Event event, OutputReceiver<List<Event>> out) {
      out.output(List.of(event));
    }
  }
}
