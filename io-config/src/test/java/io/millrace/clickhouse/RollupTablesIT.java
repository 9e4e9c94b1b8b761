package io.millrace.clickhouse;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.contract.Contract;
import io.millrace.contract.Rollup;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import io.millrace.fixtures.LocalClickHouseExtension;
import io.millrace.fixtures.TestEvents;
import io.millrace.local.clickhouse.LocalClickHouse;
import io.millrace.rollup.RollUpMetrics;
import io.millrace.rollup.RollupRow;
import io.millrace.rollup.RollupRowCoder;
import io.millrace.transforms.DecodeEvents;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every kind of measure, and what whoever queries sees of results that replace each other. */
@ExtendWith(LocalClickHouseExtension.class)
class RollupTablesIT {
  private static final Contract CONTRACT =
      ContractLoader.parse(
          """
          contract: shop
          version: 1
          format: json
          fields:
            id: {type: string, required: true}
            kind: {type: string, low_cardinality: true}
            items: {type: int64}
            price: {type: decimal, precision: 18, scale: 4}
            weight: {type: float64}
            fault: {type: text}
            at: {type: timestamp, required: true}
          event_time: {field: at}
          identity: [id, at]
          error: {field: fault, is: present}
          unknown_fields: {column: extra, as: json}
          tables:
            normal: {name: sales, columns: [id, at, extra]}
            error: {name: failed_sales, columns: [id, at, extra]}
            late: {name: late_sales, columns: [id, at, extra]}
            dead_letters: {name: dead_sales}
          rollups:
            figures:
              window: {fixed: 5m}
              group_by: [kind]
              measures:
                all: {type: count}
                large: {type: count_if, field: items, is: present}
                failed: {type: error_rate}
                revenue: {type: sum, field: price}
                items: {type: sum, field: items}
                lightest: {type: min, field: weight}
                latest: {type: max, field: at}
                weight: {type: mean, field: weight}
                piece: {type: quantiles, field: items, at: [0.5]}
                buyers: {type: distinct, field: id}
            visits:
              window: {session: 2m}
              group_by: [id]
              measures: {n: {type: count}}
          """,
          "shop.yaml");

  private static ClickHouseSink sink(LocalClickHouse server, String database) {
    return ClickHouseSink.of(
        ClickHouseConfig.of(server.address(), database),
        CONTRACT,
        DeadLetterFactory.of(CONTRACT, "test", Clock.system()),
        Clock.system());
  }

  private static SourceRecord record(int offset, String json) {
    return new SourceRecord(
        "topic", 0, offset, null, json.getBytes(StandardCharsets.UTF_8), List.of(), 0, 0);
  }

  @Test
  void everyMeasureHasItsColumn(LocalClickHouse server) {
    ClickHouseSink sink = sink(server, "measures");
    sink.prepare();
    assertThat("a table that was created fits", sink.check(), is(empty()));
    List<SourceRecord> records =
        List.of(
            record(
                0,
                """
                {"id":"a","kind":"sale","items":3,"price":19.99,"weight":0.5,
                 "at":"2026-03-01T10:00:00Z"}"""),
            record(
                1,
                """
                {"id":"b","kind":"sale","items":9000000000000000000,"price":"0.0001","weight":1.5,
                 "fault":"x","at":"2026-03-01T10:04:59.999000001Z"}"""),
            record(2, "{\"id\":\"b\",\"kind\":\"sale\",\"at\":\"2026-03-01T10:01:00Z\"}"),
            record(3, "{\"id\":\"b\",\"at\":\"2026-03-01T10:05:00Z\"}"));
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PCollectionTuple decoded =
        pipeline
            .apply(Create.of(records).withCoder(SourceRecordCoder.of()))
            .apply(
                DecodeEvents.of(
                    CONTRACT, DeadLetterFactory.of(CONTRACT, "test", () -> 0), () -> 0));
    PCollection<RollupRow> rows =
        TestEvents.grouped(decoded.get(DecodeEvents.EVENTS)).apply(RollUpMetrics.of(CONTRACT, 2));
    PCollectionTuple.of(RollUpMetrics.ROWS, rows).apply(sink.write());
    pipeline.run().waitUntilFinish();

    assertThat(
        server
            .query(
                "SELECT window_start, kind, all, large, failed, revenue, items, lightest, latest,"
                    + " weight, round(piece_p50, -1), buyers, events FROM measures.figures_exact"
                    + " ORDER BY window_start")
            .lines()
            .toList(),
        contains(
            "2026-03-01 10:00:00.000\tsale\t3\t2\t0.3333333333333333\t19.9901\t9000000000000000003"
                + "\t0.5\t2026-03-01 10:04:59.999000001\t1\t0\t2\t3",
            "2026-03-01 10:05:00.000\t\t1\t0\t0\t0\t0\t\\N\t2026-03-01 10:05:00.000000000\t\\N\t\\N\t1"
                + "\t1"));
    assertThat(
        server.query("SELECT id, n FROM measures.visits_exact ORDER BY id, window_start"),
        is("a\t1\nb\t1\nb\t2\n"));
  }

