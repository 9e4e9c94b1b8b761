package io.millrace.flink.semantics;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.millrace.contract.Contract;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.OutcomeTags;
import io.millrace.event.PipelineMetrics;
import io.millrace.transforms.DeduplicateEvents;
import java.util.List;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;

/**
 * One run of deduplication: what arrives, and which outcome each event must have. Checks the events
 * by {@code PAssert}, the duplicates by their counter, and that the equation holds.
 */
final class DeduplicationCase {
  private static final int SHARDS = 4;
  private static final int SLOTS = 8;

  private final ArrivingEvents arrivals;
  private List<String> unique = List.of();
  private List<String> late = List.of();
  private long duplicates;

  private DeduplicationCase(ArrivingEvents arrivals) {
    this.arrivals = arrivals;
  }

  static DeduplicationCase of(ArrivingEvents arrivals) {
    return new DeduplicationCase(arrivals);
  }

  /** The ids of the events that must pass, in any order; none, if this is not said. */
  DeduplicationCase unique(String... ids) {
    unique = List.of(ids);
    return this;
  }

  /** The late events as {@code "id by late_by_ms"}, in any order; none, if this is not said. */
  DeduplicationCase late(String... idsAndBy) {
    late = List.of(idsAndBy);
    return this;
  }

  /** How many events must be counted as duplicates; none, if this is not said. */
  DeduplicationCase duplicates(long count) {
    duplicates = count;
    return this;
  }

  /** Runs it; an error of a wrong expectation says which. */
  void holdsOn(RunnerUnderTest runner) {
    TestPipeline pipeline = runner.pipeline();
    PCollectionTuple outputs =
        pipeline
            .apply("Arrivals", arrivals.stream())
            .apply(
                "DeduplicateEvents",
                DeduplicateEvents.of(SmallEvents.CONTRACT, SHARDS, SLOTS, () -> 0));
    PAssert.that(described("Unique", outputs.get(DeduplicateEvents.UNIQUE), Outcome.ACCEPTED))
        .containsInAnyOrder(unique);
    PAssert.that(described("Late", outputs.get(OutcomeTags.LATE), Outcome.LATE))
        .containsInAnyOrder(late);
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();

    assertThat("duplicates", counted(result, Outcome.DUPLICATE), equalTo(duplicates));
    long accounted =
        counted(result, Outcome.ACCEPTED)
            + counted(result, Outcome.DUPLICATE)
            + counted(result, Outcome.LATE);
    assertThat("accepted + duplicate + late", accounted, equalTo(arrivals.sent()));
  }

  private static PCollection<String> described(
      String name, PCollection<List<Event>> events, Outcome outcome) {
    return events.apply(name, ParDo.of(new DescribeAndCount(outcome)));
  }

  private static long counted(PipelineResult result, Outcome outcome) {
    MetricsFilter filter =
        MetricsFilter.builder()
            .addNameFilter(MetricNameFilter.named(PipelineMetrics.NAMESPACE, outcome.label()))
            .build();
    long sum = 0;
    for (MetricResult<Long> counter : result.metrics().queryMetrics(filter).getCounters()) {
      sum += counter.getAttempted();
    }
    return sum;
  }

  private static final class DescribeAndCount extends DoFn<List<Event>, String> {
    private static final long serialVersionUID = 1L;

    private final Counter counter;

    DescribeAndCount(Outcome outcome) {
      counter = PipelineMetrics.outcome(outcome);
    }

    @ProcessElement
    public void process(@Element List<Event> group, OutputReceiver<String> out) {
      for (Event event : group) {
        counter.inc();
        Long lateBy = event.row().getInt64(Contract.LATE_BY_MS);
        String id = SmallEvents.id(event);
        out.output(lateBy == null ? id : id + " by " + lateBy);
      }
    }
  }
}
