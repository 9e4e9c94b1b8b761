package io.millrace.bigquery;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import com.google.api.services.bigquery.model.TableRow;
import io.millrace.alert.JudgeAlerts;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.rollup.RollUpMetrics;
import io.millrace.rollup.RollupRow;
import io.millrace.rollup.RollupRowCoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TimestampedValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The changes of alerts, as they are judged, in their table of BigQuery. */
@ExtendWith(TestPipelineExtension.class)
class AlertsInBigQueryTest {
  private static final Contract CONTRACT =
      ContractLoader.parse(
          """
          contract: calls
          fields:
            id:     {type: int64, required: true}
            at:     {type: timestamp, required: true}
            shop:   {type: string, required: true}
            failed: {type: boolean, default: false}
          event_time: {field: at, bucket: 1m}
          identity: [id, at]
          error: failed == true
          rollups:
            rate: {window: {fixed: 1m}, group_by: [shop], measures: {rate: {type: error_rate}}}
          alerts:
            errors:
              on: rate
              when: rate > 0.5
              labels: {severity: page, team: "shop-{shop}"}
              summary: "{rate * 100.0} % of {events} calls failed"
          """,
          "calls.yaml");

  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

  private static TimestampedValue<RollupRow> result(int minute, String shop, double rate) {
    Instant start = START.plusSeconds(60L * minute);
    Row row =
        Row.withSchema(CONTRACT.rollups().get(0).schema())
            .attachValues(Arrays.asList(start, start.plusSeconds(60), shop, rate, 100L));
    return TimestampedValue.of(
        new RollupRow("rate", row),
        org.joda.time.Instant.ofEpochMilli(start.plusSeconds(60).toEpochMilli() - 1));
  }

  @Test
  void eachChangeIsARow(TestPipeline p) throws Exception {
    FakeBigQuery fake = FakeBigQuery.withDataset();
    BigQuerySink sink =
        fake.sink(fake.config(), CONTRACT, () -> START.plusSeconds(600).toEpochMilli());
    sink.prepare();
    PCollection<RollupRow> results =
        p.apply(
            Create.timestamped(
                    result(0, "a", 0.9),
                    result(0, "b", 0.1),
                    result(1, "a", 0.8),
                    result(1, "b", 0.2),
                    result(2, "a", 0.1),
                    result(2, "b", 0.6))
                .withCoder(RollupRowCoder.of(CONTRACT)));
    PCollectionTuple.of(RollUpMetrics.ROWS, results)
        .and(
            JudgeAlerts.CHANGES,
            results.apply("JudgeAlerts", JudgeAlerts.of(CONTRACT, () -> START.toEpochMilli())))
        .apply("Write", sink.write());
    p.run().waitUntilFinish();

    assertThat(fake.rows("rate").size(), is(6));
    Map<String, TableRow> byChange = new TreeMap<>();
    for (TableRow row : fake.rows("calls_alerts")) {
      byChange.put(row.get("group_key") + " " + row.get("change"), row);
    }
    assertThat(
        new ArrayList<>(byChange.keySet()),
        is(List.of("[\"a\"] firing", "[\"a\"] resolved", "[\"b\"] firing")));
    TableRow fired = byChange.get("[\"a\"] firing");
    assertThat(fired.get("alert"), is("errors"));
    assertThat(fired.get("state"), is("firing"));
    assertThat(String.valueOf(fired.get("revoked")), is("false"));
    assertThat(fired.get("summary"), is("90 % of 100 calls failed"));
    assertThat(String.valueOf(fired.get("changed_at")), containsString("10:01:00"));
    assertThat(
        String.valueOf(fired.get("labels")).replaceAll("[\\s\"\\\\]", ""),
        containsString("key=team,value=shop-a"));
    TableRow resolved = byChange.get("[\"a\"] resolved");
    assertThat(String.valueOf(resolved.get("changed_at")), containsString("10:03:00"));
    assertThat(String.valueOf(resolved.get("firing_since")), containsString("10:01:00"));
    assertThat(resolved.get("state"), is("inactive"));
  }
}
