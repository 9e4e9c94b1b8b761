package io.millrace.enrich;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.contract.Contract;
import io.millrace.contract.compatibility.Compatibility;
import io.millrace.contract.compatibility.ContractDiff;
import io.millrace.contract.export.ContractPage;
import io.millrace.contract.export.EventSchema;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.transforms.DecodeEvents;
import io.millrace.transforms.DecodingStep;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Derived columns are in the events that leave the decoder, and rules can use them. */
@ExtendWith(TestPipelineExtension.class)
class DeriveColumnsTest {
  private static final String FIELDS =
      """
      contract: c
      fields:
        at: {type: timestamp, format: epoch_s, required: true}
        id: {type: int64, required: true}
        path: {type: string}
        ms: {type: int64}
        tags: {type: map}
      event_time: {field: at}
      identity: [at, id]
      """;

  private static final String DERIVE =
      """
      derive:
        area: {value: "path.split('/')[1].lowerAscii()", low_cardinality: true}
        seconds: {value: ms / 1000, type: int32, on_error: dead}
        slow: seconds >= 5
        words: path.split('/')
        more: "{'area': area}"
      """;

  private static Contract contract(String more) {
    return ContractLoader.parse(FIELDS + more, "c.yaml");
  }

  private static SourceRecord record(int offset, String json) {
    String whole = "{\"at\": 5, \"id\": " + offset + json + "}";
    return new SourceRecord("t", 0, offset, null, whole.getBytes(UTF_8), List.of(), 0, 0);
  }

  private static PCollection<String> rows(String name, PCollection<Event> events) {
    return events.apply(
        name,
        MapElements.into(TypeDescriptors.strings())
            .via((Event event) -> event.origin().offset() + " " + shown(event.row())));
  }

  private static String shown(Row row) {
    List<String> all = new ArrayList<>();
    for (String name : row.getSchema().getFieldNames()) {
      if (!List.of("at", "id", "late_by_ms", "tags").contains(name)) {
        all.add(name + "=" + row.getValue(name));
      }
    }
    return String.join(" ", all);
  }

  @Test
  void addsColumnsBehindTheFields(TestPipeline pipeline) {
    PCollectionTuple decoded =
        DecodingStep.of(
            pipeline,
            contract(DERIVE),
            List.of(
                record(1, ", \"path\": \"/Cart/pay\", \"ms\": 5100, \"user\": 7"),
                record(2, ", \"ms\": 12"),
                record(3, ", \"path\": \"/x\"")));
    PAssert.that(rows("Events", decoded.get(DecodeEvents.EVENTS)))
        .containsInAnyOrder(
            "1 path=/Cart/pay ms=5100 area=cart seconds=5 slow=true words=[, Cart, pay]"
                + " more={area=cart} ingestion_time=1970-01-01T00:00:00.007Z extra={\"user\":7}",
            "2 path=null ms=12 area=null seconds=0 slow=false words=[] more={}"
                + " ingestion_time=1970-01-01T00:00:00.007Z extra=");
    PAssert.that(DecodingStep.letters(decoded))
        .containsInAnyOrder(
            "3 rule_failed derive.seconds: the expression has no value for this event, or one that"
                + " the column cannot hold");
    pipeline.run().waitUntilFinish();
  }

  @Test
  void filtersByDerivedColumns(TestPipeline pipeline) {
    PCollectionTuple decoded =
        DecodingStep.of(
            pipeline,
            contract("derive: {s: ms / 1000}\nfilter: {slow: s > 4}\n"),
            List.of(record(1, ", \"ms\": 5100"), record(2, ", \"ms\": 12"), record(3, "")));
    PAssert.that(rows("Filtered", DecodingStep.filtered(decoded)))
        .containsInAnyOrder(
            "1 path=null ms=5100 s=5 ingestion_time=1970-01-01T00:00:00.007Z extra=");
    PAssert.that(rows("Events", decoded.get(DecodeEvents.EVENTS)))
        .containsInAnyOrder(
            "2 path=null ms=12 s=0 ingestion_time=1970-01-01T00:00:00.007Z extra=",
            "3 path=null ms=null s=null ingestion_time=1970-01-01T00:00:00.007Z extra=");
    pipeline.run().waitUntilFinish();
  }

  /** A reader that has decoded a record already hands over its event without derived columns. */
  @Test
  void addsColumnsToEventsThatTheReaderDecoded() throws Exception {
    Contract contract = contract("derive: {s: ms / 1000}\n");
    List<Event> read = new ArrayList<>();
    RecordDecoder.compile(contract, () -> 0)
        .decode(
            record(1, ", \"ms\": 5100"),
            new RecordDecoder.Receiver() {
              @Override
              public void event(Event event) {
                read.add(event);
              }

              @Override
              public void dead(DecodeException reason, SourceRecord element) {
                throw new AssertionError(reason);
              }
            });
    assertThat(read.get(0).row().getSchema(), is(contract.decoded().schema()));
    EventEnricher enricher = EventEnricher.of(contract);
    Event enriched = enricher.enrich(read.get(0));
    assertThat(enriched.row().getSchema(), is(contract.schema()));
    assertThat(enriched.row().getInt64("s"), is(5L));
    assertThat(enriched.withValues(read.get(0).values()), is(read.get(0)));
  }

  @Test
  void isNothingWithoutAddedColumns() {
    assertThat(EventEnricher.of(contract("")), nullValue());
  }

  @Test
  void producersDoNotSeeDerivedColumns() {
    Contract without = contract("");
    Contract with = contract(DERIVE);
    assertThat(EventSchema.of(with), is(EventSchema.of(without)));
    assertThat(ContractDiff.of(without, with).compatibility(), is(Compatibility.FULL));
    String page = ContractPage.of(with);
    assertThat(
        page,
        containsString(
            """
            ## Derived columns

            | column | type | value | without a value |
            |---|---|---|---|
            | `area` | string | `path.split('/')[1].lowerAscii()` | null |
            | `seconds` | int32 | `ms / 1000` | dead letter |
            | `slow` | boolean | `seconds >= 5` | null |
            | `words` | array of string | `path.split('/')` | empty |
            """));
    assertThat(ContractPage.of(without), not(containsString("Derived")));
  }
}
