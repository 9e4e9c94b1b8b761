package io.millrace.bigquery;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import com.google.api.services.bigquery.model.TableRow;
import io.millrace.bigquery.client.BigQueryConfig;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Clock;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.OutcomeTags;
import io.millrace.fixtures.TestEvents;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Names of columns: those that BigQuery does not take, and those in capitals, which it does. */
@ExtendWith(TestPipelineExtension.class)
class BigQueryNamesTest {
  private static final String DECLARED =
      """
      contract: things
      version: 1
      format: json
      fields:
        Id: {type: string, required: true}
        eventTime: {type: timestamp, required: true}
      %s
      event_time: {field: eventTime}
      identity: [Id, eventTime]
      unknown_fields: {column: extra, as: map}
      tables:
        normal: {name: things, columns: [Id, eventTime, extra%s], order_by: [Id]}
        error: {name: things_error, columns: [Id, eventTime, extra]}
        late: {name: things_late, columns: [Id, eventTime, extra]}
        dead_letters: {name: things_dead}
      """;

  private static Contract things(String fields, String columns) {
    return ContractLoader.parse(DECLARED.formatted(fields, columns), "things.yaml");
  }

  @ParameterizedTest
  @EnumSource(BigQueryConfig.Method.class)
  void theEventTimeMayBeInCapitals(BigQueryConfig.Method method, TestPipeline p) throws Exception {
    Contract contract = things("", "");
    FakeBigQuery fake = FakeBigQuery.withDataset();
    Clock clock = () -> TestEvents.BASE_TIME + 60_000;
    BigQuerySink sink = fake.sink(fake.config(method, 0, null), contract, clock);
    sink.prepare();
    Event event =
        TestEvents.event(
            contract,
            Map.of("Id", "a", "eventTime", Instant.ofEpochMilli(TestEvents.BASE_TIME)),
            TestEvents.BASE_TIME,
            TestEvents.origin(7, 5));
    PCollectionTuple.of(
            OutcomeTags.ACCEPTED,
            TestEvents.grouped(
                p.apply(Create.of(event).withCoder(EventCoder.of(contract.schema())))))
        .apply("Write", sink.write());
    p.run().waitUntilFinish();
    List<TableRow> audit = fake.rows("audit");
    assertThat(audit.stream().map(row -> row.get("outcome")).toList(), contains("accepted"));
    assertThat(fake.rows("things").size(), is(1));
  }

  @Test
  void namesInsideOfRecordsAreLookedAtToo() throws Exception {
    Contract contract =
        things(
            "  steps: {type: array, items: {type: record, fields: {f: {type: string},"
                + " town: {type: string}, Town: {type: string}, millrace: {type: string},"
                + " _file_x: {type: string}}}}",
            ", steps");
    FakeBigQuery fake = FakeBigQuery.withDataset();
    assertThat(
        fake.sink(fake.config(), contract, Clock.system()).check(),
        containsInAnyOrder(
            containsString("table things: column `steps.f`: BigQuery's client cannot write it"),
            containsString(
                "column `steps.Town`: BigQuery does not distinguish it from `steps.town`"),
            containsString("column `steps._file_x`: BigQuery reserves such names")));
  }

  @Test
  void arraysOfArraysAreRefusedWithOneLineAColumn() throws Exception {
    Contract contract =
        things(
            "  grid: {type: array, items: {type: array, items: {type: int64}}}\n"
                + "  steps: {type: array, items: {type: record, fields: {deep: {type: array,"
                + " items: {type: array, items: {type: string}}}}}}\n"
                + "  flat: {type: array, items: {type: int64}}",
            ", grid, steps, flat");
    FakeBigQuery fake = FakeBigQuery.withDataset();
    assertThat(
        fake.sink(fake.config(), contract, Clock.system()).check(),
        contains(
            "contract, table things: column `grid`: BigQuery has no arrays of arrays; declare the"
                + " field as json, or leave it out of the table",
            "contract, table things: column `steps`: BigQuery has no arrays of arrays; declare the"
                + " field as json, or leave it out of the table"));
  }
}
