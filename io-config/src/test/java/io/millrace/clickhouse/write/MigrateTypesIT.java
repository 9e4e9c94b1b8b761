package io.millrace.clickhouse.write;

import static io.millrace.clickhouse.write.ChangingTables.batch;
import static io.millrace.clickhouse.write.ChangingTables.client;
import static io.millrace.clickhouse.write.ChangingTables.contract;
import static io.millrace.clickhouse.write.ChangingTables.migrate;
import static io.millrace.clickhouse.write.ChangingTables.sink;
import static io.millrace.clickhouse.write.ChangingTables.things;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;

import io.millrace.clickhouse.ClickHouseSink;
import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.clickhouse.encoding.RowBlockBuilder;
import io.millrace.clickhouse.encoding.TableRowWriter;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Event;
import io.millrace.fixtures.AllTypes;
import io.millrace.fixtures.LocalClickHouseExtension;
import io.millrace.fixtures.TestEvents;
import io.millrace.io.SinkMigration;
import io.millrace.io.SinkMigration.Change;
import io.millrace.local.clickhouse.LocalClickHouse;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Columns are widened and keys get further digits, on the real engine. */
@ExtendWith(LocalClickHouseExtension.class)
class MigrateTypesIT {
  /** Every form that rows of a contract can take, into columns that hold more. */
  @Test
  void everyTypeThatCanBeWidened(LocalClickHouse server) throws Exception {
    Contract contract = ContractLoader.parse(AllTypes.YAML, "all.yaml");
    sink(server, "widened", contract).prepare();
    for (String column :
        List.of(
            "text LowCardinality(Nullable(String))",
            "label Nullable(String)",
            "i32 Nullable(Int64)",
            "i64 Nullable(Decimal(25, 6))",
            "d9 Nullable(Decimal(38, 5))",
            "d18 Nullable(Decimal(60, 10))",
            "d38 Nullable(Decimal(76, 20))",
            "numbers Array(Nullable(Int64))",
            "steps Array(Tuple(name Nullable(String), cost Nullable(Decimal(18, 4)), at"
                + " Nullable(DateTime64(6, 'UTC'))))",
            "other_time Nullable(DateTime64(6, 'UTC'))",
            "ingestion_time Nullable(DateTime64(3, 'UTC'))")) {
      server.query("ALTER TABLE widened.everything MODIFY COLUMN " + column);
    }
    Map<String, Object> values = new HashMap<>();
    values.put("id", "00112233-4455-6677-8899-aabbccddeeff");
    values.put("event_time", Instant.parse("2026-03-01T10:00:00.123Z"));
    values.put("ingestion_time", Instant.parse("2026-03-01T10:00:00.456Z"));
    values.put("text", "x".repeat(100_000));
    values.put("raw", "{}");
    values.put("label", "red");
    values.put("i32", Integer.MIN_VALUE);
    values.put("i64", Long.MIN_VALUE);
    values.put("f64", -0.1);
    values.put("d9", new BigDecimal("-9999999.99"));
    values.put("d18", new BigDecimal("-999999999999.999999"));
    values.put("d38", new BigDecimal("9999999999999999999999999999.9999999999"));
    values.put("flag", true);
    values.put("other_time", Instant.ofEpochMilli(-1));
    values.put("names", List.of("a", ""));
    values.put("numbers", List.of(1L, -1L));
    values.put("extra", Map.of("k", "v"));
    ClickHouseTable table = things(contract);
    RowBlockBuilder builder = new RowBlockBuilder();
    for (Map<String, Object> given : List.of(values, Map.<String, Object>of())) {
      Map<String, Object> all = new HashMap<>(given);
      all.putIfAbsent("id", "ffffffff-ffff-ffff-ffff-fffffffffffe");
      all.putIfAbsent("event_time", Instant.parse("2026-03-01T11:00:00Z"));
      all.putIfAbsent("ingestion_time", Instant.parse("2026-03-01T11:00:00Z"));
      Event event = TestEvents.event(contract, all, 0, TestEvents.origin(1, 1));
      builder.add(event.values(), TableRowWriter.of(contract.tables().normal()), 0, event.origin());
    }
    try (InsertClient writer = client(server, "widened")) {
      assertThat(writer.fits(table), is(true));
      writer.insert(table, Batch.of(List.of(builder.build())));
    }
    assertThat(
        server.query(
            "SELECT id, length(text), raw, label, i32, i64, f64, d9, d18, d38, flag, names,"
                + " numbers, steps, event_time, ingestion_time, extra, other_time FROM widened.everything"
                + " ORDER BY event_time FORMAT TSVRaw"),
        is(
            "00112233-4455-6677-8899-aabbccddeeff\t100000\t{}\tred\t-2147483648"
                + "\t-9223372036854775808\t-0.1\t-9999999.99\t-999999999999.999999"
                + "\t9999999999999999999999999999.9999999999\ttrue\t['a','']\t[1,-1]\t[]"
                + "\t2026-03-01 10:00:00.123000000\t2026-03-01 10:00:00.456\t{'k':'v'}"
                + "\t1969-12-31 23:59:59.999000\n"
                + "ffffffff-ffff-ffff-ffff-fffffffffffe"
                + "\t\\N".repeat(10)
                + "\t[]\t[]\t[]\t2026-03-01 11:00:00.000000000\t2026-03-01 11:00:00.000\t{}\t\\N\n"));
  }

