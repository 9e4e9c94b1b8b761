package io.millrace.clickhouse.beamio;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.clickhouse.ClickHouseSink;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.clickhouse.client.ClickHouseConfig.Writer;
import io.millrace.clickhouse.encoding.ValueEncoders;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.OutcomeTags;
import io.millrace.event.PipelineMetrics;
import io.millrace.fixtures.AllTypes;
import io.millrace.fixtures.LocalClickHouseExtension;
import io.millrace.fixtures.RecordingProxy;
import io.millrace.fixtures.TestEvents;
import io.millrace.io.SinkException;
import io.millrace.io.WriteResult;
import io.millrace.local.clickhouse.LocalClickHouse;
import io.millrace.security.SecretReference;
import io.millrace.security.UserName;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.util.construction.PipelineTranslation;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Events through Beam's ClickHouseIO, guarded and staged, on the real engine. */
@ExtendWith({TestPipelineExtension.class, LocalClickHouseExtension.class})
class WriteByBeamIoIT {
  /** Every type but an array of records, which cannot be staged. */
  private static final Contract ALL =
      ContractLoader.parse(AllTypes.YAML.replace(" steps,", ""), "all.yaml");

  private static final String UNICODE = "naïve \uD83D\uDE80\n\t\"'\\ \u0000 end";

  @TempDir Path directory;

