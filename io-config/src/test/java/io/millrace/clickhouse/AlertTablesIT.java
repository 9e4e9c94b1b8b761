package io.millrace.clickhouse;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import io.millrace.alert.JudgeAlerts;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.contract.Alerts;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.fixtures.LocalClickHouseExtension;
import io.millrace.local.clickhouse.LocalClickHouse;
import io.millrace.rollup.RollupRow;
import io.millrace.rollup.RollupRowCoder;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The table of alerts and its views in a real ClickHouse. */
@ExtendWith(LocalClickHouseExtension.class)
class AlertTablesIT {
  private static final Contract CONTRACT =
      ContractLoader.parse(
          """
          contract: shop
          fields: {at: {type: timestamp, required: true}}
          event_time: {field: at}
          identity: [at]
          rollups: {r: {window: {fixed: 1m}, measures: {n: {type: count}}}}
          tables: {alerts: {ttl: 36500d}}
          alerts: {busy: {on: r, when: n > 1}}
          """,
          "shop.yaml");

  private static ClickHouseSink sink(LocalClickHouse server, String database) {
    return ClickHouseSink.of(
        ClickHouseConfig.of(server.address(), database),
        CONTRACT,
        DeadLetterFactory.of(CONTRACT, "test", Clock.system()),
        Clock.system());
  }

  private static RollupRow change(
      String group,
      String change,
      int minute,
      String state,
      @Nullable Integer since,
      long revision,
      boolean revoked) {
    return new RollupRow(
        CONTRACT.alerts().table(),
        Row.withSchema(Alerts.schema())
            .attachValues(
                Arrays.asList(
                    "busy",
                    group,
                    change,
                    at(minute),
                    state,
                    since == null ? null : at(since),
                    revision > 0,
                    revoked,
                    revision,
                    at(minute - 1),
                    at(minute),
                    Map.of("severity", "page"),
                    "summary " + minute,
                    at(minute))));
  }

  private static Instant at(int minute) {
    return Instant.parse("2026-03-01T10:00:00Z").plusSeconds(60L * minute);
  }

  private static void write(ClickHouseSink sink, RollupRow... rows) {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PCollectionTuple.of(
            JudgeAlerts.CHANGES,
            pipeline.apply(Create.of(Arrays.asList(rows)).withCoder(RollupRowCoder.of(CONTRACT))))
        .apply(sink.write());
    pipeline.run().waitUntilFinish();
  }

  @Test
  void theGreatestRevisionAndTheLatestChangeAreSeen(LocalClickHouse server) {
    ClickHouseSink sink = sink(server, "alerts");
    sink.prepare();
    assertThat("a table that was created fits", sink.check(), is(empty()));
    write(
        sink,
        change("[\"a\"]", "firing", 1, "firing", 1, 0, false),
        change("[\"a\"]", "resolved", 3, "inactive", 1, 0, false),
        change("[\"b\"]", "firing", 2, "firing", 2, 0, false));
    // Written again by a replay, and then corrected.
    write(
        sink,
        change("[\"b\"]", "firing", 2, "firing", 2, 0, false),
        change("[\"a\"]", "firing", 1, "inactive", 1, 1, true),
        change("[\"a\"]", "resolved", 3, "inactive", 1, 1, true));
    write(sink, change("[\"a\"]", "firing", 1, "firing", 1, 0, false));
    assertThat(
        server.query(
            "SELECT group_key, change, revision, revoked, labels['severity'] FROM"
                + " alerts.shop_alerts_exact ORDER BY group_key, changed_at"),
        is(
            """
            ["a"]\tfiring\t1\ttrue\tpage
            ["a"]\tresolved\t1\ttrue\tpage
            ["b"]\tfiring\t0\tfalse\tpage
            """));
    assertThat(
        server.query(
            "SELECT group_key, latest_state, latest_firing_since, latest_summary FROM"
                + " alerts.shop_alerts_current ORDER BY group_key"),
        is(
            """
            ["a"]\tinactive\t2026-03-01 10:01:00.000\tsummary 3
            ["b"]\tfiring\t2026-03-01 10:02:00.000\tsummary 2
            """));
  }

  @Test
  void anExistingDatabaseGetsTheTable(LocalClickHouse server) {
    ClickHouseSink sink = sink(server, "grown");
    sink.prepare();
    server.query("DROP VIEW grown.shop_alerts_current");
    server.query("DROP VIEW grown.shop_alerts_exact");
    server.query("DROP TABLE grown.shop_alerts");
    assertThat(sink.migrate(false, change -> {}).changes().isEmpty(), is(false));
    assertThat(server.query("SELECT count() FROM grown.shop_alerts_current"), is("0\n"));
  }
}
