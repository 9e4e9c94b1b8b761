package io.millrace.bigquery;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import com.google.api.services.bigquery.model.TableRow;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.Event;
import io.millrace.event.OutcomeTags;
import io.millrace.fixtures.TestEvents;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestPipelineExtension.class)
class RoutesInBigQueryTest {
  private static final TestEvents EVENTS = TestEvents.withText(20);
  private static final Clock CLOCK = () -> TestEvents.BASE_TIME + 60_000;

  private static List<Object> column(List<TableRow> rows, String name) {
    return rows.stream().map(row -> row.get(name)).toList();
  }

  @Test
  void anAcceptedEventIsInTheTableOfItsRouteOnly(TestPipeline p) throws Exception {
    Contract routed =
        TestEvents.queryEvents(
            "tables:\n", "tables:\n  by: event_type\n  routes: [type1, type3]\n");
    FakeBigQuery fake = FakeBigQuery.withDataset();
    BigQuerySink sink = fake.sink(fake.config(), routed, CLOCK);
    sink.prepare();
    assertThat(sink.check(), is(empty()));
    List<Event> events = LongStream.range(0, 10).mapToObj(EVENTS::event).toList();
    PCollectionTuple.of(
            OutcomeTags.ACCEPTED,
            TestEvents.grouped(p.apply(Create.of(events).withCoder(EVENTS.coder()))))
        .apply("Write", sink.write());
    p.run().waitUntilFinish();

    assertThat(
        column(fake.rows("sink_output_type1"), "query_id"), containsInAnyOrder("q-1", "q-6"));
    assertThat(
        column(fake.rows("sink_output_type3"), "query_id"), containsInAnyOrder("q-3", "q-8"));
    assertThat(
        column(fake.rows("sink_output"), "query_id"),
        containsInAnyOrder("q-0", "q-2", "q-4", "q-5", "q-7", "q-9"));
    assertThat(
        column(fake.rows("audit"), "outcome"),
        is(events.stream().map(event -> (Object) "accepted").toList()));
  }
}
