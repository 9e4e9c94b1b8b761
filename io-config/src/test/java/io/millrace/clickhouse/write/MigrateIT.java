package io.millrace.clickhouse.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.clickhouse.ClickHouseSink;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.clickhouse.client.ClickHouseErrors;
import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.clickhouse.encoding.RowBlockBuilder;
import io.millrace.clickhouse.encoding.TableRowWriter;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.clickhouse.schema.TableTtl;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.fixtures.AllTypes;
import io.millrace.fixtures.LocalClickHouseExtension;
import io.millrace.fixtures.TestEvents;
import io.millrace.io.SinkException;
import io.millrace.io.SinkMigration;
import io.millrace.io.SinkMigration.Change;
import io.millrace.local.clickhouse.LocalClickHouse;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables follow the contract, on the real engine, while an older one still writes. */
@ExtendWith(LocalClickHouseExtension.class)
class MigrateIT {
  private static final String MIGRATE = " -> `scripts/millrace migrate` with the same flags ";

  private static final Contract V1 =
      contract(
          1,
          "kind: {type: string, low_cardinality: true, default: none}",
          "hits: {type: int32, default: 0}",
          "size: {type: int32}",
          "note: {type: string, default: \"\"}",
          "price: {type: decimal, precision: 9, scale: 2}",
          "gone: {type: string, required: true}");

  private static final Contract V2 =
      contract(
          2,
          "kind: {type: string, low_cardinality: true, default: none}",
          "hits: {type: int64, default: 0}",
          "size: {type: float64}",
          "note: {type: string}",
          "price: {type: decimal, precision: 20, scale: 4}",
          "region: {type: string}",
          "origin: {type: string, default: \"it's web\"}",
          "tenant: {type: string, required: true}");

  private static Contract contract(int version, String... fields) {
    return withTtl(version, "", fields);
  }

  private static Contract withTtl(int version, String ttl, String... fields) {
    List<String> names = new ArrayList<>();
    for (String field : fields) {
      names.add(field.substring(0, field.indexOf(':')));
    }
    String columns = "[id, " + String.join(", ", names) + ", at, ingestion_time, extra]";
    return ContractLoader.parse(
        """
        contract: changing
        version: %d
        format: json
        fields:
          id: {type: string, required: true}
          %s
          at: {type: timestamp, format: epoch_ms, required: true}
        event_time: {field: at}
        identity: [id, at]
        unknown_fields: {column: extra, as: json}
        tables:
          normal: {name: things, columns: %s%s}
          error: {name: things_error, columns: %s}
          late: {name: things_late, columns: %s}
          dead_letters: {name: things_dead}
        """
            .formatted(version, String.join("\n  ", fields), columns, ttl, columns, columns),
        "changing.yaml");
  }

  private static ClickHouseSink sink(LocalClickHouse server, String database, Contract contract) {
    return ClickHouseSink.of(
        ClickHouseConfig.of(server.address(), database),
        contract,
        DeadLetterFactory.of(contract, "test", Clock.system()),
        Clock.system());
  }

  private static SinkMigration migrate(ClickHouseSink sink) {
    return sink.migrate(false, change -> {});
  }

  private static InsertClient client(LocalClickHouse server, String database) {
    return HttpInsertClient.open(ClickHouseConfig.of(server.address(), database));
  }

  private static ClickHouseTable things(Contract contract) {
    return ClickHouseTable.of(contract).get(0);
  }

  private static Batch batch(Contract contract, int from, int to, Map<String, Object> given)
      throws InvalidRowException {
    RowBlockBuilder builder = new RowBlockBuilder();
    TableRowWriter writer = TableRowWriter.of(contract.tables().normal());
    for (int n = from; n < to; n++) {
      Map<String, Object> values = new HashMap<>(given);
      values.put("id", "n" + n);
      values.put("at", Instant.ofEpochMilli(TestEvents.BASE_TIME));
      values.put("ingestion_time", Instant.ofEpochMilli(TestEvents.BASE_TIME));
      Event event =
          TestEvents.event(contract, values, TestEvents.BASE_TIME, TestEvents.origin(n, 1));
      builder.add(event.values(), writer, TestEvents.BASE_TIME, event.origin());
    }
    return Batch.of(List.of(builder.build()));
  }

  private static Map<String, Object> older() {
    Map<String, Object> values = new HashMap<>();
    values.put("kind", "old");
    values.put("hits", -7);
    values.put("size", Integer.MAX_VALUE);
    values.put("note", "");
    values.put("price", new BigDecimal("-1234567.89"));
    values.put("gone", "here");
    return values;
  }

