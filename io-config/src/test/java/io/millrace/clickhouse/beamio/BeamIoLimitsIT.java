package io.millrace.clickhouse.beamio;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.clickhouse.ClickHouseSink;
import io.millrace.clickhouse.beam.BeamClickHouseWrite;
import io.millrace.clickhouse.client.Batching;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.clickhouse.client.ClickHouseConfig.OnOperatorError;
import io.millrace.clickhouse.encoding.ValueEncoders;
import io.millrace.clickhouse.write.HttpInsertClient;
import io.millrace.clickhouse.write.TableWriter.Tools;
import io.millrace.clickhouse.write.WriteToClickHouse;
import io.millrace.event.Clock;
import io.millrace.event.Event;
import io.millrace.event.OutcomeTags;
import io.millrace.fixtures.LocalClickHouseExtension;
import io.millrace.fixtures.RecordingProxy;
import io.millrace.fixtures.TestEvents;
import io.millrace.io.WriteResult;
import io.millrace.local.clickhouse.LocalClickHouse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What Beam's ClickHouseIO does, unguarded, on the real engine, and beside it what Millrace's own
 * writer does with the same: why it is not the default. If one of these fails after ClickHouseIO
 * has been renewed, docs/beam-io.md has a limit less to tell of.
 */
@ExtendWith(LocalClickHouseExtension.class)
class BeamIoLimitsIT {
  /** How often a worker has waited: workers are threads of this JVM. */
  private static final AtomicInteger WAITS = new AtomicInteger();

  private static long parts(LocalClickHouse server, String database, String table) {
    return BeamIoRun.number(
        server,
        "SELECT count() FROM system.parts WHERE active AND table = '"
            + table
            + "' AND database = '"
            + database
            + "'");
  }

  private static long counter(PipelineResult result, String name) {
    long sum = 0;
    for (MetricResult<Long> counter :
        result
            .metrics()
            .queryMetrics(
                MetricsFilter.builder()
                    .addNameFilter(MetricNameFilter.named("millrace", name))
                    .build())
            .getCounters()) {
      sum += counter.getCommitted();
    }
    return sum;
  }

  @Test
  void limit1ABundleIsAnInsert(LocalClickHouse server) {
    int rows = 2_000;
    BeamIoRun.sink(server.address(), "limit1");
    server.query("CREATE TABLE limit1.beam (query_id String) ENGINE = MergeTree ORDER BY query_id");
    for (String table : List.of("beam", "sink_output", "audit_batches")) {
      server.query("SYSTEM STOP MERGES limit1." + table);
    }
    Schema schema = Schema.builder().addStringField("query_id").build();
    Pipeline pipeline = BeamIoRun.pipeline();
    PCollection<Event> events = pipeline.apply(TestEvents.withText(10).inSmallBundles(rows));
    events
        .apply(ParDo.of(new QueryId(schema)))
        .setRowSchema(schema)
        .apply(BeamIoRun.beam(server.address(), "limit1", "beam"));
    PCollectionTuple.of(OutcomeTags.ACCEPTED, TestEvents.grouped(events))
        .apply(
            ClickHouseSink.of(
                    ClickHouseConfig.of(server.address(), "limit1")
                        .withBatching(
                            new Batching(
                                Batching.Mode.STATE,
                                50_000,
                                64 << 20,
                                Duration.ofMinutes(10),
                                64L << 20)),
                    BeamIoRun.CONTRACT,
                    BeamIoRun.DEAD_LETTERS,
                    Clock.system())
                .write());
    pipeline.run().waitUntilFinish();
    assertThat(
        BeamIoRun.number(server, "SELECT uniqExact(query_id) FROM limit1.beam"), is((long) rows));
    assertThat(BeamIoRun.number(server, "SELECT count() FROM limit1.sink_output"), is((long) rows));
    // Bundles of about a hundred.
    assertThat(parts(server, "limit1", "beam"), is(greaterThan(10L)));
    assertThat(parts(server, "limit1", "sink_output"), is(1L));
  }

