package io.millrace.transforms;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import java.util.List;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Records that hold many events take no more memory than a few times their size. */
@ExtendWith(TestPipelineExtension.class)
class DecodeElementsTest {
  private static final Contract CONTRACT =
      ContractLoader.parse(
          """
          contract: c
          version: 1
          events: {path: events}
          limits: {max_bytes: 2000, max_record_bytes: 2000}
          fields: {at: {type: timestamp, format: epoch_s, required: true}}
          event_time: {field: at}
          identity: [at]
          unknown_fields: {column: extra, as: json}
          tables: {normal: {name: t}}
          """,
          "c.yaml");

  private static SourceRecord record(int offset, int around, int events) {
    StringBuilder json = new StringBuilder("{\"x\":\"" + "x".repeat(around) + "\",\"events\":[");
    for (int i = 0; i < events; i++) {
      json.append(i == 0 ? "" : ",").append("{\"at\":").append(i).append('}');
    }
    byte[] value = json.append("]}").toString().getBytes(UTF_8);
    return new SourceRecord("t", 0, offset, null, value, List.of(), 0, 0);
  }

  @Test
  void whatIsAroundManyEventsIsBounded(TestPipeline pipeline) {
    PCollectionTuple decoded =
        pipeline
            .apply(
                Create.of(record(0, 1_000, 7), record(1, 1_000, 8), record(2, 10, 100))
                    .withCoder(SourceRecordCoder.of()))
            .apply(
                DecodeEvents.of(CONTRACT, DeadLetterFactory.of(CONTRACT, "p", () -> 0), () -> 0));

    PAssert.that(
            decoded
                .get(DecodeEvents.DEAD)
                .apply(
                    "Dead",
                    MapElements.into(TypeDescriptors.strings())
                        .via((DeadLetter l) -> l.origin() + " " + l.code().label())))
        .containsInAnyOrder("t/0@1 too_large");
    PAssert.that(
            decoded
                .get(DecodeEvents.EVENTS)
                .apply(
                    "Events",
                    MapElements.into(TypeDescriptors.longs())
                        .via((Event e) -> e.origin().offset())))
        .satisfies(
            offsets -> {
              int[] counts = new int[3];
              offsets.forEach(offset -> counts[(int) (long) offset]++);
              if (counts[0] != 7 || counts[1] != 0 || counts[2] != 100) {
                throw new AssertionError(java.util.Arrays.toString(counts));
              }
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  private static SourceRecord element(int number, String json) {
    return record(0, 10, 0)
        .element(
            number,
            5,
            json.getBytes(UTF_8),
            List.of(new SourceRecord.Header(DeadLetterFactory.ELEMENT_HEADER, new byte[] {'9'})));
  }

  @Test
  void anElementThatIsReplayedAtItsPlaceKeepsItsNumber(TestPipeline pipeline) {
    PCollectionTuple decoded =
        pipeline
            .apply(
                Create.of(element(3, "{\"at\":1}"), element(4, "{\"at\":true}"))
                    .withCoder(SourceRecordCoder.of()))
            .apply(
                DecodeEvents.of(CONTRACT, DeadLetterFactory.of(CONTRACT, "p", () -> 0), () -> 0));

    PAssert.that(
            decoded
                .get(DecodeEvents.EVENTS)
                .apply(
                    "Events",
                    MapElements.into(TypeDescriptors.strings())
                        .via((Event e) -> e.origin() + " of " + e.origin().elements())))
        .containsInAnyOrder("t/0@0#3 of 5");
    PAssert.that(
            decoded
                .get(DecodeEvents.DEAD)
                .apply(
                    "Dead",
                    MapElements.into(TypeDescriptors.strings())
                        .via((DeadLetter l) -> l.origin() + " of " + l.origin().elements())))
        .containsInAnyOrder("t/0@0#4 of 5");
    pipeline.run().waitUntilFinish();
  }
}