  private static ClickHouseSink sink(
      LocalClickHouse server, String database, Contract contract, Writer writer) {
    ClickHouseSink sink =
        ClickHouseSink.of(
            ClickHouseConfig.of(server.address(), database).withWriter(writer),
            contract,
            DeadLetterFactory.of(contract, "test", Clock.system()),
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

  private static Event event(int n, Map<String, Object> more) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("id", "00112233-4455-6677-8899-aAbbccddee" + String.format("%02x", n));
    values.put("event_time", Instant.ofEpochMilli(TestEvents.BASE_TIME + 1000L * n + 123));
    values.put("ingestion_time", Instant.parse("2026-03-01T10:00:00.456Z"));
    values.putAll(more);
    long time = ((Instant) values.get("event_time")).toEpochMilli();
    return TestEvents.event(ALL, values, time, TestEvents.origin(n, 5));
  }

  private static List<Event> events() {
    Map<String, Object> ordinary = new HashMap<>();
    ordinary.put("text", UNICODE);
    ordinary.put("either", "either");
    ordinary.put("raw", "{\"a\": 1.0}");
    ordinary.put("label", "red");
    ordinary.put("i32", -7);
    ordinary.put("i64", 1L << 40);
    ordinary.put("f64", -0.1);
    ordinary.put("d9", new BigDecimal("-12.3"));
    ordinary.put("d18", new BigDecimal("123456.000001"));
    ordinary.put("d38", new BigDecimal("-1E+3"));
    ordinary.put("flag", true);
    ordinary.put("other_time", Instant.parse("1969-12-31T23:59:59.999Z"));
    ordinary.put("names", List.of("a", "", "é"));
    ordinary.put("numbers", List.of(1L, -1L));
    ordinary.put("u64", 7L);
    ordinary.put("f32", 0.1f);
    ordinary.put("v4", "10.0.0.1");
    ordinary.put("v6", "2001:db8::1");
    ordinary.put("state", "do'wn");
    ordinary.put("wide", "far");
    ordinary.put("counts", new LinkedHashMap<>(Map.of("c", -1L)));
    ordinary.put("marks", Map.of("m", Instant.parse("2026-03-01T10:00:00.000001Z")));
    ordinary.put("grid", List.of(List.of(0.5f, -1f), List.of()));
    ordinary.put("extra", new LinkedHashMap<>(Map.of("k.é", "v", "", "'x'\\")));
    Map<String, Object> empties = new HashMap<>();
    empties.put("text", "");
    empties.put("label", "");
    empties.put("flag", false);
    Map<String, Object> smallest = new HashMap<>();
    smallest.put("i32", Integer.MIN_VALUE);
    smallest.put("i64", Long.MIN_VALUE);
    smallest.put("f64", -Double.MAX_VALUE);
    smallest.put("u64", 0L);
    smallest.put("f32", -Float.MAX_VALUE);
    smallest.put("v4", "0.0.0.0");
    smallest.put("v6", "::");
    smallest.put("d9", new BigDecimal("-9999999.99"));
    smallest.put("d18", new BigDecimal("-999999999999.999999"));
    smallest.put("d38", new BigDecimal("-9999999999999999999999999999.9999999999"));
    smallest.put("other_time", Instant.ofEpochMilli(ValueEncoders.MIN_TIME));
    smallest.put("event_time", Instant.ofEpochMilli(ValueEncoders.MIN_TIME));
    Map<String, Object> largest = new HashMap<>();
    largest.put("i32", Integer.MAX_VALUE);
    largest.put("i64", Long.MAX_VALUE);
    largest.put("f64", Double.MIN_VALUE);
    largest.put("u64", -1L);
    largest.put("f32", Float.MIN_VALUE);
    largest.put("v4", "255.255.255.255");
    largest.put("v6", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
    largest.put("d9", new BigDecimal("9999999.99"));
    largest.put("d18", new BigDecimal("999999999999.999999"));
    largest.put("d38", new BigDecimal("9999999999999999999999999999.9999999999"));
    largest.put("text", "y".repeat(3_000_000));
    largest.put("other_time", Instant.ofEpochMilli(ValueEncoders.MAX_TIME));
    largest.put("event_time", Instant.parse("2262-04-11T23:47:16.854775807Z"));
    return List.of(
        event(1, ordinary),
        event(2, Map.of()),
        event(3, empties),
        event(4, smallest),
        event(5, largest));
  }

  @Test
  void everyValueIsWhatMillraceWouldHaveWritten(LocalClickHouse server, TestPipeline pipeline) {
    EventCoder coder = EventCoder.of(ALL.schema());
    ClickHouseSink own = sink(server, "own", ALL, Writer.MILLRACE);
    ClickHouseSink beam = sink(server, "beam-io", ALL, Writer.BEAM_IO);
    for (ClickHouseSink sink : List.of(own, beam)) {
      PCollectionTuple.of(
              OutcomeTags.ACCEPTED,
              TestEvents.grouped(
                  pipeline.apply(sink.address(), Create.of(events()).withCoder(coder))))
          .apply("Write " + sink.address(), sink.write());
    }
    pipeline.run().waitUntilFinish();
    String select = "SELECT * FROM %s.everything ORDER BY id FORMAT TSVRaw";
    String written = server.query(select.formatted("`beam-io`"));
    assertThat(written, is(server.query(select.formatted("own"))));
    // And not because both are wrong.
    assertThat(
        server
            .query(
                "SELECT id, hex(text), either, raw, label, i32, i64, f64, d9, d18, d38, flag,"
                    + " other_time, names, numbers, event_time, extra['k.é'], extra['']"
                    + " FROM `beam-io`.everything WHERE i32 = -7 FORMAT TSVRaw")
            .stripTrailing(),
        startsWith("00112233-4455-6677-8899-aabbccddee01\t6E61C3AF"));
    assertThat(
        server.query(
            "SELECT count(), uniqExact(id), countIf(text IS NULL) FROM `beam-io`.everything"),
        is("5\t5\t2\n"));
    assertThat(
        server.query("SELECT count(), uniqExact(offset) FROM `beam-io`.audit"), is("5\t5\n"));
  }

  @Test
  void whatItWouldLoseOrCorruptIsADeadLetter(LocalClickHouse server, TestPipeline pipeline) {
    EventCoder coder = EventCoder.of(ALL.schema());
    ClickHouseSink sink = sink(server, "guarded", ALL, Writer.BEAM_IO);
    List<Event> accepted =
        List.of(
            event(1, Map.of("text", "good")),
            event(2, Map.of("id", "00112233-4455-6677-8899-aabbccddeefg")),
            event(3, Map.of("d9", new BigDecimal("10000000.00"))),
            event(4, Map.of("d9", new BigDecimal("1.001"))),
            event(5, Map.of("other_time", Instant.ofEpochMilli(ValueEncoders.MAX_TIME + 1))),
            event(6, Map.of("text", "good, too")));
    WriteResult first =
        PCollectionTuple.of(
                OutcomeTags.ACCEPTED,
                TestEvents.grouped(pipeline.apply("a", Create.of(accepted).withCoder(coder))))
            .and(
                OutcomeTags.ERROR,
                TestEvents.grouped(
                    pipeline.apply("e", Create.of(event(9, Map.of())).withCoder(coder))))
            .and(
                OutcomeTags.LATE,
                TestEvents.grouped(
                    pipeline.apply(
                        "l",
                        Create.of(event(10, Map.of(Contract.LATE_BY_MS, 77L))).withCoder(coder))))
            .and(
                OutcomeTags.DUPLICATE,
                TestEvents.grouped(
                    pipeline.apply("r", Create.of(event(11, Map.of())).withCoder(coder))))
            .and(
                OutcomeTags.DEAD,
                pipeline.apply(
                    "d",
                    Create.of(
                            DeadLetterFactory.of(ALL, "test", Clock.system())
                                .create(
                                    TestEvents.origin(12, 5),
                                    DeadLetterCode.EMPTY,
                                    "nothing there",
                                    "DecodeEvents"))
                        .withCoder(DeadLetterCoder.of())))
            .apply("WriteOutcomes", sink.write());
    PCollectionTuple.of(OutcomeTags.DEAD, first.refused()).apply("WriteRefused", sink.write());
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();

    assertThat(
        server.query("SELECT text FROM guarded.everything ORDER BY id"), is("good\ngood, too\n"));
    assertThat(server.query("SELECT count() FROM guarded.everything_error"), is("1\n"));
    assertThat(server.query("SELECT count() FROM guarded.everything_late"), is("1\n"));
    assertThat(
        server.query("SELECT offset, code FROM guarded.everything_dead ORDER BY offset"),
        is(
            "2\trefused_by_sink\n3\trefused_by_sink\n4\trefused_by_sink\n5\trefused_by_sink\n"
                + "12\tempty\n"));
    // read = accepted + error + duplicate + late + dead
    assertThat(
        server.query(
            "SELECT outcome, groupArray(offset) FROM (SELECT * FROM guarded.audit ORDER BY offset)"
                + " GROUP BY outcome ORDER BY outcome"),
        is("accepted\t[1,6]\ndead\t[2,3,4,5,12]\nduplicate\t[11]\nerror\t[9]\nlate\t[10]\n"));
    assertThat(counter(result, "accepted"), is(2L));
    assertThat(counter(result, "error"), is(1L));
    assertThat(counter(result, "late"), is(1L));
    assertThat(counter(result, "dead"), is(5L));
    assertThat(counter(result, "audited"), is(10L));
  }

  @Test
  void tablesAreCheckedAndCreatedOnce(LocalClickHouse server) {
    Contract contract = TestEvents.queryEvents();
    ClickHouseSink sink = sink(server, "staged", contract, Writer.BEAM_IO);
    sink.prepare();
    assertThat(sink.check(), is(empty()));
    assertThat(
        server.query(
            "SELECT name, engine FROM system.tables WHERE database = 'staged' AND name LIKE"
                + " '%beam_io' ORDER BY name"),
        is(
            "error_events_beam_io\tNull\nerror_events_from_beam_io\tMaterializedView\n"
                + "late_events_beam_io\tNull\nlate_events_from_beam_io\tMaterializedView\n"
                + "sink_output_beam_io\tNull\nsink_output_from_beam_io\tMaterializedView\n"));
    server.query("DROP TABLE staged.sink_output_beam_io");
    server.query("CREATE TABLE staged.sink_output_beam_io (query_id String) ENGINE = Memory");
    server.query("DROP VIEW staged.late_events_from_beam_io");
    server.query("CREATE VIEW staged.late_events_from_beam_io AS SELECT 1 AS x");
    List<String> problems = sink.check();
    assertThat(problems, hasSize(4));
    assertThat(
        problems.get(0),
        startsWith("table staged.sink_output_beam_io: engine: expected Null, found Memory"));
    assertThat(
        problems.get(1),
        containsString("expected the columns (query_id String, event_type String"));
    assertThat(
        problems.get(2),
        startsWith("view staged.late_events_from_beam_io: expected a materialized view"));
    assertThat(problems.get(3), containsString("drop both late_events_beam_io and"));
    assertThrows(SinkException.class, sink::prepare);
  }

  @Test
  void thePasswordIsSentButStandsInNoGraph(LocalClickHouse server) throws Exception {
    Path secret = directory.resolve("password");
    Files.writeString(secret, "pa55-word");
    Contract contract = TestEvents.queryEvents();
    TestEvents events = TestEvents.withText(5);
    sink(server, "secret", contract, Writer.BEAM_IO);
    try (RecordingProxy proxy = new RecordingProxy(server.address())) {
      ClickHouseSink sink =
          ClickHouseSink.of(
              ClickHouseConfig.of(proxy.address(), "secret")
                  .withWriter(Writer.BEAM_IO)
                  .withUser(UserName.parse("somebody"), SecretReference.parse("file:" + secret)),
              contract,
              DeadLetterFactory.of(contract, "test", Clock.system()),
              Clock.system());
      Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.create());
      PCollectionTuple.of(
              OutcomeTags.ACCEPTED,
              TestEvents.grouped(
                  pipeline.apply(Create.of(events.event(1)).withCoder(events.coder()))))
          .apply(sink.write());
      assertThat("nothing is asked while the graph is built", proxy.all(), is(empty()));
      String graph =
          new String(
              PipelineTranslation.toProto(pipeline).toByteArray(), StandardCharsets.ISO_8859_1);
      String bytes =
          new String(
              SerializableUtils.serializeToByteArray(sink.write()), StandardCharsets.ISO_8859_1);
      assertThat(graph, not(containsString("pa55-word")));
      assertThat(bytes, not(containsString("pa55-word")));
      pipeline.run().waitUntilFinish();
      List<RecordingProxy.Exchange> inserts =
          proxy.inserts().stream().filter(e -> e.text().contains("_beam_io")).toList();
      assertThat(proxy.all().toString(), inserts, hasSize(1));
      // Its settings arrive, too.
      assertThat(inserts.get(0).query(), containsString("max_partitions_per_insert_block=0"));
      assertThat(inserts.get(0).query(), containsString("optimize_on_insert=0"));
      String sent = inserts.get(0).headers().toString() + inserts.get(0).query();
      assertThat(
          sent,
          sent.contains("pa55-word")
              || sent.contains(
                  Base64.getEncoder()
                      .encodeToString("somebody:pa55-word".getBytes(StandardCharsets.UTF_8))));
    }
  }
}
