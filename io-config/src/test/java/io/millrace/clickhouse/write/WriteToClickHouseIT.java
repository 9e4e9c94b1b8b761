package io.millrace.clickhouse.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.millrace.clickhouse.ClickHouseSink;
import io.millrace.clickhouse.client.Batching;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.clickhouse.client.ClickHouseConfig.OnOperatorError;
import io.millrace.clickhouse.encoding.ValueEncoders;
import io.millrace.clickhouse.write.TableWriter.Tools;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.LostRange;
import io.millrace.event.OutcomeTags;
import io.millrace.event.PipelineMetrics;
import io.millrace.event.SourceRecord;
import io.millrace.fixtures.LocalClickHouseExtension;
import io.millrace.fixtures.TestEvents;
import io.millrace.io.FreshnessHistogram;
import io.millrace.io.WriteResult;
import io.millrace.local.clickhouse.LocalClickHouse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({TestPipelineExtension.class, LocalClickHouseExtension.class})
class WriteToClickHouseIT {
  private static final Contract CONTRACT = TestEvents.queryEvents();
  private static final DeadLetterFactory DEAD_LETTERS =
      DeadLetterFactory.of(CONTRACT, "test", Clock.system());

  /** How often a worker has waited: workers are threads of this JVM. */
  private static final AtomicInteger WAITS = new AtomicInteger();

  private static ClickHouseSink sink(LocalClickHouse server, String database, Batching batching) {
    ClickHouseSink sink =
        ClickHouseSink.of(
            ClickHouseConfig.of(server.address(), database).withBatching(batching),
            CONTRACT,
            DEAD_LETTERS,
            Clock.system());
    sink.prepare();
    return sink;
  }

  private static long counter(PipelineResult result, String name) {
    long sum = 0;
    for (MetricResult<Long> counter :
        result
            .metrics()
            .queryMetrics(
                MetricsFilter.builder()
                    .addNameFilter(MetricNameFilter.named(PipelineMetrics.NAMESPACE, name))
                    .build())
            .getCounters()) {
      sum += counter.getCommitted();
    }
    return sum;
  }

