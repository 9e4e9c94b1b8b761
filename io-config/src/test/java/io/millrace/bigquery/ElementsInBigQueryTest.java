package io.millrace.bigquery;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.OutcomeTags;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import io.millrace.fixtures.TestEvents;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The tables of a contract whose records hold many events. */
@ExtendWith(TestPipelineExtension.class)
class ElementsInBigQueryTest {
  private static final TestEvents EVENTS = TestEvents.withText(20);
  private static final Clock CLOCK = () -> TestEvents.BASE_TIME + 60_000;

  private static <T> PCollection<T> input(
      TestPipeline pipeline, String name, Coder<T> coder, List<T> elements) {
    return pipeline.apply(name, Create.of(elements).withCoder(coder));
  }

  @Test
  void eachElementOfARecordIsAudited(TestPipeline p) throws Exception {
    Contract many = TestEvents.queryEvents("format: json", "format: json\nevents: lines");
    FakeBigQuery fake = FakeBigQuery.withDataset();
    BigQuerySink sink = fake.sink(fake.config(), many, CLOCK);
    sink.prepare();
    assertThat(sink.check(), is(empty()));
    SourceRecord record = TestEvents.origin(6, 5);
    byte[] bytes = {'x'};
    Event event = EVENTS.event(6).withOrigin(record.element(0, 3, bytes));
    Event repeated = EVENTS.event(7).withOrigin(record.element(2, 3, bytes));
    DeadLetter dead =
        DeadLetterFactory.of(many, "test", CLOCK)
            .create(record.element(1, 3, bytes), DeadLetterCode.NOT_UTF8, "bad", "DecodeEvents");
    PCollectionTuple.of(
            OutcomeTags.ACCEPTED,
            TestEvents.grouped(
                input(p, "accepted", EVENTS.coder(), List.of(event, EVENTS.event(8)))))
        .and(
            OutcomeTags.DUPLICATE,
            TestEvents.grouped(input(p, "duplicate", EVENTS.coder(), List.of(repeated))))
        .and(OutcomeTags.DEAD, input(p, "dead", DeadLetterCoder.of(), List.of(dead)))
        .and(
            OutcomeTags.EMPTY,
            input(p, "empty", SourceRecordCoder.of(), List.of(TestEvents.origin(9, 0).empty())))
        .apply("Write", sink.write());
    p.run().waitUntilFinish();

    assertThat(
        fake.rows("audit").stream()
            .map(
                r ->
                    "%s %s: %s of %s"
                        .formatted(
                            r.get("offset"), r.get("outcome"), r.get("element"), r.get("elements")))
            .toList(),
        containsInAnyOrder(
            "6 accepted: 0 of 3",
            "6 dead: 1 of 3",
            "6 duplicate: 2 of 3",
            "8 accepted: null of null",
            "9 empty: 0 of 0"));
    assertThat(
        fake.rows("dead_letters").stream().map(r -> r.get("element").toString()).toList(),
        is(List.of("1")));
  }
}
