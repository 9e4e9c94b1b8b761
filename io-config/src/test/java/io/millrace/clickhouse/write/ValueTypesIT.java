package io.millrace.clickhouse.write;

import static io.millrace.clickhouse.write.ChangingTables.batch;
import static io.millrace.clickhouse.write.ChangingTables.client;
import static io.millrace.clickhouse.write.ChangingTables.contract;
import static io.millrace.clickhouse.write.ChangingTables.migrate;
import static io.millrace.clickhouse.write.ChangingTables.sink;
import static io.millrace.clickhouse.write.ChangingTables.things;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.millrace.clickhouse.ClickHouseSink;
import io.millrace.clickhouse.client.ClickHouseConfig.Writer;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.fixtures.LocalClickHouseExtension;
import io.millrace.io.SinkMigration;
import io.millrace.io.SinkMigration.Change;
import io.millrace.local.clickhouse.LocalClickHouse;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Unsigned integers, floats of 32 bits, addresses, enums, typed maps and arrays of arrays: the
 * engine reads what was written, and its columns follow a contract that changes.
 */
@ExtendWith(LocalClickHouseExtension.class)
class ValueTypesIT {
  private static Contract everything() {
    return contract(
        1,
        "u: {type: uint64}",
        "f: {type: float32}",
        "v4: {type: ipv4}",
        "v6: {type: ipv6}",
        "e: {type: enum, values: [up, \"it's \\\\ down\", é]}",
        "w: {type: enum, values: {far: 32767, near: -32768}}",
        "counts: {type: map, values: uint64}",
        "times: {type: map, values: {type: timestamp}}",
        "states: {type: map, values: {type: enum, values: [up]}}",
        "grid: {type: array, items: {type: array, items: {type: uint64}}}",
        "hosts: {type: array, items: {type: ipv6}}");
  }

  private static Map<String, Object> row(long u, float f, String v4, String v6, String e) {
    Map<String, Object> values = new HashMap<>();
    values.put("u", u);
    values.put("f", f);
    values.put("v4", v4);
    values.put("v6", v6);
    values.put("e", e);
    return values;
  }

  @Test
  void boundaryValues(LocalClickHouse server) throws Exception {
    Contract contract = everything();
    sink(server, "boundaries", contract).prepare();
    assertThat(sink(server, "boundaries", contract).check(), is(empty()));
    Map<String, Object> full = row(-1L, Float.MIN_VALUE, "255.255.255.255", "::", "it's \\ down");
    full.put("w", "near");
    full.put("counts", Map.of("c", Long.MIN_VALUE));
    full.put("times", Map.of("t", Instant.ofEpochSecond(-1, 999_999_999)));
    full.put("states", Map.of("s", "up"));
    full.put("grid", List.of(List.of(-1L, 0L), List.of()));
    full.put("hosts", List.of("::ffff:10.0.0.1", "2001:db8::1"));
    try (InsertClient writer = client(server, "boundaries")) {
      assertThat(writer.fits(things(contract)), is(true));
      writer.insert(things(contract), batch(contract, 0, 1, full));
      writer.insert(
          things(contract),
          batch(
              contract,
              1,
              2,
              row(
                  Long.MIN_VALUE,
                  -Float.MAX_VALUE,
                  "0.0.0.0",
                  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                  "é")));
      writer.insert(
          things(contract),
          batch(contract, 2, 3, row(0, -0.0f, "1.2.3.4", "::ffff:1.2.3.4", "up")));
      writer.insert(things(contract), batch(contract, 3, 4, Map.of()));
    }
    assertThat(
        server.query(
            "SELECT u, reinterpretAsUInt32(f), v4, v6, e, w, counts, times, states, grid, hosts"
                + " FROM boundaries.things WHERE isNotNull(w) FORMAT TSVRaw"),
        is(
            "18446744073709551615\t1\t255.255.255.255\t::\tit's \\ down\tnear"
                + "\t{'c':9223372036854775808}\t{'t':'1969-12-31 23:59:59.999999999'}"
                + "\t{'s':'up'}\t[[18446744073709551615,0],[]]"
                + "\t['::ffff:10.0.0.1','2001:db8::1']\n"));
    assertThat(
        server.query(
            "SELECT u, f, v4, v6, e, w, counts, grid FROM boundaries.things WHERE isNull(w)"
                + " ORDER BY u DESC NULLS LAST FORMAT TSVRaw"),
        is(
            "9223372036854775808\t-3.4028235e38\t0.0.0.0"
                + "\tffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff\té\t\\N\t{}\t[]\n"
                + "0\t-0\t1.2.3.4\t::ffff:1.2.3.4\tup\t\\N\t{}\t[]\n"
                + "\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t{}\t[]\n"));
    assertThat(
        server.query("SELECT sum(u) = 9223372036854775807 FROM boundaries.things"), is("1\n"));
  }