  private static Map<String, Object> newer() {
    Map<String, Object> values = new HashMap<>();
    values.put("kind", "new");
    values.put("hits", 1L << 40);
    values.put("size", 0.5);
    values.put("price", new BigDecimal("1234567890123456.7891"));
    values.put("region", "eu");
    values.put("origin", "app");
    values.put("tenant", "t1");
    return values;
  }

  private static String number(LocalClickHouse server, String query) {
    return server.query(query).strip();
  }

  private static String structure(LocalClickHouse server, String database) {
    return server.query(
        "SELECT name, create_table_query FROM system.tables WHERE database = '"
            + database
            + "' ORDER BY name");
  }

  @Test
  void twoVersionsWriteToTheSameTable(LocalClickHouse server) throws Exception {
    ClickHouseSink one = sink(server, "versions", V1);
    ClickHouseSink two = sink(server, "versions", V2);
    one.prepare();
    try (InsertClient writer = client(server, "versions")) {
      Batch first = batch(V1, 0, 10, older());
      writer.insert(things(V1), first);

      List<String> problems = two.check();
      String table = "table versions.things, column ";
      assertThat(problems, everyItem(containsString(MIGRATE)));
      assertThat(
          problems, hasItem(table + "hits: expected Int64, found Int32" + MIGRATE + "widens it"));
      assertThat(
          problems,
          hasItem(
              table
                  + "region: expected Nullable(String), found no such column"
                  + MIGRATE
                  + "adds it"));
      assertThat(
          problems,
          hasItem(startsWith(table + "gone: expected no such column, found String without")));
      assertThat(problems, hasItem(startsWith("view versions.things_exact: expected ")));
      assertThat(assertThrows(SinkException.class, two::prepare).problems(), is(problems));

      String before = structure(server, "versions");
      List<Change> told = new ArrayList<>();
      SinkMigration planned = two.migrate(true, told::add);
      assertThat(planned.refused(), is(empty()));
      assertThat(told, is(planned.changes()));
      assertThat("a dry run changes nothing", structure(server, "versions"), is(before));

      assertThat(migrate(two), is(planned));
      assertThat(two.check(), is(empty()));
      assertThat("done once", migrate(two), is(SinkMigration.NONE));
      assertThat("the older contract fits as well", one.check(), is(empty()));
      assertThat(migrate(one), is(SinkMigration.NONE));

      // This client still knows the columns as they were. A batch of one row shows best that no row
      // is taken for bad, and the first batch that no answer is lost over the migration.
      writer.insert(things(V1), batch(V1, 10, 11, older()));
      writer.insert(things(V1), first);
      writer.insert(things(V2), batch(V2, 20, 30, newer()));
      writer.insert(things(V2), batch(V2, 20, 30, newer()));
      writer.insert(things(V1), batch(V1, 11, 15, older()));
      writer.insert(things(V1), batch(V1, 11, 15, older()));
    }
    assertThat(number(server, "SELECT count() FROM versions.things"), is("25"));
    String columns = "kind, hits, size, note, price, region, origin, tenant, gone";
    assertThat(
        server.query(
            "SELECT count(), "
                + columns
                + " FROM versions.things_exact GROUP BY "
                + columns
                + " ORDER BY hits"),
        is(
            "15\told\t-7\t2147483647\t\t-1234567.89\t\\N\tit\\'s web\t\there\n"
                + "10\tnew\t1099511627776\t0.5\t\\N\t1234567890123456.7891\teu\tapp\tt1\t\n"));
    // What collapses still does, and the view does not wait for it.
    server.query("SYSTEM STOP MERGES versions.things");
    try (InsertClient writer = client(server, "versions")) {
      writer.insert(things(V2), batch(V2, 0, 15, newer()));
    }
    assertThat(
        server.query(
            "SELECT count(), uniqExact(id), sum(hits = 1099511627776) FROM versions.things_exact"),
        is("25\t25\t25\n"));
  }

