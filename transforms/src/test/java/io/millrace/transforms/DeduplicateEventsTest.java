package io.millrace.transforms;

import static io.millrace.transforms.TestEvents.CONTRACT;
import static io.millrace.transforms.TestEvents.UNKNOWN;
import static io.millrace.transforms.TestEvents.event;
import static io.millrace.transforms.TestEvents.timestamped;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.millrace.contract.Contract;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.Outcome;
import io.millrace.event.OutcomeTags;
import io.millrace.event.PipelineMetrics;
import io.millrace.event.SourceRecord;
import java.util.List;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestPipelineExtension.class)
class DeduplicateEventsTest {
  private static final String SUBSCRIPTION = "projects/p/subscriptions/s";
  private static final long MINUTE = 60_000;
  private static final long NOON = 1_772_359_200_000L;

  /** The watermark that makes the events of the bucket at noon late. */
  private static final long LATE_FROM = NOON + MINUTE + 10 * MINUTE;

  private static TestStream.Builder<Event> stream() {
    return TestStream.create(EventCoder.of(CONTRACT.schema()));
  }

  private static PCollectionTuple deduplicate(TestPipeline pipeline, TestStream<Event> stream) {
    return pipeline
        .apply(stream)
        .apply("DeduplicateEvents", DeduplicateEvents.of(CONTRACT, 2, 8, () -> 0));
  }

  private static PCollectionTuple deduplicateRedelivered(
      TestPipeline pipeline, TestStream<Event> stream) {
    return pipeline
        .apply(stream)
        .apply("DeduplicateEvents", DeduplicateEvents.of(CONTRACT, 2, 8, () -> 0).redelivered());
  }

  private static PCollection<String> unique(PCollectionTuple outputs) {
    return outputs
        .get(DeduplicateEvents.UNIQUE)
        .apply("EachUnique", Flatten.iterables())
        .apply("Ids", MapElements.into(TypeDescriptors.strings()).via(TestEvents::id));
  }

  private static PCollection<String> duplicates(PCollectionTuple outputs) {
    return outputs
        .get(OutcomeTags.DUPLICATE)
        .apply("EachDuplicate", Flatten.iterables())
        .apply("DuplicateIds", MapElements.into(TypeDescriptors.strings()).via(TestEvents::id));
  }

  private static PCollection<String> late(PCollectionTuple outputs) {
    return outputs
        .get(OutcomeTags.LATE)
        .apply("EachLate", Flatten.iterables())
        .apply(
            "LateIds",
            MapElements.into(TypeDescriptors.strings())
                .via(e -> TestEvents.id(e) + " by " + e.row().getInt64(Contract.LATE_BY_MS)));
  }

  private static long duplicates(PipelineResult result) {
    long sum = 0;
    for (var counter :
        result
            .metrics()
            .queryMetrics(
                MetricsFilter.builder()
                    .addNameFilter(
                        MetricNameFilter.named(
                            PipelineMetrics.NAMESPACE, Outcome.DUPLICATE.label()))
                    .build())
            .getCounters()) {
      sum += counter.getCommitted();
    }
    return sum;
  }

  @Test
  void emitsTheFirstEventOfEachIdentityInOneBundle(TestPipeline pipeline) {
    PCollectionTuple outputs =
        deduplicate(
            pipeline,
            stream()
                .addElements(
                    timestamped(event("a", NOON, UNKNOWN)),
                    timestamped(event("b", NOON, UNKNOWN)),
                    timestamped(event("a", NOON, UNKNOWN)),
                    timestamped(event("a", NOON, UNKNOWN)))
                .advanceWatermarkToInfinity());
    PAssert.that(unique(outputs)).containsInAnyOrder("a", "b");
    PAssert.that(duplicates(outputs)).containsInAnyOrder("a", "a");
    PAssert.that(late(outputs)).empty();
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    assertThat(duplicates(result), equalTo(2L));
  }

  private static Event delivered(String topic, String id, long offset) {
    Event event = event(id, NOON, UNKNOWN);
    return new Event(
        event.row(),
        event.identityHigh(),
        event.identityLow(),
        event.eventTimeMillis(),
        new SourceRecord(topic, 0, offset, null, null, List.of(), NOON, UNKNOWN));
  }