  private static final class QueryId extends DoFn<Event, Row> {
    private static final long serialVersionUID = 1L;

    private final Schema schema;

    private QueryId(Schema schema) {
      this.schema = schema;
    }

    @ProcessElement
    public void process(@Element Event event, OutputReceiver<Row> out) {
      out.output(Row.withSchema(schema).attachValues(List.of(event.row().getString("query_id"))));
    }
  }

  @Test
  void limit1ARefusedRowTakesAllOthersWithIt(LocalClickHouse server) {
    server.query("CREATE DATABASE beam_refused");
    server.query(
        "CREATE TABLE beam_refused.beam (n Int64, name String, CONSTRAINT small CHECK n < 100)"
            + " ENGINE = MergeTree ORDER BY n");
    RuntimeException thrown =
        assertThrows(
            RuntimeException.class,
            () ->
                BeamIoRun.writeByBeam(
                    BeamIoRun.beam(server.address(), "beam_refused", "beam"),
                    BeamIoRun.NUMBER_AND_NAME,
                    List.of(
                        BeamIoRun.row(BeamIoRun.NUMBER_AND_NAME, 1L, "a"),
                        BeamIoRun.row(BeamIoRun.NUMBER_AND_NAME, 100L, "b"),
                        BeamIoRun.row(BeamIoRun.NUMBER_AND_NAME, 2L, "c"))));
    assertThat(BeamIoRun.messages(thrown), containsString("469"));
    assertThat(BeamIoRun.number(server, "SELECT count() FROM beam_refused.beam"), is(0L));

    ClickHouseSink sink = BeamIoRun.sink(server.address(), "beam_refused");
    server.query(
        "ALTER TABLE beam_refused.sink_output ADD CONSTRAINT small CHECK duration_ms < 100");
    TestEvents events = TestEvents.withText(5);
    Pipeline pipeline = BeamIoRun.pipeline();
    WriteResult first =
        PCollectionTuple.of(
                OutcomeTags.ACCEPTED,
                TestEvents.grouped(
                    pipeline.apply(
                        Create.of(events.event(1), events.event(100), events.event(2))
                            .withCoder(events.coder()))))
            .apply("WriteOutcomes", sink.write());
    PCollectionTuple.of(OutcomeTags.DEAD, first.refused()).apply("WriteRefused", sink.write());
    pipeline.run().waitUntilFinish();
    assertThat(
        server.query("SELECT duration_ms FROM beam_refused.sink_output ORDER BY 1"), is("1\n2\n"));
    assertThat(server.query("SELECT offset FROM beam_refused.dead_letters"), is("100\n"));
  }

