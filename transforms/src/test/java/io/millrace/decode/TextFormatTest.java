package io.millrace.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.PipelineMetrics;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import io.millrace.transforms.DecodeEvents;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The seam for formats, by one that is added here: this class and its line in the tests' {@code
 * META-INF/services} are all that it takes.
 */
@ExtendWith(TestPipelineExtension.class)
class TextFormatTest {
  private static final long RECORD_TIME = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
  private static final long NOW = Instant.parse("2026-03-02T00:00:00Z").toEpochMilli();

  private static final Contract CONTRACT =
      ContractLoader.parse(
          """
          contract: lines
          version: 1
          format: text
          limits: {max_bytes: 10}
          fields:
            at: {type: timestamp, required: true}
            line: {type: string, required: true}
            host: {type: string, default: unknown}
          event_time: {field: at}
          identity: [line, at]
          unknown_fields: {column: extra, as: json}
          tables:
            normal: {name: lines, columns: [at, line, host, extra]}
            late: {name: lines_late, columns: [at, line, host, extra]}
            dead_letters: {name: lines_dead}
          """,
          "lines.yaml");

  /** One event a line, which is the field {@code line}; its time is the record's. */
  public static final class TextFormat implements RecordDecoder.Factory {
    @Override
    public String name() {
      return "text";
    }

    @Override
    public boolean holdsMany() {
      return true;
    }

    @Override
    public RecordDecoder compile(Contract contract, Clock clock) {
      EventAssembler events = new EventAssembler(contract, clock);
      Utf8Validator utf8 = new Utf8Validator();
      int line = contract.indexOf("line");
      int time = contract.indexOf(contract.eventTime());
      return (record, receiver) -> {
        byte[] bytes = record.value();
        if (bytes == null) {
          throw new DecodeException(DeadLetterCode.TOMBSTONE, "expected lines, found a null body");
        } else if (utf8.check(bytes, 0) != Utf8Validator.Result.VALID) {
          throw new DecodeException(
              DeadLetterCode.NOT_UTF8, "expected UTF-8" + BodyHint.of(bytes, "text"));
        }
        int position = 0;
        for (int from = 0, to; from < bytes.length; from = to + 1, position++) {
          to = from;
          while (to < bytes.length && bytes[to] != '\n') {
            to++;
          }
          SourceRecord element = record.element(position, 0, Arrays.copyOfRange(bytes, from, to));
          try {
            if (to - from > contract.limits().maxBytes()) {
              throw new DecodeException(DeadLetterCode.TOO_LARGE, "line " + position);
            }
            @Nullable Object[] values = events.newValues();
            values[line] = new String(bytes, from, to - from, StandardCharsets.UTF_8);
            values[time] = Instant.ofEpochMilli(record.recordTimeMillis());
            receiver.event(events.event(values, "", element));
          } catch (DecodeException e) {
            receiver.dead(e, element);
          }
        }
        return position;
      };
    }
  }

  /** What a decoder hands over, in words. */
  private static final class Found implements RecordDecoder.Receiver {
    private final List<String> elements = new ArrayList<>();

    @Override
    public void event(Event event) {
      elements.add(event.origin().element() + ": " + event.row().getString("line"));
    }

    @Override
    public void dead(DecodeException reason, SourceRecord element) {
      String bytes = new String(element.value(), StandardCharsets.UTF_8);
      elements.add(element.element() + ": " + reason.code().label() + " " + bytes);
    }
  }

  private final RecordDecoder decoder = RecordDecoder.compile(CONTRACT, () -> NOW);
  private final Found found = new Found();

  private static SourceRecord record(long offset, String lines) {
    byte[] bytes = lines.getBytes(StandardCharsets.ISO_8859_1);
    return new SourceRecord("t", 0, offset, null, bytes, List.of(), RECORD_TIME, RECORD_TIME);
  }

  @Test
  void aRecordHoldsManyEventsAndABadOneIsDeadAlone() throws DecodeException {
    assertEquals(4, decoder.decode(record(0, "first\nmuch too long\nthird\nfourth"), found));
    assertEquals(
        List.of("0: first", "1: too_large much too long", "2: third", "3: fourth"), found.elements);
  }

