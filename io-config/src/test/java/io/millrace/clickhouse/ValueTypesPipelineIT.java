package io.millrace.clickhouse;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;

import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.OutcomeTags;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import io.millrace.fixtures.LocalClickHouseExtension;
import io.millrace.fixtures.TestEvents;
import io.millrace.local.clickhouse.LocalClickHouse;
import io.millrace.rollup.RollUpMetrics;
import io.millrace.transforms.DecodeEvents;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Unsigned integers, floats of 32 bits, addresses and enums from JSON to tables and roll-ups. */
@ExtendWith(LocalClickHouseExtension.class)
class ValueTypesPipelineIT {
  private static final Contract CONTRACT =
      ContractLoader.parse(
          """
          contract: hosts
          version: 1
          fields:
            host: {type: ipv6, required: true}
            bytes: {type: uint64, required: true}
            load: {type: float32}
            state: {type: enum, values: {up: 1, down: 200}, required: true}
            peers: {type: array, items: {type: array, items: {type: ipv4}}}
            counters: {type: map, values: uint64}
            at: {type: timestamp, precision: 3, required: true}
          event_time: {field: at}
          identity: [host, bytes, state, at]
          unknown_fields: {column: extra, as: json}
          tables:
            normal: {name: hosts}
          rollups:
            by_host:
              window: {fixed: 1m}
              group_by: [host, state]
              measures:
                bytes: {type: sum, field: bytes}
                least: {type: min, field: bytes}
                most: {type: max, field: bytes}
                middle: {type: mean, field: bytes}
                load: {type: sum, field: load}
                lightest: {type: min, field: load}
                different: {type: distinct, field: bytes}
          """,
          "hosts.yaml");

  private static List<SourceRecord> records(String... events) {
    List<SourceRecord> records = new ArrayList<>();
    for (String event : events) {
      String json = "{\"at\":\"2026-03-01T10:00:00Z\"," + event + "}";
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      records.add(new SourceRecord("topic", 0, records.size(), null, bytes, List.of(), 0, 0));
    }
    return records;
  }

  @Test
  void fromJsonToQueries(LocalClickHouse server) {
    DeadLetterFactory deadLetters = DeadLetterFactory.of(CONTRACT, "test", Clock.system());
    ClickHouseSink sink =
        ClickHouseSink.of(
            ClickHouseConfig.of(server.address(), "value_types"),
            CONTRACT,
            deadLetters,
            Clock.system());
    sink.prepare();
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PCollectionTuple decoded =
        pipeline
            .apply(
                Create.of(
                        records(
                            "\"host\":\"10.0.0.1\",\"bytes\":9223372036854775808,\"load\":0.5,"
                                + "\"state\":\"up\",\"peers\":[[\"1.2.3.4\"],[]],"
                                + "\"counters\":{\"in\":18446744073709551615}",
                            "\"host\":\"::FFFF:a00:1\",\"bytes\":2,\"load\":1e-45,\"state\":\"up\"",
                            "\"host\":\"0::1\",\"bytes\":18446744073709551615,\"state\":\"down\"",
                            "\"host\":\"0::1\",\"bytes\":1,\"state\":\"down\"",
                            "\"host\":\"::1\",\"bytes\":-1,\"state\":\"up\"",
                            "\"host\":\"::1\",\"bytes\":1,\"state\":\"lost\"",
                            "\"host\":\"localhost\",\"bytes\":1,\"state\":\"up\"",
                            "\"host\":\"::1\",\"bytes\":1,\"state\":\"up\",\"load\":1e39"))
                    .withCoder(SourceRecordCoder.of()))
            .apply(DecodeEvents.of(CONTRACT, deadLetters, Clock.system()));
    PCollection<List<Event>> events = TestEvents.grouped(decoded.get(DecodeEvents.EVENTS));
    PCollectionTuple.of(OutcomeTags.ACCEPTED, events)
        .and(OutcomeTags.DEAD, decoded.get(DecodeEvents.DEAD))
        .and(RollUpMetrics.ROWS, events.apply(RollUpMetrics.of(CONTRACT, 2)))
        .apply(sink.write());
    pipeline.run().waitUntilFinish();

    assertThat(
        lines(
            server,
            "SELECT host, bytes, load, state, peers, counters FROM value_types.hosts_exact"
                + " ORDER BY host, bytes"),
        contains(
            "::1\t1\t\\N\tdown\t[]\t{}",
            "::1\t18446744073709551615\t\\N\tdown\t[]\t{}",
            "::ffff:10.0.0.1\t2\t1e-45\tup\t[]\t{}",
            "::ffff:10.0.0.1\t9223372036854775808\t0.5\tup\t[['1.2.3.4'],[]]"
                + "\t{'in':18446744073709551615}"));
    // A sum that exceeds its column is the largest value.
    assertThat(
        lines(
            server,
            "SELECT host, state, bytes, least, most, middle, load, lightest, different, events"
                + " FROM value_types.by_host_exact ORDER BY host"),
        contains(
            "::1\tdown\t18446744073709551615\t1\t18446744073709551615\t9223372036854776000\t0\t\\N"
                + "\t2\t2",
            "::ffff:10.0.0.1\tup\t9223372036854775810\t2\t9223372036854775808\t4611686018427388000"
                + "\t0.5\t1e-45\t2\t2"));
    assertThat(
        lines(server, "SELECT offset, code FROM value_types.hosts_dead ORDER BY offset"),
        is(
            List.of(
                "4\tnumber_overflow", "5\tunknown_value", "6\twrong_type", "7\tnumber_overflow")));
  }

  private static List<String> lines(LocalClickHouse server, String query) {
    return server.query(query + " FORMAT TSVRaw").lines().toList();
  }
}