  @Test
  void defaultsAreThoseOfTheColumn(LocalClickHouse server) {
    Contract before = contract(1, "n: {type: int64}");
    Contract after =
        contract(
            2,
            "n: {type: int64}",
            "u: {type: uint64, default: 18446744073709551615}",
            "f: {type: float32, default: 0.5}",
            "v4: {type: ipv4, default: 10.0.0.1}",
            "v6: {type: ipv6, default: '0::1'}",
            "e: {type: enum, values: [up, \"it's\"], default: \"it's\"}",
            "r: {type: enum, values: {low: -7, high: 7}, required: true}",
            "q: {type: ipv6, required: true}",
            "p: {type: uint64, required: true}");
    sink(server, "defaulted", before).prepare();
    server.query("INSERT INTO defaulted.things (id, at, extra) VALUES ('a', now(), '')");
    SinkMigration migration = migrate(sink(server, "defaulted", after));
    assertThat(migration.refused(), is(empty()));
    assertThat(sink(server, "defaulted", after).check(), is(empty()));
    assertThat(
        server.query("SELECT u, f, v4, v6, e, r, q, p FROM defaulted.things FORMAT TSVRaw"),
        is("18446744073709551615\t0.5\t10.0.0.1\t::1\tit's\tlow\t::\t0\n"));
  }

  @Test
  void aValueMoreWidensTheColumn(LocalClickHouse server) throws Exception {
    Contract before = contract(1, "e: {type: enum, values: {up: 1, down: 2}, required: true}");
    Contract after =
        contract(2, "e: {type: enum, values: {up: 1, down: 2, lost: 300}, required: true}");
    sink(server, "enums", before).prepare();
    try (InsertClient writer = client(server, "enums")) {
      writer.insert(things(before), batch(before, 0, 1, Map.of("e", "up")));
      assertThat(writer.fits(things(after)), is(false));
      assertThat(
          sink(server, "enums", after).check(),
          hasItem(containsString("column e: expected Enum16('up' = 1, 'down' = 2, 'lost' = 300)")));
      SinkMigration migration = migrate(sink(server, "enums", after));
      assertThat(migration.refused(), is(empty()));
      assertThat(
          migration.changes().stream().map(Change::statement).toList(),
          hasItem(
              "ALTER TABLE `enums`.`things` MODIFY COLUMN `e`"
                  + " Enum16('up' = 1, 'down' = 2, 'lost' = 300)"));
      assertThat(sink(server, "enums", after).check(), is(empty()));
      // The pipeline with the older contract goes on.
      assertThat(sink(server, "enums", before).check(), is(empty()));
      writer.insert(things(before), batch(before, 1, 2, Map.of("e", "down")));
      writer.insert(things(after), batch(after, 2, 3, Map.of("e", "lost")));
    }
    assertThat(
        server.query("SELECT groupArray(e) FROM (SELECT e FROM enums.things_exact ORDER BY id)"),
        is("['up','down','lost']\n"));
  }

  /** An enum in the identity and as the group of a roll-up, with these values. */
  private static Contract inKeys(String values) {
    return ContractLoader.parse(
        """
        contract: changing
        version: 1
        fields:
          id: {type: string, required: true}
          u: {type: uint64, required: true}
          v6: {type: ipv6, required: true}
          e: {type: enum, values: %s, required: true}
          at: {type: timestamp, format: epoch_ms, required: true}
        event_time: {field: at}
        identity: [id, u, v6, e, at]
        unknown_fields: {column: extra, as: json}
        tables:
          normal: {name: things}
        rollups:
          by_state:
            window: {fixed: 1m}
            group_by: [e, v6, u]
            measures: {sum: {type: sum, field: u}, most: {type: max, field: u}}
        """
            .formatted(values),
        "changing.yaml");
  }

  @Test
  void aValueMoreAlsoWidensTheColumnOfAKey(LocalClickHouse server) throws Exception {
    Contract before = inKeys("[up, down]");
    Contract after = inKeys("[up, down, lost]");
    sink(server, "keys", before).prepare();
    Map<String, Object> values = new HashMap<>();
    values.put("u", -1L);
    values.put("v6", "::1");
    try (InsertClient writer = client(server, "keys")) {
      values.put("e", "up");
      writer.insert(things(before), batch(before, 0, 1, values));
      SinkMigration migration = migrate(sink(server, "keys", after));
      assertThat(migration.refused(), is(empty()));
      assertThat(sink(server, "keys", after).check(), is(empty()));
      values.put("e", "lost");
      writer.insert(things(after), batch(after, 1, 2, values));
    }
    assertThat(
        server.query(
            "SELECT groupArray(e), groupUniqArray(u), groupUniqArray(v6) FROM (SELECT * FROM"
                + " keys.things_exact ORDER BY id)"),
        is("['up','lost']\t[18446744073709551615]\t['::1']\n"));
    assertThat(
        server.query(
            "SELECT type FROM system.columns WHERE database = 'keys' AND table = 'by_state' AND name"
                + " IN ('e', 'sum', 'most') ORDER BY name FORMAT TSVRaw"),
        is("Enum8('up' = 1, 'down' = 2, 'lost' = 3)\nNullable(UInt64)\nUInt64\n"));
    // A larger enum would change the key.
    assertThat(
        migrate(sink(server, "keys", inKeys("{up: 1, down: 2, lost: 3, far: 300}"))).refused(),
        is(not(empty())));
  }