  private static PCollection<String> places(PCollectionTuple outputs) {
    return outputs
        .get(OutcomeTags.DUPLICATE)
        .apply("EachDuplicate", Flatten.iterables())
        .apply(
            "Places",
            MapElements.into(TypeDescriptors.strings()).via(event -> event.origin().toString()));
  }

  @Test
  void aRedeliveredAcceptedRecordIsADuplicateOutsideOfTheAudit(TestPipeline pipeline) {
    PCollectionTuple outputs =
        deduplicateRedelivered(
            pipeline,
            stream()
                .addElements(timestamped(delivered(SUBSCRIPTION, "a", 1)))
                .addElements(timestamped(delivered(SUBSCRIPTION, "a", 2)))
                .addElements(timestamped(delivered(SUBSCRIPTION, "a", 1)))
                .addElements(timestamped(delivered(SUBSCRIPTION, "b", 1)))
                .addElements(timestamped(delivered(SUBSCRIPTION, "a", 2)))
                .advanceWatermarkToInfinity());
    PAssert.that(unique(outputs)).containsInAnyOrder("a", "b");
    PAssert.that(places(outputs)).containsInAnyOrder(SUBSCRIPTION + "/0@2", SUBSCRIPTION + "/0@2");
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    assertThat(duplicates(result), equalTo(3L));
  }

  @Test
  void auditsARecordThatALogRepeats(TestPipeline pipeline) {
    PCollectionTuple outputs =
        deduplicate(
            pipeline,
            stream()
                .addElements(timestamped(delivered("topic", "a", 1)))
                .addElements(timestamped(delivered("topic", "a", 1)))
                .advanceWatermarkToInfinity());
    PAssert.that(unique(outputs)).containsInAnyOrder("a");
    PAssert.that(places(outputs)).containsInAnyOrder("topic/0@1");
    pipeline.run().waitUntilFinish();
  }

  @Test
  void findsADuplicateInALaterBundleAndOutOfOrder(TestPipeline pipeline) {
    PCollectionTuple outputs =
        deduplicate(
            pipeline,
            stream()
                .addElements(timestamped(event("a", NOON + 500, UNKNOWN)))
                .advanceWatermarkTo(Instant.ofEpochMilli(NOON + 5 * MINUTE))
                .addElements(timestamped(event("b", NOON + 5 * MINUTE, NOON + 5 * MINUTE)))
                .addElements(timestamped(event("a", NOON + 500, NOON + 5 * MINUTE)))
                .advanceWatermarkToInfinity());
    PAssert.that(unique(outputs)).containsInAnyOrder("a", "b");
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    assertThat(duplicates(result), equalTo(1L));
  }

  @Test
  void distinguishesEventsOfOneIdByTheirTimes(TestPipeline pipeline) {
    PCollectionTuple outputs =
        deduplicate(
            pipeline,
            stream()
                .addElements(
                    // The last and first millisecond of two buckets
                    timestamped(event("a", NOON + MINUTE - 1, UNKNOWN)),
                    timestamped(event("a", NOON + MINUTE, UNKNOWN)),
                    timestamped(event("a", NOON + MINUTE - 1, UNKNOWN)),
                    timestamped(event("a", NOON + MINUTE, UNKNOWN)),
                    timestamped(event("a", -1, UNKNOWN)),
                    timestamped(event("a", -1, UNKNOWN)))
                .advanceWatermarkToInfinity());
    PAssert.that(unique(outputs)).containsInAnyOrder("a", "a", "a");
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    assertThat(duplicates(result), equalTo(3L));
  }

  @Test
  void measuresLatenessToTheMillisecond(TestPipeline pipeline) {
    PCollectionTuple outputs =
        deduplicate(
            pipeline,
            stream()
                .addElements(
                    timestamped(event("in", NOON, LATE_FROM - 1)),
                    timestamped(event("out", NOON, LATE_FROM)),
                    timestamped(event("further out", NOON + MINUTE - 1, LATE_FROM + 7)),
                    timestamped(event("next bucket", NOON + MINUTE, LATE_FROM)))
                .advanceWatermarkToInfinity());
    PAssert.that(unique(outputs)).containsInAnyOrder("in", "next bucket");
    PAssert.that(late(outputs)).containsInAnyOrder("out by 0", "further out by 7");
    pipeline.run();
  }

