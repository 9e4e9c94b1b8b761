package io.millrace.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.decode.EventTimeReader;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.LostRange;
import io.millrace.event.OutcomeTags;
import io.millrace.event.PipelineMetrics;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TimestampedValue;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestPipelineExtension.class)
class DecodeEventsTest {
  private static final Instant ARRIVAL = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant NOW = Instant.parse("2026-03-02T00:00:00Z");
  private static final String GOOD = "{\"id\":\"%s\",\"at\":\"%s\"}";

  private static SourceRecord record(long offset, @Nullable String value) {
    return new SourceRecord(
        "topic",
        0,
        offset,
        null,
        value == null ? null : value.getBytes(StandardCharsets.UTF_8),
        List.of(),
        ARRIVAL.getMillis(),
        ARRIVAL.getMillis());
  }

  private static PCollectionTuple decoded(TestPipeline pipeline, List<SourceRecord> records) {
    List<TimestampedValue<SourceRecord>> timestamped = new ArrayList<>();
    for (SourceRecord record : records) {
      timestamped.add(TimestampedValue.of(record, ARRIVAL));
    }
    long now = NOW.getMillis();
    return pipeline
        .apply(Create.timestamped(timestamped).withCoder(SourceRecordCoder.of()))
        .apply(
            DecodeEvents.of(
                TestEvents.CONTRACT,
                DeadLetterFactory.of(TestEvents.CONTRACT, "pipeline-1", () -> now),
                () -> now));
  }

  private static long count(PipelineResult result, String name) {
    return StreamSupport.stream(
            result
                .metrics()
                .queryMetrics(
                    MetricsFilter.builder()
                        .addNameFilter(MetricNameFilter.named(PipelineMetrics.NAMESPACE, name))
                        .build())
                .getCounters()
                .spliterator(),
            false)
        .mapToLong(counter -> counter.getCommitted())
        .sum();
  }

