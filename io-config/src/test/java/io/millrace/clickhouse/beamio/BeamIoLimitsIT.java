package io.millrace.clickhouse.beamio;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
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
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.OutcomeTags;
import io.millrace.fixtures.LocalClickHouseExtension;
import io.millrace.fixtures.RecordingProxy;
import io.millrace.fixtures.TestEvents;
import io.millrace.io.WriteResult;
import io.millrace.local.clickhouse.LocalClickHouse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What Beam's ClickHouseIO does, unguarded, on the real engine, and beside it what Millrace's own
 * writer does with the same: why it is not the default. If one of these fails after ClickHouseIO
 * has been renewed, docs/beam-io.md has a limit less to tell of.
 */
@ExtendWith(LocalClickHouseExtension.class)
class BeamIoLimitsIT {
  private static final Contract CONTRACT = TestEvents.queryEvents();
  private static final DeadLetterFactory DEAD_LETTERS =
      DeadLetterFactory.of(CONTRACT, "test", Clock.system());
  private static final Schema NUMBER_AND_NAME =
      Schema.builder()
          .addNullableField("n", FieldType.INT64)
          .addNullableField("name", FieldType.STRING)
          .build();

  /** How often a worker has waited: workers are threads of this JVM. */
  private static final AtomicInteger WAITS = new AtomicInteger();