  @Test
  void limit2NoRetryWhenTheServerIsBusy(LocalClickHouse server) throws Exception {
    server.query("CREATE DATABASE beam_busy");
    // The second part is one too many: code 252, which passes by itself on a real server.
    String busy = " parts_to_throw_insert = 1, parts_to_delay_insert = 1";
    server.query(
        "CREATE TABLE beam_busy.beam (n Int64, name String) ENGINE = MergeTree ORDER BY n SETTINGS"
            + busy);
    server.query("SYSTEM STOP MERGES beam_busy.beam");
    server.query("INSERT INTO beam_busy.beam VALUES (0, '')");
    try (RecordingProxy proxy = new RecordingProxy(server.address())) {
      RuntimeException thrown =
          assertThrows(
              RuntimeException.class,
              () ->
                  BeamIoRun.writeByBeam(
                      BeamIoRun.beam(proxy.address(), "beam_busy", "beam"),
                      BeamIoRun.NUMBER_AND_NAME,
                      List.of(BeamIoRun.row(BeamIoRun.NUMBER_AND_NAME, 1L, "a"))));
      assertThat(BeamIoRun.messages(thrown), containsString("252"));
      // Once: what is repeated is the bundle, and that by the runner, if it does.
      assertThat(proxy.inserts(), hasSize(1));
    }
    assertThat(BeamIoRun.number(server, "SELECT count() FROM beam_busy.beam"), is(1L));

    BeamIoRun.sink(server.address(), "beam_busy");
    server.query("ALTER TABLE beam_busy.sink_output MODIFY SETTING" + busy);
    server.query("SYSTEM STOP MERGES beam_busy.sink_output");
    server.query(
        "INSERT INTO beam_busy.sink_output (query_id, event_time) VALUES ('first', '2026-03-01')");
    TestEvents events = TestEvents.withText(5);
    ClickHouseConfig config = ClickHouseConfig.of(server.address(), "beam_busy");
    WAITS.set(0);
    Tools tools =
        new Tools(
            () -> new HttpInsertClient(config),
            Clock.system(),
            millis -> {
              WAITS.incrementAndGet();
              Thread.sleep(Math.min(millis, 100));
            });
    PipelineOptions options = PipelineOptionsFactory.create();
    options.as(DirectOptions.class).setBlockOnRun(false);
    Pipeline pipeline = Pipeline.create(options);
    PCollectionTuple.of(
            OutcomeTags.ACCEPTED,
            TestEvents.grouped(
                pipeline.apply(Create.of(events.event(1)).withCoder(events.coder()))))
        .apply(
            WriteToClickHouse.of(
                BeamIoRun.CONTRACT,
                Batching.DEFAULT,
                OnOperatorError.WAIT,
                BeamIoRun.DEAD_LETTERS,
                tools,
                true,
                true));
    PipelineResult result = pipeline.run();
    await(() -> WAITS.get() >= 3);
    server.query(
        "ALTER TABLE beam_busy.sink_output MODIFY SETTING parts_to_throw_insert = 3000,"
            + " parts_to_delay_insert = 1000");
    result.waitUntilFinish();
    assertThat(
        server.query("SELECT query_id FROM beam_busy.sink_output ORDER BY 1"), is("first\nq-1\n"));
    assertThat(counter(result, "accepted"), is(1L));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat("still waiting", System.nanoTime() < deadline);
      Thread.sleep(20);
    }
  }

  @Test
  void limit3ABundleIsLostAndThePipelineSucceeds(LocalClickHouse server) throws Exception {
    server.query("CREATE DATABASE beam_lost");
    server.query(
        "CREATE TABLE beam_lost.beam (name String, n Int64) ENGINE = MergeTree ORDER BY n");
    Schema schema =
        Schema.builder()
            .addNullableField("name", FieldType.STRING)
            .addNullableField("n", FieldType.INT64)
            .build();
    List<Row> rows =
        List.of(
            BeamIoRun.row(schema, null, 1L),
            BeamIoRun.row(schema, "b", 2L),
            BeamIoRun.row(schema, "c", 3L));
    try (RecordingProxy proxy = new RecordingProxy(server.address())) {
      BeamIoRun.writeByBeam(BeamIoRun.beam(proxy.address(), "beam_lost", "beam"), schema, rows);
      assertThat(proxy.inserts().toString(), proxy.inserts(), hasSize(1));
      assertThat(proxy.inserts().get(0).status(), is(200));
    }
    // Three rows are gone and nobody knows; ours: the next test.
    assertThat(BeamIoRun.number(server, "SELECT count() FROM beam_lost.beam"), is(0L));
  }

  @Test
  void limit3APrefixIsCommittedAndRepeatedByARetry(LocalClickHouse server) {
    server.query("CREATE DATABASE prefix");
    server.query("CREATE TABLE prefix.beam (name String, n Int64) ENGINE = MergeTree ORDER BY n");
    Schema schema =
        Schema.builder()
            .addNullableField("name", FieldType.STRING)
            .addNullableField("n", FieldType.INT64)
            .build();
    List<Row> rows =
        List.of(
            BeamIoRun.row(schema, "a", 1L),
            BeamIoRun.row(schema, "b", 2L),
            BeamIoRun.row(schema, null, 3L),
            BeamIoRun.row(schema, "d", 4L));
    BeamClickHouseWrite write = BeamIoRun.beam(server.address(), "prefix", "beam");
    // A runner that repeats a bundle does the same once more. Whether the server has taken the rows
    // before the broken one by the time the connection breaks is a matter of luck: so until it has
    // twice.
    long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
    do {
      assertThat("nothing repeated yet", System.nanoTime() < deadline);
      RuntimeException thrown =
          assertThrows(RuntimeException.class, () -> BeamIoRun.writeByBeam(write, schema, rows));
      assertThat(BeamIoRun.messages(thrown), containsString("Writing failed"));
    } while (BeamIoRun.number(server, "SELECT count() - uniqExact(n) FROM prefix.beam") < 2);
    assertThat(server.query("SELECT DISTINCT n FROM prefix.beam ORDER BY n"), is("1\n2\n"));

    ClickHouseSink sink = BeamIoRun.sink(server.address(), "prefix");
    TestEvents events = TestEvents.withText(5);
    Pipeline pipeline = BeamIoRun.pipeline();
    WriteResult first =
        PCollectionTuple.of(
                OutcomeTags.ACCEPTED,
                TestEvents.grouped(
                    pipeline.apply(
                        Create.of(
                                events.event(1),
                                events.event(2),
                                events.event(3, ValueEncoders.MAX_TIME + 1, "too late"),
                                events.event(4))
                            .withCoder(events.coder()))))
            .apply("WriteOutcomes", sink.write());
    PCollectionTuple.of(OutcomeTags.DEAD, first.refused()).apply("WriteRefused", sink.write());
    pipeline.run().waitUntilFinish();
    assertThat(
        server.query(
            "SELECT groupArray(duration_ms) FROM (SELECT duration_ms FROM prefix.sink_output ORDER"
                + " BY 1)"),
        is("[1,2,4]\n"));
    assertThat(server.query("SELECT offset FROM prefix.dead_letters"), is("3\n"));
  }

  @Test
  void limit4SettingsNeverReachTheWire(LocalClickHouse server) throws Exception {
    server.query("CREATE DATABASE wire");
    server.query("CREATE TABLE wire.beam (n Int64, name String) ENGINE = MergeTree ORDER BY n");
    try (RecordingProxy proxy = new RecordingProxy(server.address())) {
      // Deduplication and synchronous distribution are asked for by default.
      BeamIoRun.writeByBeam(
          BeamIoRun.beam(proxy.address(), "wire", "beam").withInsertQuorum(7),
          BeamIoRun.NUMBER_AND_NAME,
          List.of(BeamIoRun.row(BeamIoRun.NUMBER_AND_NAME, 1L, "a")));
      assertThat(proxy.inserts(), hasSize(1));
      String sent = proxy.inserts().get(0).toString();
      for (String setting : List.of("quorum", "deduplicat", "distributed")) {
        assertThat(sent, not(containsString(setting)));
      }
      BeamIoRun.writeByBeam(
          BeamClickHouseWrite.of(
              "jdbc:clickhouse:"
                  + proxy.address()
                  + "/wire?compress=0&custom_http_params=insert_deduplicate=1",
              "beam"),
          BeamIoRun.NUMBER_AND_NAME,
          List.of(BeamIoRun.row(BeamIoRun.NUMBER_AND_NAME, 2L, "b")));
      assertThat(proxy.inserts(), hasSize(2));
      assertThat(proxy.inserts().get(1).query(), containsString("insert_deduplicate=1"));
    }
    TestEvents events = TestEvents.withText(5);
    BeamIoRun.sink(server.address(), "wire");
    try (RecordingProxy proxy = new RecordingProxy(server.address())) {
      Pipeline pipeline = BeamIoRun.pipeline();
      PCollectionTuple.of(
              OutcomeTags.ACCEPTED,
              TestEvents.grouped(
                  pipeline.apply(Create.of(events.event(1)).withCoder(events.coder()))))
          .apply(BeamIoRun.sink(proxy.address(), "wire").write());
      pipeline.run().waitUntilFinish();
      List<String> queries = proxy.inserts().stream().map(RecordingProxy.Exchange::query).toList();
      // The row's and its audit's.
      assertThat(queries, hasSize(2));
      assertThat(queries, everyItem(containsString("insert_deduplication_token=")));
    }
  }
}
