package io.millrace.clickhouse.beamio;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.clickhouse.ClickHouseSink;
import io.millrace.clickhouse.client.ClickHouseConfig.Writer;
import io.millrace.event.OutcomeTags;
import io.millrace.fixtures.LocalClickHouseExtension;
import io.millrace.fixtures.RecordingProxy;
import io.millrace.fixtures.TestEvents;
import io.millrace.local.clickhouse.LocalClickHouse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * How Beam's ClickHouseIO encodes values, and which classes of its driver are on the class path,
 * beside Millrace's own writer. If a test fails after an upgrade of ClickHouseIO, docs/beam-io.md
 * has one limit less to describe.
 */
@ExtendWith(LocalClickHouseExtension.class)
class BeamIoTypesIT {
  @Test
  void limit5TimesAreWrittenAsOtherBytes(LocalClickHouse server) {
    server.query("CREATE DATABASE times");
    server.query(
        "CREATE TABLE times.beam (at DateTime64(3, 'UTC'), n Int32) ENGINE = MergeTree ORDER BY n");
    Schema schema = Schema.builder().addDateTimeField("at").addInt32Field("n").build();
    List<Row> rows = new ArrayList<>();
    for (int n = 1; n <= 3; n++) {
      rows.add(BeamIoRun.row(schema, Instant.ofEpochMilli(TestEvents.BASE_TIME + n), n));
    }
    // Three rows of 8 bytes, read as two of 12: nobody notices.
    BeamIoRun.writeByBeam(BeamIoRun.beam(server.address(), "times", "beam"), schema, rows);
    assertThat(
        server.query(
            "SELECT count(), countIf(at BETWEEN '2026-03-01' AND '2026-03-02') FROM times.beam"),
        is("2\t0\n"));
    // Two rows do not come out even: there it is noticed.
    RuntimeException thrown =
        assertThrows(
            RuntimeException.class,
            () ->
                BeamIoRun.writeByBeam(
                    BeamIoRun.beam(server.address(), "times", "beam"), schema, rows.subList(0, 2)));
    assertThat(BeamIoRun.messages(thrown), containsString("Code: 33"));

    ClickHouseSink sink = BeamIoRun.sink(server.address(), "times");
    TestEvents events = TestEvents.withText(5);
    Pipeline pipeline = BeamIoRun.pipeline();
    PCollectionTuple.of(
            OutcomeTags.ACCEPTED,
            TestEvents.grouped(
                pipeline.apply(
                    Create.of(events.event(1), events.event(2), events.event(3))
                        .withCoder(events.coder()))))
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
          Pipeline pipeline = BeamIoRun.pipeline();
          PCollection<Row> rows =
              BeamIoRun.inOneBundle(
                  pipeline,
                  BeamIoRun.NUMBER_AND_NAME,
                  List.of(BeamIoRun.row(BeamIoRun.NUMBER_AND_NAME, 1L, "a")));
          // When the graph is built, not when it runs; some are no Exception but an Error.
          Throwable thrown =
              assertThrows(
                  Throwable.class,
                  () -> rows.apply(BeamIoRun.beam(server.address(), "types", "beam")),
                  type);
          assertThat(type, thrown.toString(), containsString(message));
        });
    // While the launcher must reach the server to describe the table.
    Pipeline pipeline = BeamIoRun.pipeline();
    PCollection<Row> rows =
        BeamIoRun.inOneBundle(pipeline, BeamIoRun.NUMBER_AND_NAME, Collections.emptyList());
    assertThrows(
        RuntimeException.class,
        () -> rows.apply(BeamIoRun.beam("http://127.0.0.1:1", "types", "beam")));
  }

  @Test
  void limit5NoColumnListSoValuesChangePlaces(LocalClickHouse server) throws Exception {
    server.query("CREATE DATABASE columns5");
    server.query("CREATE TABLE columns5.beam (n Int64, m Int64) ENGINE = MergeTree ORDER BY n");
    Schema schema = Schema.builder().addInt64Field("n").addInt64Field("m").build();
    try (RecordingProxy proxy = new RecordingProxy(server.address())) {
      Pipeline pipeline = BeamIoRun.pipeline();
      BeamIoRun.inOneBundle(pipeline, schema, List.of(BeamIoRun.row(schema, 1L, 2L)))
          .apply(BeamIoRun.beam(proxy.address(), "columns5", "beam"));
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

    ClickHouseSink sink = BeamIoRun.sink(server.address(), "columns5");
    server.query("ALTER TABLE columns5.sink_output MODIFY COLUMN user_id String AFTER payload");
    TestEvents events = TestEvents.withText(5);
    Pipeline pipeline = BeamIoRun.pipeline();
    PCollectionTuple.of(
            OutcomeTags.ACCEPTED,
            TestEvents.grouped(
                pipeline.apply(Create.of(events.event(1)).withCoder(events.coder()))))
        .apply(sink.write());
    pipeline.run().waitUntilFinish();
    assertThat(
        server.query("SELECT query_id, user_id, duration_ms FROM columns5.sink_output"),
        is("q-1\tuser1\t1\n"));
  }

  @Test
  void aColumnWhoseRowsAreCheckedIsRefused(LocalClickHouse server) {
    BeamIoRun.sink(server.address(), "checked");
    server.query("ALTER TABLE checked.sink_output MODIFY COLUMN duration_ms Nullable(UInt8)");
    server.query("DROP VIEW checked.sink_output_exact");
    ClickHouseSink millrace = BeamIoRun.sink(server.address(), "checked");
    assertThat(millrace.check(), hasSize(0));
    ClickHouseSink beamIo =
        ClickHouseSink.of(
            millrace.config().withWriter(Writer.BEAM_IO),
            millrace.contract(),
            millrace.deadLetters(),
            millrace.clock());
    assertThat(
        beamIo.check(),
        contains(
            "table checked.sink_output, column duration_ms: expected Nullable(Int64), found"
                + " Nullable(UInt8): the view of Beam's ClickHouseIO would alter values that do not"
                + " fit; use --clickHouseWriter=millrace"));
  }

  @Test
  void limit6ItsDriverIsNowhereButUnderAnotherName() throws Exception {
    ClassLoader loader = BeamIoTypesIT.class.getClassLoader();
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