  private static long number(LocalClickHouse server, String query) {
    return Long.parseLong(server.query(query).strip());
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

  private static ClickHouseSink sink(String address, String database) {
    ClickHouseSink sink =
        ClickHouseSink.of(
            ClickHouseConfig.of(address, database), CONTRACT, DEAD_LETTERS, Clock.system());
    sink.prepare();
    return sink;
  }

  private static Pipeline pipeline() {
    return Pipeline.create(PipelineOptionsFactory.create());
  }

  private static BeamClickHouseWrite beam(String address, String database, String table) {
    return BeamClickHouseWrite.of(
        "jdbc:clickhouse:" + address + "/" + database + "?compress=0", table);
  }

  private static Row row(Schema schema, Object... values) {
    return Row.withSchema(schema).attachValues(new ArrayList<>(Arrays.asList(values)));
  }

  /** All rows in one bundle. */
  private static PCollection<Row> inOneBundle(Pipeline pipeline, Schema schema, List<Row> rows) {
    return pipeline
        .apply(Create.of(rows.size()))
        .apply(ParDo.of(new Give(rows.toArray(new Row[0]))))
        .setRowSchema(schema);
  }

  private static final class Give extends DoFn<Integer, Row> {
    private static final long serialVersionUID = 1L;

    private final Row[] rows;

    private Give(Row[] rows) {
      this.rows = rows;
    }

    @ProcessElement
    public void process(OutputReceiver<Row> out) {
      for (Row row : rows) {
        out.output(row);
      }
    }
  }

  private static void writeByBeam(BeamClickHouseWrite write, Schema schema, List<Row> rows) {
    Pipeline pipeline = pipeline();
    inOneBundle(pipeline, schema, rows).apply(write);
    pipeline.run().waitUntilFinish();
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

  private static String messages(Throwable thrown) {
    StringBuilder all = new StringBuilder();
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      all.append(t).append('\n');
    }
    return all.toString();
  }

  @Test
  void limit1ABundleIsAnInsert(LocalClickHouse server) {
    int rows = 2_000;
    sink(server.address(), "limit1");
    server.query("CREATE TABLE limit1.beam (query_id String) ENGINE = MergeTree ORDER BY query_id");
    for (String table : List.of("beam", "sink_output", "audit")) {
      server.query("SYSTEM STOP MERGES limit1." + table);
    }
    Schema schema = Schema.builder().addStringField("query_id").build();
    Pipeline pipeline = pipeline();
    PCollection<Event> events = pipeline.apply(TestEvents.withText(10).inSmallBundles(rows));
    events
        .apply(ParDo.of(new QueryId(schema)))
        .setRowSchema(schema)
        .apply(beam(server.address(), "limit1", "beam"));
    PCollectionTuple.of(OutcomeTags.ACCEPTED, events)
        .apply(
            ClickHouseSink.of(
                    ClickHouseConfig.of(server.address(), "limit1")
                        .withBatching(Batching.DEFAULT.withMaxAge(Duration.ofMinutes(10))),
                    CONTRACT,
                    DEAD_LETTERS,
                    Clock.system())
                .write());
    pipeline.run().waitUntilFinish();
    assertThat(number(server, "SELECT uniqExact(query_id) FROM limit1.beam"), is((long) rows));
    assertThat(number(server, "SELECT count() FROM limit1.sink_output"), is((long) rows));
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
                writeByBeam(
                    beam(server.address(), "beam_refused", "beam"),
                    NUMBER_AND_NAME,
                    List.of(
                        row(NUMBER_AND_NAME, 1L, "a"),
                        row(NUMBER_AND_NAME, 100L, "b"),
                        row(NUMBER_AND_NAME, 2L, "c"))));
    assertThat(messages(thrown), containsString("469"));
    assertThat(number(server, "SELECT count() FROM beam_refused.beam"), is(0L));

    ClickHouseSink sink = sink(server.address(), "beam_refused");
    server.query(
        "ALTER TABLE beam_refused.sink_output ADD CONSTRAINT small CHECK duration_ms < 100");
    TestEvents events = TestEvents.withText(5);
    Pipeline pipeline = pipeline();
    WriteResult first =
        PCollectionTuple.of(
                OutcomeTags.ACCEPTED,
                pipeline.apply(
                    Create.of(events.event(1), events.event(100), events.event(2))
                        .withCoder(events.coder())))
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
                  writeByBeam(
                      beam(proxy.address(), "beam_busy", "beam"),
                      NUMBER_AND_NAME,
                      List.of(row(NUMBER_AND_NAME, 1L, "a"))));
      assertThat(messages(thrown), containsString("252"));
      // Once: what is repeated is the bundle, and that by the runner, if it does.
      assertThat(proxy.inserts(), hasSize(1));
    }
    assertThat(number(server, "SELECT count() FROM beam_busy.beam"), is(1L));

    sink(server.address(), "beam_busy");
    server.query("ALTER TABLE beam_busy.sink_output MODIFY SETTING" + busy);
    server.query("SYSTEM STOP MERGES beam_busy.sink_output");
    server.query(
        "INSERT INTO beam_busy.sink_output (query_id, event_time) VALUES ('first', '2026-03-01')");
    TestEvents events = TestEvents.withText(5);
    ClickHouseConfig config = ClickHouseConfig.of(server.address(), "beam_busy");
    WAITS.set(0);
    Tools tools =
        new Tools(
            () -> HttpInsertClient.open(config),
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
            pipeline.apply(Create.of(events.event(1)).withCoder(events.coder())))
        .apply(
            WriteToClickHouse.of(
                CONTRACT, Batching.DEFAULT, OnOperatorError.WAIT, DEAD_LETTERS, tools));
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
    List<Row> rows = List.of(row(schema, null, 1L), row(schema, "b", 2L), row(schema, "c", 3L));
    try (RecordingProxy proxy = new RecordingProxy(server.address())) {
      writeByBeam(beam(proxy.address(), "beam_lost", "beam"), schema, rows);
      assertThat(proxy.inserts().toString(), proxy.inserts(), hasSize(1));
      assertThat(proxy.inserts().get(0).status(), is(200));
    }
    // Three rows are gone and nobody knows; ours: the next test.
    assertThat(number(server, "SELECT count() FROM beam_lost.beam"), is(0L));
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
            row(schema, "a", 1L),
            row(schema, "b", 2L),
            row(schema, null, 3L),
            row(schema, "d", 4L));
    BeamClickHouseWrite write = beam(server.address(), "prefix", "beam");
    // A runner that repeats a bundle does the same once more. Whether the server has taken the rows
    // before the broken one by the time the connection breaks is a matter of luck: so until it has
    // twice.
    long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
    do {
      assertThat("nothing repeated yet", System.nanoTime() < deadline);
      RuntimeException thrown =
          assertThrows(RuntimeException.class, () -> writeByBeam(write, schema, rows));
      assertThat(messages(thrown), containsString("Writing failed"));
    } while (number(server, "SELECT count() - uniqExact(n) FROM prefix.beam") < 2);
    assertThat(server.query("SELECT DISTINCT n FROM prefix.beam ORDER BY n"), is("1\n2\n"));

    ClickHouseSink sink = sink(server.address(), "prefix");
    TestEvents events = TestEvents.withText(5);
    Pipeline pipeline = pipeline();
    WriteResult first =
        PCollectionTuple.of(
                OutcomeTags.ACCEPTED,
                pipeline.apply(
                    Create.of(
                            events.event(1),
                            events.event(2),
                            events.event(3, ValueEncoders.MAX_TIME + 1, "too late"),
                            events.event(4))
                        .withCoder(events.coder())))
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
      writeByBeam(
          beam(proxy.address(), "wire", "beam").withInsertQuorum(7),
          NUMBER_AND_NAME,
          List.of(row(NUMBER_AND_NAME, 1L, "a")));
      assertThat(proxy.inserts(), hasSize(1));
      String sent = proxy.inserts().get(0).toString();
      for (String setting : List.of("quorum", "deduplicat", "distributed")) {
        assertThat(sent, not(containsString(setting)));
      }
      writeByBeam(
          BeamClickHouseWrite.of(
              "jdbc:clickhouse:"
                  + proxy.address()
                  + "/wire?compress=0&custom_http_params=insert_deduplicate=1",
              "beam"),
          NUMBER_AND_NAME,
          List.of(row(NUMBER_AND_NAME, 2L, "b")));
      assertThat(proxy.inserts(), hasSize(2));
      assertThat(proxy.inserts().get(1).query(), containsString("insert_deduplicate=1"));
    }
    TestEvents events = TestEvents.withText(5);
    sink(server.address(), "wire");
    try (RecordingProxy proxy = new RecordingProxy(server.address())) {
      Pipeline pipeline = pipeline();
      PCollectionTuple.of(
              OutcomeTags.ACCEPTED,
              pipeline.apply(Create.of(events.event(1)).withCoder(events.coder())))
          .apply(sink(proxy.address(), "wire").write());
      pipeline.run().waitUntilFinish();
      List<String> queries = proxy.inserts().stream().map(RecordingProxy.Exchange::query).toList();
      // The row's and its audit's.
      assertThat(queries, hasSize(2));
      assertThat(queries, everyItem(containsString("insert_deduplication_token=")));
    }
  }

  @Test
  void limit5TimesAreWrittenAsOtherBytes(LocalClickHouse server) {
    server.query("CREATE DATABASE times");
    server.query(
        "CREATE TABLE times.beam (at DateTime64(3, 'UTC'), n Int32) ENGINE = MergeTree ORDER BY n");
    Schema schema = Schema.builder().addDateTimeField("at").addInt32Field("n").build();
    List<Row> rows = new ArrayList<>();
    for (int n = 1; n <= 3; n++) {
      rows.add(row(schema, Instant.ofEpochMilli(TestEvents.BASE_TIME + n), n));
    }
    // Three rows of 8 bytes, read as two of 12: nobody notices.
    writeByBeam(beam(server.address(), "times", "beam"), schema, rows);
    assertThat(
        server.query(
            "SELECT count(), countIf(at BETWEEN '2026-03-01' AND '2026-03-02') FROM times.beam"),
        is("2\t0\n"));
    // Two rows do not come out even: there it is noticed.
    RuntimeException thrown =
        assertThrows(
            RuntimeException.class,
            () -> writeByBeam(beam(server.address(), "times", "beam"), schema, rows.subList(0, 2)));
    assertThat(messages(thrown), containsString("Code: 33"));

    ClickHouseSink sink = sink(server.address(), "times");
    TestEvents events = TestEvents.withText(5);
    Pipeline pipeline = pipeline();
    PCollectionTuple.of(
            OutcomeTags.ACCEPTED,
            pipeline.apply(
                Create.of(events.event(1), events.event(2), events.event(3))
                    .withCoder(events.coder())))
        .apply(sink.write());
    pipeline.run().waitUntilFinish();
    assertThat(
        server.query("SELECT event_time FROM times.sink_output ORDER BY 1"),
        is("2026-03-01 10:00:00.012\n2026-03-01 10:00:00.024\n2026-03-01 10:00:00.036\n"));
  }

  @Test
  void limit5TypesItDoesNotKnow(LocalClickHouse server) {
    server.query("CREATE DATABASE types");
    Map<String, String> types = new LinkedHashMap<>();
    String unknown = "TokenMgrError";
    types.put("Map(String, String)", unknown);
    types.put("UUID", unknown);
    types.put("Decimal(18, 4)", unknown);
    types.put("JSON", unknown);
    types.put("IPv4", unknown);
    types.put("LowCardinality(Nullable(String))", "failed to parse");
    types.put("DateTime DEFAULT now()", "Unsupported type");
    // Ours writes every type of a contract: EncodingIT.
    types.forEach(
        (type, message) -> {
          server.query("DROP TABLE IF EXISTS types.beam");
          server.query(
              "CREATE TABLE types.beam (n Int64, name " + type + ") ENGINE = MergeTree ORDER BY n");
          Pipeline pipeline = pipeline();
          PCollection<Row> rows =
              inOneBundle(pipeline, NUMBER_AND_NAME, List.of(row(NUMBER_AND_NAME, 1L, "a")));
          // When the graph is built, not when it runs; some are no Exception but an Error.
          Throwable thrown =
              assertThrows(
                  Throwable.class, () -> rows.apply(beam(server.address(), "types", "beam")), type);
          assertThat(type, thrown.toString(), containsString(message));
        });
    // While the launcher must reach the server to describe the table.
    Pipeline pipeline = pipeline();
    PCollection<Row> rows = inOneBundle(pipeline, NUMBER_AND_NAME, Collections.emptyList());
    assertThrows(
        RuntimeException.class, () -> rows.apply(beam("http://127.0.0.1:1", "types", "beam")));
  }

  @Test
  void limit5NoColumnListSoValuesChangePlaces(LocalClickHouse server) throws Exception {
    server.query("CREATE DATABASE columns5");
    server.query("CREATE TABLE columns5.beam (n Int64, m Int64) ENGINE = MergeTree ORDER BY n");
    Schema schema = Schema.builder().addInt64Field("n").addInt64Field("m").build();
    try (RecordingProxy proxy = new RecordingProxy(server.address())) {
      Pipeline pipeline = pipeline();
      inOneBundle(pipeline, schema, List.of(row(schema, 1L, 2L)))
          .apply(beam(proxy.address(), "columns5", "beam"));
      // Described when the graph was built, and changed before it runs.
      server.query("DROP TABLE columns5.beam");
      server.query("CREATE TABLE columns5.beam (m Int64, n Int64) ENGINE = MergeTree ORDER BY n");
      pipeline.run().waitUntilFinish();
      assertThat(proxy.inserts(), hasSize(1));
      assertThat(
          proxy.inserts().get(0).text().lines().limit(2).toList().toString(),
          is("[INSERT INTO beam,  FORMAT RowBinary]"));
    }
    assertThat(server.query("SELECT n, m FROM columns5.beam"), is("2\t1\n"));

    ClickHouseSink sink = sink(server.address(), "columns5");
    server.query("ALTER TABLE columns5.sink_output MODIFY COLUMN user_id String AFTER payload");
    TestEvents events = TestEvents.withText(5);
    Pipeline pipeline = pipeline();
    PCollectionTuple.of(
            OutcomeTags.ACCEPTED,
            pipeline.apply(Create.of(events.event(1)).withCoder(events.coder())))
        .apply(sink.write());
    pipeline.run().waitUntilFinish();
    assertThat(
        server.query("SELECT query_id, user_id, duration_ms FROM columns5.sink_output"),
        is("q-1\tuser1\t1\n"));
  }

  @Test
  void limit6ItsDriverIsNowhereButUnderAnotherName() throws Exception {
    ClassLoader loader = BeamIoLimitsIT.class.getClassLoader();
    String client = "com/clickhouse/client/ClickHouseClient.class";
    // Of the current client there is one; of ClickHouseIO and its driver, only the relocated.
    assertThat(Collections.list(loader.getResources(client)), hasSize(lessThanOrEqualTo(1)));
    assertThat(
        Collections.list(loader.getResources("com/clickhouse/client/api/Client.class")),
        hasSize(1));
    for (String gone :
        List.of(
            "com/clickhouse/jdbc/internal/ClickHouseJdbcUrlParser.class",
            "org/apache/beam/sdk/io/clickhouse/ClickHouseIO.class")) {
      assertThat(gone, Collections.list(loader.getResources(gone)), hasSize(0));
    }
    assertThat(
        Collections.list(
            loader.getResources("io/millrace/shaded/clickhouse/client/ClickHouseClient.class")),
        hasSize(1));
    // That both work in one JVM is what every other test here shows.
  }
}