  @Test
  void aDuplicateIsLateAfterItsBucketWasFreed(TestPipeline pipeline) {
    PCollectionTuple outputs =
        deduplicate(
            pipeline,
            stream()
                .addElements(timestamped(event("a", NOON, UNKNOWN)))
                .advanceWatermarkTo(Instant.ofEpochMilli(LATE_FROM - 1))
                .addElements(timestamped(event("a", NOON, LATE_FROM - 1)))
                .advanceWatermarkTo(Instant.ofEpochMilli(LATE_FROM + 1))
                .addElements(timestamped(event("a", NOON, LATE_FROM + 1)))
                .addElements(timestamped(event("never seen", NOON - MINUTE, LATE_FROM + 1)))
                .advanceWatermarkToInfinity());
    PAssert.that(unique(outputs)).containsInAnyOrder("a");
    PAssert.that(late(outputs)).containsInAnyOrder("a by 1", "never seen by 60001");
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    assertThat(duplicates(result), equalTo(1L));
  }

  private static Event of(String topic, Event event) {
    SourceRecord origin = event.origin();
    return new Event(
        event.row(),
        event.identityHigh(),
        event.identityLow(),
        event.eventTimeMillis(),
        new SourceRecord(
            topic,
            origin.partition(),
            origin.offset(),
            origin.key(),
            origin.value(),
            origin.headers(),
            origin.recordTimeMillis(),
            origin.arrivalWatermarkMillis()));
  }

  @Test
  void isLateWhereTheRunnersWatermarkIsAheadOfTheSources(TestPipeline pipeline) {
    PCollectionTuple outputs =
        deduplicateRedelivered(
            pipeline,
            stream()
                .addElements(timestamped(event("a", NOON, UNKNOWN)))
                .advanceWatermarkTo(Instant.ofEpochMilli(LATE_FROM + 3))
                .addElements(
                    // Not late by the watermark of the source; the first was accepted and freed.
                    timestamped(of(SUBSCRIPTION, event("a", NOON, NOON))),
                    timestamped(of(SUBSCRIPTION, event("b", NOON, NOON))),
                    timestamped(of(SUBSCRIPTION, event("c", LATE_FROM, NOON))))
                .advanceWatermarkToInfinity());
    PAssert.that(unique(outputs)).containsInAnyOrder("a", "c");
    PAssert.that(duplicates(outputs)).empty();
    PAssert.that(late(outputs)).containsInAnyOrder("a by 3", "b by 3");
    pipeline.run().waitUntilFinish();
  }

  private static Event replayed(String id, long watermark) {
    Event event = event(id, NOON, watermark);
    return event.withOrigin(
        event
            .origin()
            .withContent(
                null,
                null,
                List.of(
                    new SourceRecord.Header(
                        DeadLetterFactory.DUPLICATES_HEADER, new byte[] {'0'}))));
  }

  @Test
  void aReplayMakesDuplicatesOfWhatItHasFoundToBe(TestPipeline pipeline) {
    PCollectionTuple outputs =
        pipeline
            .apply(
                stream()
                    .addElements(
                        timestamped(replayed("known", UNKNOWN)),
                        timestamped(replayed("late", LATE_FROM)),
                        timestamped(event("a", NOON, UNKNOWN)),
                        timestamped(event("a", NOON, UNKNOWN)))
                    .advanceWatermarkToInfinity())
            .apply("DeduplicateEvents", DeduplicateEvents.of(CONTRACT, 2, 8, () -> 0).replayed());
    PAssert.that(unique(outputs)).containsInAnyOrder("a");
    PAssert.that(duplicates(outputs)).containsInAnyOrder("known", "a");
    PAssert.that(late(outputs)).containsInAnyOrder("late by 0");
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    assertThat(duplicates(result), equalTo(2L));
  }
}