  /** An element with its timestamp in the pipeline. */
  private static final class Stamp<T> extends DoFn<T, KV<String, Long>> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void stamp(
        @Element T element, @Timestamp Instant timestamp, OutputReceiver<KV<String, Long>> out) {
      String name =
          element instanceof Event event
              ? event.row().getString("id")
              : ((DeadLetter) element).code().label();
      out.output(KV.of(name, timestamp.getMillis()));
    }
  }

  /** Valid, truncated and null records in turn, by offset. */
  private static SourceRecord mixed(long offset) {
    return record(
        offset,
        offset % 3 == 0
            ? GOOD.formatted("e" + offset, "2026-03-01T10:00:00Z")
            : offset % 3 == 1 ? "{\"id\":" : null);
  }

  @Test
  void countsALostRangeSeparatelyAndNotAsRead(TestPipeline pipeline) {
    LostRange lost = new LostRange("topic", 0, 1, 40, NOW.getMillis());

    PCollectionTuple decoded =
        decoded(pipeline, List.of(mixed(0), lost.asRecord(ARRIVAL.getMillis()), mixed(42)));

    PAssert.that(decoded.get(DecodeEvents.LOST)).containsInAnyOrder(lost);
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    assertEquals(2, count(result, PipelineMetrics.READ));
    assertEquals(40, count(result, PipelineMetrics.RECORDS_LOST_BEFORE_READ));
    assertEquals(1, count(result, PipelineMetrics.LOST_RANGES));
  }

  @Test
  void everyRecordHasOneOutputWhateverItsNeighborsHold(TestPipeline pipeline) {
    List<SourceRecord> records = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      records.add(mixed(i));
    }

    PCollectionTuple decoded = decoded(pipeline, records);

    PAssert.that(decoded.get(DecodeEvents.EVENTS))
        .satisfies(
            events -> {
              List<Long> offsets = new ArrayList<>();
              for (Event event : events) {
                long offset = event.origin().offset();
                assertEquals(mixed(offset), event.origin());
                assertEquals("e" + offset, event.row().getString("id"));
                assertEquals(
                    java.time.Instant.ofEpochMilli(NOW.getMillis()),
                    event.row().getValue("ingestion_time"));
                offsets.add(offset);
              }
              assertEquals(offsets(0), offsets.stream().sorted().toList());
              return null;
            });
    PAssert.that(decoded.get(DecodeEvents.DEAD))
        .satisfies(
            letters -> {
              List<Long> truncated = new ArrayList<>();
              List<Long> tombstones = new ArrayList<>();
              for (DeadLetter letter : letters) {
                long offset = letter.origin().offset();
                assertEquals(mixed(offset), letter.origin());
                assertEquals("DecodeEvents", letter.stage());
                assertEquals("small", letter.contract());
                assertEquals("pipeline-1", letter.consumer());
                assertEquals(NOW.getMillis(), letter.firstSeenMillis());
                (letter.code() == DeadLetterCode.TRUNCATED ? truncated : tombstones).add(offset);
              }
              assertEquals(offsets(1), truncated.stream().sorted().toList());
              assertEquals(offsets(2), tombstones.stream().sorted().toList());
              return null;
            });
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    assertEquals(300, count(result, PipelineMetrics.READ));
  }

  /** Decodes a record like a source that needs the event time. */
  private static final class ReadDecoded extends DoFn<Long, SourceRecord> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void read(@Element Long offset, OutputReceiver<SourceRecord> out) {
      SourceRecord record = record(offset, GOOD.formatted("a", "2026-03-01T12:00:00Z"));
      RecordDecoder decoder = RecordDecoder.compile(TestEvents.CONTRACT, () -> offset);
      out.output(
          new SourceRecord(
              record.topic(),
              record.partition(),
              record.offset(),
              record.key(),
              record.value(),
              record.headers(),
              record.recordTimeMillis(),
              record.arrivalWatermarkMillis(),
              new EventTimeReader(decoder).latest(record)));
    }
  }

  @Test
  void doesNotDecodeAgainWhatTheSourceDecoded(TestPipeline pipeline) {
    // As in production; otherwise coders copy elements between steps.
    pipeline.getOptions().as(DirectOptions.class).setEnforceEncodability(false);
    PCollection<Event> events =
        pipeline
            .apply(Create.of(5L))
            .apply(ParDo.of(new ReadDecoded()))
            .setCoder(SourceRecordCoder.of())
            .apply(
                DecodeEvents.of(
                    TestEvents.CONTRACT,
                    DeadLetterFactory.of(TestEvents.CONTRACT, "c", () -> 0),
                    () -> 0))
            .get(DecodeEvents.EVENTS);

    PAssert.that(events)
        .satisfies(
            found -> {
              Event event = found.iterator().next();
              assertEquals("a", event.row().getString("id"));
              assertEquals(record(5, GOOD.formatted("a", "2026-03-01T12:00:00Z")), event.origin());
              // The clock of the source, not of this step
              assertEquals(
                  java.time.Instant.ofEpochMilli(5), event.row().getValue("ingestion_time"));
              return null;
            });
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    assertEquals(1, count(result, PipelineMetrics.READ));
  }

  private static List<Long> offsets(long remainder) {
    List<Long> offsets = new ArrayList<>();
    for (long i = remainder; i < 300; i += 3) {
      offsets.add(i);
    }
    return offsets;
  }

  @Test
  void stampsEventsWithTheEventTimeOrTheArrivalWatermark(TestPipeline pipeline) {
    PCollectionTuple decoded =
        decoded(
            pipeline,
            List.of(
                record(0, GOOD.formatted("before", "1950-01-01T00:00:00Z")),
                record(1, GOOD.formatted("same", "2026-03-01T12:00:00Z")),
                record(2, GOOD.formatted("ahead", "2262-01-01T00:00:00+01:00")),
                record(3, "[]")));

    PCollection<KV<String, Long>> events =
        decoded.get(DecodeEvents.EVENTS).apply("StampEvents", ParDo.of(new Stamp<>()));
    PCollection<KV<String, Long>> dead =
        decoded.get(DecodeEvents.DEAD).apply("StampDead", ParDo.of(new Stamp<>()));

    PAssert.that(events)
        .containsInAnyOrder(
            List.of(
                KV.of("before", ARRIVAL.getMillis()),
                KV.of("same", ARRIVAL.getMillis()),
                KV.of("ahead", Instant.parse("2261-12-31T23:00:00Z").getMillis())));
    PAssert.that(dead).containsInAnyOrder(List.of(KV.of("not_an_object", ARRIVAL.getMillis())));
    pipeline.run().waitUntilFinish();
  }

  @Test
  void decodesRecordsBeforeTheFirstWatermark(TestPipeline pipeline) {
    SourceRecord record = record(0, GOOD.formatted("a", "2026-03-01T12:00:00Z"));
    PCollection<Event> events =
        pipeline
            .apply(
                Create.timestamped(TimestampedValue.of(record, BoundedWindow.TIMESTAMP_MIN_VALUE))
                    .withCoder(SourceRecordCoder.of()))
            .apply(
                DecodeEvents.of(
                    TestEvents.CONTRACT,
                    DeadLetterFactory.of(TestEvents.CONTRACT, "c", () -> 0),
                    () -> 0))
            .get(DecodeEvents.EVENTS);

    PAssert.that(events.apply(ParDo.of(new Stamp<>())))
        .containsInAnyOrder(List.of(KV.of("a", ARRIVAL.getMillis())));
    pipeline.run().waitUntilFinish();
  }

  @Test
  void setsCoders(TestPipeline pipeline) {
    PCollectionTuple decoded = decoded(pipeline, List.of(record(0, null)));

    assertEquals(
        EventCoder.of(TestEvents.CONTRACT.schema()), decoded.get(DecodeEvents.EVENTS).getCoder());
    assertEquals(DeadLetterCoder.of(), decoded.get(OutcomeTags.DEAD).getCoder());
    pipeline.run().waitUntilFinish();
  }
}