  private static RollupRow visit(String start, String end, long events, boolean merged) {
    Rollup rollup = CONTRACT.rollups().get(1);
    return new RollupRow(
        rollup.table(),
        Row.withSchema(rollup.schema())
            .attachValues(
                new ArrayList<>(
                    Arrays.asList(
                        Instant.parse(start), Instant.parse(end), "a", events, events, merged))));
  }

  private static void write(ClickHouseSink sink, RollupRow... rows) {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PCollectionTuple.of(
            RollUpMetrics.ROWS,
            pipeline.apply(Create.of(Arrays.asList(rows)).withCoder(RollupRowCoder.of(CONTRACT))))
        .apply(sink.write());
    pipeline.run().waitUntilFinish();
  }

  /** Results arrive in any order and more than once, as after a restart; the greatest one shows. */
  @Test
  void theResultWithTheMostEventsIsSeen(LocalClickHouse server) {
    ClickHouseSink sink = sink(server, "replaced");
    sink.prepare();
    String ten = "2026-03-01T10:00:00Z";
    String three = "2026-03-01T10:03:00Z";
    String five = "2026-03-01T10:05:00Z";
    write(sink, visit(ten, "2026-03-01T10:02:00Z", 1, false), visit(three, five, 1, false));
    assertThat(
        server.query("SELECT n FROM replaced.visits_exact ORDER BY window_start"), is("1\n1\n"));
    write(sink, visit(three, five, 3, true), visit(ten, five, 3, false));
    assertThat(
        server.query("SELECT window_start, n FROM replaced.visits_exact"),
        is("2026-03-01 10:00:00.000\t3\n"));
    write(sink, visit(ten, "2026-03-01T10:02:00Z", 2, false), visit(three, five, 2, false));
    server.query("OPTIMIZE TABLE replaced.visits FINAL");
    assertThat(
        server.query("SELECT window_start, n FROM replaced.visits_exact"),
        is("2026-03-01 10:00:00.000\t3\n"));
  }

  /** A run that remembers nothing of the one before cannot take its rows back. */
  @Test
  void sessionsOfALostRunAreNotSeenBesideThoseThatHoldTheirEvents(LocalClickHouse server) {
    ClickHouseSink sink = sink(server, "lost");
    sink.prepare();
    String ten = "2026-03-01T10:00:00Z";
    String three = "2026-03-01T10:03:00Z";
    String six = "2026-03-01T10:06:00Z";
    write(
        sink,
        visit("2026-03-01T10:01:00Z", three, 1, false),
        visit("2026-03-01T10:03:30Z", "2026-03-01T10:05:30Z", 1, false),
        visit(six, "2026-03-01T10:08:00Z", 4, false));
    // With an event more at 10:00 and one at 10:02 the first two are one; the third is as before.
    write(sink, visit(ten, six, 4, false), visit(six, "2026-03-01T10:08:00Z", 4, false));
    assertThat(
        server.query("SELECT window_start, n FROM lost.visits_exact ORDER BY window_start"),
        is("2026-03-01 10:00:00.000\t4\n2026-03-01 10:06:00.000\t4\n"));
  }

  @Test
  void aTableThatWouldKeepTheWrongResultIsRefused(LocalClickHouse server) {
    server.query("CREATE DATABASE plain");
    server.query(
        "CREATE TABLE plain.visits (window_start DateTime64(3, 'UTC'), window_end DateTime64(3,"
            + " 'UTC'), id String, n Int64, events Int64, merged Bool) ENGINE = ReplacingMergeTree"
            + " PARTITION BY toYYYYMMDD(window_start) ORDER BY (id, window_start)");
    assertThat(
        sink(server, "plain").check(),
        contains(
            containsString("table plain.visits: engine: expected ReplacingMergeTree(events,")));
  }
}