  private static long number(LocalClickHouse server, String query) {
    return Long.parseLong(server.query(query).strip());
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat("still waiting", System.nanoTime() < deadline);
      Thread.sleep(20);
    }
  }

  private static long parts(LocalClickHouse server, String database, String table) {
    return number(
        server,
        "SELECT count() FROM system.parts WHERE active AND table = '"
            + table
            + "' AND database = '"
            + database
            + "'");
  }

  /** Without merges, the parts of both tables are the inserts: all rows are of one day. */
  private static void stopMerges(LocalClickHouse server, String database) {
    server.query("SYSTEM STOP MERGES " + database + ".sink_output");
    server.query("SYSTEM STOP MERGES " + database + ".audit_batches");
  }

  /** Each record has one entry in the audit table. */
  private static void assertAudited(
      LocalClickHouse server, String database, PipelineResult result, int rows) {
    assertThat(
        server.query("SELECT count(), uniqExact(partition, offset) FROM " + database + ".audit"),
        is(rows + "\t" + rows + "\n"));
    assertThat(counter(result, "audited"), is((long) rows));
  }

  /** Rows in the raw table, different rows in it, rows in the exact view: all the same. */
  private static void assertExactlyOnce(LocalClickHouse server, String database, int rows) {
    String from = " FROM " + database + ".sink_output";
    assertThat(
        server.query("SELECT count(), uniqExact(query_id), sum(duration_ms)" + from),
        is(rows + "\t" + rows + "\t" + (long) rows * (rows - 1) / 2 + "\n"));
    assertThat(number(server, "SELECT count()" + from + "_exact"), is((long) rows));
  }

  @Test
  void manySmallBundlesAreFewInserts(LocalClickHouse server, TestPipeline pipeline) {
    int rows = 100_000;
    TestEvents events = TestEvents.withText(300);
    // Old enough for the slowest computer: data is plentiful for as long as it runs.
    ClickHouseSink sink =
        sink(
            server,
            "plenty",
            new Batching(Batching.Mode.STATE, 50_000, 64 << 20, Duration.ofMinutes(10), 64L << 20));
    stopMerges(server, "plenty");
    PCollectionTuple.of(
            OutcomeTags.ACCEPTED, TestEvents.grouped(pipeline.apply(events.inSmallBundles(rows))))
        .apply(sink.write());
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();

    assertExactlyOnce(server, "plenty", rows);
    long inserts = counter(result, SinkMetrics.INSERTS);
    assertThat(inserts, is(allOf(greaterThanOrEqualTo(2L), lessThanOrEqualTo(10L))));
    // All events are of one day, so one insert makes one part.
    long auditParts = parts(server, "plenty", "audit_batches");
    assertThat(auditParts, is(lessThanOrEqualTo(5L)));
    assertThat(parts(server, "plenty", "sink_output") + auditParts, is(inserts));
    assertThat(counter(result, "accepted"), is((long) rows));
    // Every row and its row in the audit.
    assertThat(counter(result, SinkMetrics.ROWS), is(2L * rows));
    assertAudited(server, "plenty", result, rows);
    assertThat(counter(result, SinkMetrics.RETRIES), is(0L));
    assertThat(counter(result, SinkMetrics.BYTES), is(greaterThan(rows * 600L)));
    // A past event time: every row is counted, in the bucket without a bound.
    assertThat(counter(result, FreshnessHistogram.COUNTER_PREFIX + "inf"), is((long) rows));
  }

  @Test
  void aBundleIsABatchIfAskedFor(LocalClickHouse server, TestPipeline pipeline) {
    int rows = 2_000;
    ClickHouseSink sink = sink(server, "bundles", Batching.DEFAULT.withMode(Batching.Mode.BUNDLE));
    stopMerges(server, "bundles");
    PCollectionTuple.of(
            OutcomeTags.ACCEPTED,
            TestEvents.grouped(pipeline.apply(TestEvents.withText(10).inSmallBundles(rows))))
        .apply(sink.write());
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    assertExactlyOnce(server, "bundles", rows);
    long parts = parts(server, "bundles", "sink_output");
    assertThat(
        counter(result, SinkMetrics.INSERTS),
        is(parts + parts(server, "bundles", "audit_batches")));
    assertThat(parts, is(greaterThan(5L)));
    assertAudited(server, "bundles", result, rows);
  }

  @Test
  void everyOutcomeHasItsTable(LocalClickHouse server, TestPipeline pipeline) {
    TestEvents events = TestEvents.withText(10);
    ClickHouseSink sink = sink(server, "outcomes", Batching.DEFAULT);
    PCollectionTuple.of(
            OutcomeTags.ACCEPTED,
            TestEvents.grouped(
                pipeline.apply("a", Create.of(events.event(1)).withCoder(events.coder()))))
        .and(
            OutcomeTags.ERROR,
            TestEvents.grouped(
                pipeline.apply("e", Create.of(events.failed(2)).withCoder(events.coder()))))
        .and(
            OutcomeTags.LATE,
            TestEvents.grouped(
                pipeline.apply("l", Create.of(events.late(3, 77)).withCoder(events.coder()))))
        .and(
            OutcomeTags.DUPLICATE,
            TestEvents.grouped(
                pipeline.apply("r", Create.of(events.event(6)).withCoder(events.coder()))))
        .and(
            OutcomeTags.DEAD,
            pipeline.apply(
                "d",
                Create.of(
                        DEAD_LETTERS.create(
                            TestEvents.origin(4, 5),
                            DeadLetterCode.EMPTY,
                            "nothing there",
                            "DecodeEvents"))
                    .withCoder(DeadLetterCoder.of())))
        .and(
            OutcomeTags.LOST,
            pipeline.apply(
                "g",
                Create.of(new LostRange("queries", 1, 100, 2_499, TestEvents.BASE_TIME))
                    .withCoder(LostRange.Coder.of())))
        .apply(sink.write());
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    assertThat(
        server.query("SELECT query_id, duration_ms FROM outcomes.sink_output"), is("q-1\t1\n"));
    assertThat(
        server.query("SELECT query_id, error FROM outcomes.error_events"), is("q-2\tfailed\n"));
    assertThat(
        server.query("SELECT query_id, late_by_ms FROM outcomes.late_events"), is("q-3\t77\n"));
    assertThat(
        server.query("SELECT offset, code, message, stage FROM outcomes.dead_letters"),
        is("4\tempty\tnothing there\tDecodeEvents\n"));
    for (String outcome : List.of("accepted", "error", "late", "dead")) {
      assertThat(outcome, counter(result, outcome), is(1L));
    }
    assertThat(
        server.query(
            "SELECT contract, topic, partition, offset, toUnixTimestamp64Milli(record_time) - "
                + TestEvents.BASE_TIME
                + ", outcome, written_at > now() - INTERVAL 1 HOUR FROM outcomes.audit_exact"
                + " ORDER BY offset"),
        is(
            "query-events\tqueries\t1\t1\t1\taccepted\t1\n"
                + "query-events\tqueries\t2\t2\t2\terror\t1\n"
                + "query-events\tqueries\t0\t3\t3\tlate\t1\n"
                + "query-events\tqueries\t1\t4\t4\tdead\t1\n"
                + "query-events\tqueries\t0\t6\t6\tduplicate\t1\n"));
    assertThat(
        server.query(
            "SELECT topic, toUnixTimestamp(minute), sum(records) FROM outcomes.audit_per_minute"
                + " GROUP BY 1, 2"),
        is("queries\t" + TestEvents.BASE_TIME / 1000 + "\t5\n"));
    assertThat(
        "a range is no record: it is in no count",
        server.query(
            "SELECT contract, topic, partition, first_offset, last_offset, detected_at ="
                + " fromUnixTimestamp64Milli("
                + TestEvents.BASE_TIME
                + ") FROM outcomes.audit_lost_exact"),
        is("query-events\tqueries\t1\t100\t2499\t1\n"));
    assertThat(counter(result, PipelineMetrics.LOST_RANGES_AUDITED), is(1L));
    assertAudited(server, "outcomes", result, 5);
  }

  @Test
  void exactlyTheBadRowsAreDeadLetters(LocalClickHouse server, TestPipeline pipeline) {
    TestEvents events = TestEvents.withText(10);
    ClickHouseSink sink = sink(server, "constrained", Batching.DEFAULT);
    server.query(
        "ALTER TABLE constrained.sink_output ADD CONSTRAINT small CHECK query_text != 'a secret'");
    List<Event> all = new ArrayList<>();
    for (int n = 0; n < 1000; n++) {
      boolean bad = n == 0 || n == 500 || n == 501;
      all.add(events.event(n, TestEvents.BASE_TIME + n, bad ? "a secret" : events.queryText(n)));
    }
    all.set(999, events.event(999, ValueEncoders.MAX_TIME + 1, "too late"));
    WriteResult first =
        PCollectionTuple.of(
                OutcomeTags.ACCEPTED,
                TestEvents.grouped(pipeline.apply(Create.of(all).withCoder(events.coder()))))
            .apply("WriteOutcomes", sink.write());
    PCollectionTuple.of(OutcomeTags.DEAD, first.refused()).apply("WriteRefused", sink.write());
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();

    assertThat(
        server.query("SELECT count(), uniqExact(query_id) FROM constrained.sink_output"),
        is("996\t996\n"));
    StringBuilder expected = new StringBuilder();
    for (int n : new int[] {0, 500, 501, 999}) {
      SourceRecord origin = TestEvents.origin(n, 10);
      HexFormat hex = HexFormat.of().withUpperCase();
      expected.append(n).append('\t').append(hex.formatHex(origin.key()));
      expected.append('\t').append(hex.formatHex(origin.value()));
      expected.append("\tFE\trefused_by_sink\tWriteToClickHouse\n");
    }
    assertThat(
        server.query(
            "SELECT offset, hex(key), hex(value), hex(headers['h']), code, stage"
                + " FROM constrained.dead_letters ORDER BY offset"),
        is(expected.toString()));
    assertThat(
        number(
            server, "SELECT count() FROM constrained.dead_letters WHERE message LIKE '%secret%'"),
        is(0L));
    assertThat(
        number(
            server, "SELECT count() FROM constrained.dead_letters WHERE message LIKE '%`small`%'"),
        is(3L));
    assertThat(counter(result, "accepted"), is(996L));
    assertThat(counter(result, "dead"), is(4L));
    assertThat(counter(result, SinkMetrics.REFUSED), is(3L));
    assertThat(
        server.query(
            "SELECT outcome, count(), sumIf(offset, outcome = 'dead') FROM constrained.audit_exact"
                + " GROUP BY 1 ORDER BY 1"),
        is("accepted\t996\t0\ndead\t4\t2000\n"));
    assertAudited(server, "constrained", result, 1000);
  }

  @Test
  void rowsWaitForAServerThatIsKilled(LocalClickHouse server, TestPipeline pipeline)
      throws Exception {
    int rows = 30_000;
    Batching batching =
        new Batching(Batching.Mode.STATE, 1000, 64 << 20, Duration.ofSeconds(2), 64L << 20);
    sink(server, "killed", batching);
    ClickHouseConfig config = ClickHouseConfig.of(server.address(), "killed");
    WAITS.set(0);
    Tools tools =
        new Tools(
            () -> new HttpInsertClient(config),
            Clock.system(),
            millis -> {
              WAITS.incrementAndGet();
              Thread.sleep(Math.min(millis, 200));
            });
    PCollectionTuple.of(
            OutcomeTags.ACCEPTED,
            TestEvents.grouped(pipeline.apply(TestEvents.withText(50).inSmallBundles(rows))))
        .apply(
            WriteToClickHouse.of(
                CONTRACT, batching, OnOperatorError.WAIT, DEAD_LETTERS, tools, true, true));
    pipeline.getOptions().as(DirectOptions.class).setBlockOnRun(false);
    PipelineResult result = pipeline.run();
    try {
      await(() -> number(server, "SELECT count() FROM killed.sink_output") > 0);
      server.kill();
      await(() -> WAITS.get() >= 3);
    } finally {
      server.start();
    }
    result.waitUntilFinish();
    assertThat(
        server.query("SELECT count(), uniqExact(query_id) FROM killed.sink_output_exact"),
        is(rows + "\t" + rows + "\n"));
    assertThat(counter(result, "accepted"), is((long) rows));
    assertThat(number(server, "SELECT count() FROM killed.audit_exact"), is((long) rows));
    assertThat(counter(result, SinkMetrics.RETRIES), is(greaterThanOrEqualTo(3L)));
  }
}