  /** A value is its name: the column keeps its numbers, and stored rows their meaning. */
  @Test
  void aValueWithAnotherNumberKeepsThatOfTheColumn(LocalClickHouse server) throws Exception {
    Contract before = contract(1, "e: {type: enum, values: [up, down]}");
    Contract after = contract(2, "e: {type: enum, values: [down, up]}");
    sink(server, "renumbered", before).prepare();
    try (InsertClient writer = client(server, "renumbered")) {
      writer.insert(things(before), batch(before, 0, 1, Map.of("e", "up")));
      SinkMigration migration = migrate(sink(server, "renumbered", after));
      assertThat(migration.refused(), is(empty()));
      assertThat(sink(server, "renumbered", after).check(), is(empty()));
      writer.insert(things(after), batch(after, 1, 2, Map.of("e", "up")));
      writer.insert(things(after), batch(after, 2, 3, Map.of("e", "down")));
    }
    ClickHouseSink millrace = sink(server, "renumbered", after);
    ClickHouseSink beamIo =
        ClickHouseSink.of(
            millrace.config().withWriter(Writer.BEAM_IO),
            after,
            millrace.deadLetters(),
            millrace.clock());
    assertThat(
        beamIo.check(),
        hasItem(
            "table renumbered.things, column e: expected Nullable(Enum8('down' = 1, 'up' = 2)),"
                + " found Nullable(Enum8('up' = 1, 'down' = 2)): ClickHouse converts no enum to"
                + " other numbers or FixedString, as the view of Beam's ClickHouseIO needs; use"
                + " --clickHouseWriter=millrace"));
    assertThat(
        server.query(
            "SELECT any(toTypeName(e)), groupArray(e) FROM (SELECT e FROM renumbered.things_exact"
                + " ORDER BY id) FORMAT TSVRaw"),
        is("Nullable(Enum8('up' = 1, 'down' = 2))\t['up','up','down']\n"));
  }

  @Test
  void aValueMoreWithTheNumberOfAnotherIsRefused(LocalClickHouse server) {
    Contract before = contract(1, "e: {type: enum, values: [up, down]}");
    Contract after = contract(2, "e: {type: enum, values: [up, lost]}");
    sink(server, "reused", before).prepare();
    assertThat(
        migrate(sink(server, "reused", after)).refused(),
        hasItem(containsString("the two number their values differently")));
    assertThat(
        server.query(
            "SELECT type FROM system.columns WHERE database = 'reused' AND table = 'things'"
                + " AND name = 'e' FORMAT TSVRaw"),
        is("Nullable(Enum8('up' = 1, 'down' = 2))\n"));
  }

  /** Rows of an older contract go into wider columns, each value as it is. */
  @Test
  void widerColumnsHoldTheSameValues(LocalClickHouse server) throws Exception {
    Contract before =
        contract(
            1,
            "u: {type: uint64}",
            "f: {type: float32}",
            "e: {type: enum, values: {low: -128}}",
            "m: {type: map, values: float32}",
            "g: {type: array, items: {type: array, items: {type: uint64}}}");
    Contract after =
        contract(
            2,
            "u: {type: decimal, precision: 22, scale: 2}",
            "f: {type: float64}",
            "e: {type: enum, values: {low: -128, high: 128}}",
            "m: {type: map, values: float64}",
            "g: {type: array, items: {type: array, items: {type: decimal, precision: 21, scale: 1}}}");
    sink(server, "wider", before).prepare();
    SinkMigration migration = migrate(sink(server, "wider", after));
    assertThat(migration.refused(), is(empty()));
    assertThat(sink(server, "wider", after).check(), is(empty()));
    Map<String, Object> values = new HashMap<>();
    values.put("u", -1L);
    values.put("f", 0.1f);
    values.put("e", "low");
    values.put("m", Map.of("k", Float.MIN_VALUE));
    values.put("g", List.of(List.of(Long.MIN_VALUE)));
    try (InsertClient writer = client(server, "wider")) {
      writer.insert(things(before), batch(before, 0, 1, values));
    }
    assertThat(
        server
            .query("SELECT toTypeName(e), u, f, e, m, g FROM wider.things FORMAT TSVRaw")
            .lines()
            .toList(),
        contains(
            "Nullable(Enum16('low' = -128, 'high' = 128))\t18446744073709551615"
                + "\t0.10000000149011612\tlow\t{'k':1.401298464324817e-45}"
                + "\t[[9223372036854775808]]"));
  }
}