  @Test
  void aMigrationWhileOthersWrite(LocalClickHouse server) throws Exception {
    sink(server, "busy", V1).prepare();
    AtomicInteger written = new AtomicInteger();
    AtomicInteger enough = new AtomicInteger(Integer.MAX_VALUE);
    AtomicReference<Throwable> failed = new AtomicReference<>();
    Thread writes =
        new Thread(
            () -> {
              try (InsertClient writer = client(server, "busy")) {
                while (written.get() < enough.get()) {
                  int n = written.get();
                  writer.insert(things(V1), batch(V1, n, n + 1, older()));
                  written.incrementAndGet();
                }
              } catch (RuntimeException | InvalidRowException e) {
                failed.set(e);
              }
            });
    writes.start();
    await(written, failed, 5);
    migrate(sink(server, "busy", V2));
    enough.set(written.get() + 5);
    writes.join(60_000);
    assertThat(failed.get(), is((Throwable) null));
    assertThat(
        server.query(
            "SELECT count(), uniqExact(id), sum(size = 2147483647) FROM busy.things_exact"),
        is(written + "\t" + written + "\t" + written + "\n"));
  }

  private static void await(AtomicInteger written, AtomicReference<Throwable> failed, int count) {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (written.get() < count && failed.get() == null && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
  }

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

  /** Rows that are encoded anew are no less guarded than others. */
  @Test
  void aColumnThatChangesUnderAWriterIsNeverMisread(LocalClickHouse server) throws Exception {
    sink(server, "under", V1).prepare();
    migrate(sink(server, "under", V2));
    try (InsertClient writer = client(server, "under")) {
      writer.insert(things(V1), batch(V1, 0, 1, older()));
      server.query("ALTER TABLE under.things MODIFY COLUMN hits Int16");
      RuntimeException refused =
          assertThrows(
              RuntimeException.class, () -> writer.insert(things(V1), batch(V1, 1, 2, older())));
      assertThat(ClickHouseErrors.understand(refused).code(), is(117));
      assertThat(writer.fits(things(V1)), is(false));
    }
    assertThat(number(server, "SELECT count() FROM under.things"), is("1"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          narrower | DROP VIEW $.things_exact; ALTER TABLE $.things MODIFY COLUMN hits Int16 | column hits: expected Int64, found Int16
          other | ALTER TABLE $.things MODIFY COLUMN size Nullable(String) | column size: expected Nullable(Float64), found Nullable(String)
          computed | ALTER TABLE $.things MODIFY COLUMN hits Int32 MATERIALIZED 1 | column hits: expected a column that can be written
          engine | DROP TABLE $.things; CREATE TABLE $.things AS $.things_late ENGINE = MergeTree PARTITION BY toYYYYMMDD(at) ORDER BY (id, at) | engine: expected a ReplacingMergeTree, found MergeTree
          keys | DROP TABLE $.things; CREATE TABLE $.things AS $.things_late ENGINE = ReplacingMergeTree PARTITION BY kind ORDER BY id | sorting key: expected at in it
          view | DROP VIEW $.things_exact; CREATE TABLE $.things_exact (id String) ENGINE = Memory | expected a view, found a table of engine Memory
          own view | DROP VIEW $.things_exact; CREATE VIEW $.things_exact AS SELECT id, 1 AS mine FROM $.things | its columns mine are somebody's own
          """)
  void whatIsNotSafeIsRefused(
      String what, String statements, String reason, LocalClickHouse server) {
    String database = "unsafe_" + what.replace(' ', '_');
    sink(server, database, V1).prepare();
    List.of(statements.replace("$", database).split("; ", -1)).forEach(server::query);
    String things = "SHOW CREATE TABLE " + database + ".things";
    String before = server.query(things);
    ClickHouseSink two = sink(server, database, V2);
    SinkMigration migration = migrate(two);
    assertThat(migration.refused(), hasItem(containsString(reason)));
    assertThat(migration.refused(), everyItem(containsString(" -> not safe to migrate: ")));
    assertThat(
        migration.refused(), everyItem(containsString("; nothing of this table is changed")));
    assertThat(server.query(things), is(before));
    assertThat(two.check(), hasItem(containsString(reason)));
    assertThat(
        "the other tables are migrated",
        number(server, "SELECT tenant FROM " + database + ".things_late_exact"),
        is(""));
  }

  @Test
  void aTtl(LocalClickHouse server) {
    String field = "v: {type: int32}";
    Contract forEver = contract(1, field);
    Contract shorter = withTtl(1, ", ttl: 20d", field);
    Contract longer = withTtl(1, ", ttl: 9000d", field);
    sink(server, "lives", forEver).prepare();
    server.query(
        "INSERT INTO lives.things (id, at) SELECT 'old', toDateTime64('2020-01-01 00:00:00', 3)");
    String show =
        "SELECT extract(engine_full, ' TTL (.*) SETTINGS') FROM system.tables"
            + " WHERE database = 'lives' AND name = 'things'";
    ClickHouseSink sink = sink(server, "lives", shorter);
    assertThat("a run can start", sink.check(), is(empty()));
    assertThat(
        sink.notes(),
        hasItem(
            startsWith(
                "table lives.things: TTL: expected "
                    + TableTtl.expression("at", Duration.ofDays(20))
                    + ", found none"
                    + " -> not safe to migrate: rows that are there now would be deleted at once")));
    assertThat(migrate(sink).refused(), hasSize(1));
    assertThat(number(server, show), is(""));
    assertThat(migrate(sink(server, "lives", longer)).refused(), is(empty()));
    assertThat(
        number(server, show),
        is(TableTtl.expression("at", Duration.ofDays(9000)).replace("`", "")));
    assertThat(migrate(sink).refused(), hasSize(1));
    assertThat(
        number(server, show),
        is(TableTtl.expression("at", Duration.ofDays(9000)).replace("`", "")));
    assertThat(migrate(sink(server, "lives", forEver)).changes(), hasSize(1));
    assertThat(number(server, show), is(""));
    assertThat(number(server, "SELECT count() FROM lives.things"), is("1"));
  }

  @Test
  void aTableMadeByHandIsGivenItsSettings(LocalClickHouse server) throws Exception {
    Contract contract = contract(1, "v: {type: int32}");
    server.query("CREATE DATABASE byhand");
    server.query(
        "CREATE TABLE byhand.things (id String, v Nullable(Int32), at DateTime64(3, 'UTC'),"
            + " ingestion_time DateTime64(3, 'UTC'), extra String) ENGINE = ReplacingMergeTree"
            + " PARTITION BY toYYYYMMDD(at) ORDER BY (id, at)");
    ClickHouseSink sink = sink(server, "byhand", contract);
    assertThat(sink.check(), is(empty()));
    assertThat(sink.notes(), hasSize(1));
    assertThat(sink.notes().get(0), startsWith("table byhand.things: settings: expected non_rep"));
    assertThat(sink.notes().get(0), containsString(MIGRATE + "sets it"));
    SinkMigration migration = migrate(sink);
    assertThat(
        "what is missing is created as well",
        migration.changes().stream().map(Change::statement).toList(),
        hasItem(startsWith("CREATE TABLE IF NOT EXISTS `byhand`.`things_late`")));
    assertThat(sink.notes(), is(empty()));
    assertThat(migrate(sink), is(SinkMigration.NONE));
    server.query("SYSTEM STOP MERGES byhand.things");
    try (InsertClient writer = client(server, "byhand")) {
      writer.insert(things(contract), batch(contract, 0, 3, Map.of()));
      writer.insert(things(contract), batch(contract, 0, 3, Map.of()));
    }
    assertThat(number(server, "SELECT count() FROM byhand.things"), is("3"));
  }

  @Test
  void theOlderContractCreatesAViewThatIsMissing(LocalClickHouse server) {
    sink(server, "lost_view", V2).prepare();
    server.query("DROP VIEW lost_view.things_exact");
    ClickHouseSink one = sink(server, "lost_view", V1);
    assertThat(one.check(), is(not(empty())));
    migrate(one);
    // With the newer one's columns, so that it still fits.
    assertThat(one.check(), is(empty()));
    assertThat(server.query("SELECT region FROM lost_view.things_exact"), is(""));
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
    assertThat(
        sink.check(),
        hasItems(
            "table key_digits.things, column at: expected DateTime64(9, 'UTC'), found DateTime64(3,"
                + " 'UTC') -> not safe to migrate: not every value of the one is one of the other;"
                + " or declare `precision: 3` for the field in the contract (docs/migrate.md)",
            "table key_digits.things, column seen: expected Nullable(DateTime64(9, 'UTC')), found"
                + " Nullable(DateTime64(3, 'UTC')) -> not safe to migrate: not every value of the"
                + " one is one of the other; or declare `precision: 3` for the field in the"
                + " contract (docs/migrate.md)"));
    assertThat(
        sink(server, "key_digits", times("precision: 6", "format: epoch_ms")).check(),
        hasItem(
            containsString(
                "the column is in the sorting or partition key: write a new table and exchange the"
                    + " two; or declare `precision: 3` for the field in the contract")));
  }
}