  /** Neither type holds the other: the column gets one that holds both. */
  @Test
  void aTypeForBoth(LocalClickHouse server) throws Exception {
    Contract wide =
        contract(
            1,
            "price: {type: decimal, precision: 38, scale: 4, required: true}",
            "hits: {type: int64, required: true}");
    Contract narrow =
        contract(
            2,
            "price: {type: decimal, precision: 9, scale: 2}",
            "hits: {type: decimal, precision: 9, scale: 2}");
    sink(server, "both", wide).prepare();
    Map<String, Object> values = new HashMap<>();
    values.put("price", new BigDecimal("-9999999999999999999999999999999999.9999"));
    values.put("hits", Long.MIN_VALUE);
    try (InsertClient writer = client(server, "both")) {
      writer.insert(things(wide), batch(wide, 0, 1, values));
      SinkMigration migration = migrate(sink(server, "both", narrow));
      assertThat(migration.refused(), is(empty()));
      assertThat(
          migration.changes().stream().map(Change::statement).toList(),
          hasItem("ALTER TABLE `both`.`things` MODIFY COLUMN `price` Nullable(Decimal(38, 4))"));
      assertThat(sink(server, "both", narrow).check(), is(empty()));
      assertThat(sink(server, "both", wide).check(), is(empty()));
      writer.insert(things(wide), batch(wide, 1, 2, values));
      writer.insert(things(narrow), batch(narrow, 2, 3, Map.of("hits", new BigDecimal("-0.01"))));
    }
    assertThat(
        server.query(
            "SELECT price, toTypeName(hits), hits FROM both.things_exact ORDER BY id FORMAT TSVRaw"),
        is(
            ("-9999999999999999999999999999999999.9999\tNullable(Decimal(21, 2))"
                        + "\t-9223372036854775808\n")
                    .repeat(2)
                + "\\N\tNullable(Decimal(21, 2))\t-0.01\n"));
  }

  /** The contract with times in another form. */
  private static Contract times(String at, String seen) {
    return ContractLoader.parse(
        """
        contract: changing
        version: 1
        format: json
        fields:
          id: {type: string, required: true}
          at: {type: timestamp, required: true, %s}
          seen: {type: timestamp, %s}
        event_time: {field: at}
        identity: [id, at]
        unknown_fields: {column: extra, as: json}
        tables:
          normal: {name: things}
        """
            .formatted(at, seen),
        "changing.yaml");
  }

  private static void insert(
      LocalClickHouse server, String database, Contract contract, String id, Instant at)
      throws InvalidRowException {
    RowBlockBuilder builder = new RowBlockBuilder();
    Event event =
        TestEvents.event(
            contract,
            Map.of("id", id, "at", at, "seen", at, "ingestion_time", at),
            at.toEpochMilli(),
            TestEvents.origin(1, 1));
    builder.add(event.values(), TableRowWriter.of(contract.tables().normal()), 0, event.origin());
    try (InsertClient writer = client(server, database)) {
      writer.insert(things(contract), Batch.of(List.of(builder.build())));
    }
  }

  /** A table of milliseconds from before is given a column for what comes after them. */
  @Test
  void furtherDigitsOfTheIdentityJoinTheSortingKey(LocalClickHouse server) throws Exception {
    Contract before = times("format: epoch_ms", "format: epoch_ms");
    Contract after = times("precision: 3", "format: epoch_us");
    Instant time = Instant.parse("2026-03-01T10:00:00.123Z");
    sink(server, "digits", before).prepare();
    insert(server, "digits", before, "a", time);
    ClickHouseSink sink = sink(server, "digits", after);
    assertThat(
        sink.check(),
        hasItem(
            "table digits.things: sorting key: expected at_extra_ns in it, found (toStartOfHour(at),"
                + " id, at): events that differ only in further digits of their time would be"
                + " collapsed -> `scripts/millrace migrate` with the same flags adds it"));
    assertThat(migrate(sink).refused(), is(empty()));
    assertThat(sink.check(), is(empty()));
    assertThat(migrate(sink), is(SinkMigration.NONE));
    for (int nanos : new int[] {0, 100, 456_789, 456_789, 999_999}) {
      insert(server, "digits", after, "a", time.plusNanos(nanos));
    }
    // A pipeline that still has the older contract writes the same rows as before.
    insert(server, "digits", before, "a", time);
    server.query("OPTIMIZE TABLE digits.things FINAL");
    assertThat(
        server.query(
            "SELECT at, at_extra_ns, seen FROM digits.things_exact ORDER BY at_extra_ns FORMAT"
                + " TSVRaw"),
        is(
            "2026-03-01 10:00:00.123\t0\t2026-03-01 10:00:00.123000\n"
                + "2026-03-01 10:00:00.123\t100\t2026-03-01 10:00:00.123000\n"
                + "2026-03-01 10:00:00.123\t456789\t2026-03-01 10:00:00.123456\n"
                + "2026-03-01 10:00:00.123\t999999\t2026-03-01 10:00:00.123999\n"));
  }

  @Test
  void aTimeOfTheKeyKeepsItsDigits(LocalClickHouse server) {
    sink(server, "key_digits", times("format: epoch_ms", "format: epoch_ms")).prepare();
    ClickHouseSink sink = sink(server, "key_digits", times("format: iso8601", "format: epoch_ns"));
    String checked =
        ": values that do not fit become dead letters; or declare `precision: 3` for"
            + " the field in the contract";
    assertThat(sink.check(), is(empty()));
    assertThat(
        sink.notes(),
        hasItems(
            "table key_digits.things, column at: expected DateTime64(9, 'UTC'), found DateTime64(3,"
                + " 'UTC')"
                + checked,
            "table key_digits.things, column seen: expected Nullable(DateTime64(9, 'UTC')), found"
                + " Nullable(DateTime64(3, 'UTC'))"
                + checked));
    assertThat(
        "a key keeps its type",
        sink(server, "key_digits", times("precision: 6", "format: epoch_ms")).notes(),
        hasItem(endsWith("found DateTime64(3, 'UTC')" + checked)));
  }
}