  @Test
  void ofARecordThatCannotBeTakenApartNothingIsHandedOver() throws DecodeException {
    DecodeException e =
        assertThrows(
            DecodeException.class, () -> decoder.decode(record(0, "first\n\u00ff\n"), found));
    assertEquals(DeadLetterCode.NOT_UTF8, e.code());
    assertEquals(List.of(), found.elements);

    assertEquals(1, decoder.decode(record(1, "next"), found));
    assertEquals(List.of("0: next"), found.elements);
  }

  @Test
  void aRecordMayHoldNothing() throws DecodeException {
    assertEquals(0, decoder.decode(record(0, ""), found));
    assertEquals(List.of(), found.elements);
  }

  private static PCollectionTuple decoded(TestPipeline pipeline, SourceRecord... records) {
    return pipeline
        .apply(Create.of(List.of(records)).withCoder(SourceRecordCoder.of()))
        .apply(
            DecodeEvents.of(CONTRACT, DeadLetterFactory.of(CONTRACT, "p", () -> NOW), () -> NOW));
  }

  @Test
  void thePipelineDecodesByTheFormatOfTheContract(TestPipeline pipeline) {
    PCollectionTuple decoded =
        decoded(pipeline, record(0, "one\n"), record(1, "much too long"), record(2, "two"));
    PCollection<String> lines =
        decoded
            .get(DecodeEvents.EVENTS)
            .apply(
                "Lines",
                MapElements.into(TypeDescriptors.strings())
                    .via((Event e) -> e.row().getString("line") + " " + e.row().getValue("host")));
    PCollection<String> dead =
        decoded
            .get(DecodeEvents.DEAD)
            .apply(
                "Dead",
                MapElements.into(TypeDescriptors.strings())
                    .via((DeadLetter l) -> l.origin().offset() + " " + l.code().label()));

    PAssert.that(lines).containsInAnyOrder("one unknown", "two unknown");
    PAssert.that(dead).containsInAnyOrder("1 too_large");
    pipeline.run().waitUntilFinish();
  }

  @Test
  void thePipelineTakesRecordsApart(TestPipeline pipeline) {
    PCollectionTuple decoded =
        decoded(pipeline, record(7, "one\nmuch too long\ntwo"), record(8, ""));
    PCollection<String> events =
        decoded
            .get(DecodeEvents.EVENTS)
            .apply(
                "Events",
                MapElements.into(TypeDescriptors.strings()).via((Event e) -> told(e.origin())));
    PCollection<String> dead =
        decoded
            .get(DecodeEvents.DEAD)
            .apply(
                "Dead",
                MapElements.into(TypeDescriptors.strings())
                    .via((DeadLetter l) -> told(l.origin())));
    PCollection<String> empty =
        decoded
            .get(DecodeEvents.EMPTY)
            .apply(
                "Empty",
                MapElements.into(TypeDescriptors.strings()).via((SourceRecord r) -> r.toString()));

    PAssert.that(events).containsInAnyOrder("t/0@7#0 of 3: one", "t/0@7#2 of 3: two");
    PAssert.that(dead).containsInAnyOrder("t/0@7#1 of 3: much too long");
    PAssert.that(empty).containsInAnyOrder("t/0@8#0");
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    assertEquals(
        Map.of("read", 2L, "events", 3L, "empty_records", 1L, "dead_with_too_large", 1L),
        counters(result));
  }

  private static String told(SourceRecord origin) {
    return origin
        + " of "
        + origin.elements()
        + ": "
        + new String(origin.value(), StandardCharsets.UTF_8);
  }

  private static Map<String, Long> counters(PipelineResult result) {
    Map<String, Long> counters = new HashMap<>();
    result
        .metrics()
        .queryMetrics(MetricsFilter.builder().build())
        .getCounters()
        .forEach(
            counter -> {
              if (counter.getName().getNamespace().equals(PipelineMetrics.NAMESPACE)) {
                counters.merge(counter.getName().getName(), counter.getAttempted(), Long::sum);
              }
            });
    return counters;
  }
}
