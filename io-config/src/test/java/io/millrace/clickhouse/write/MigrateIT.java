package io.millrace.clickhouse.write;

import static io.millrace.clickhouse.write.ChangingTables.batch;
import static io.millrace.clickhouse.write.ChangingTables.client;
import static io.millrace.clickhouse.write.ChangingTables.contract;
import static io.millrace.clickhouse.write.ChangingTables.migrate;
import static io.millrace.clickhouse.write.ChangingTables.number;
import static io.millrace.clickhouse.write.ChangingTables.sink;
import static io.millrace.clickhouse.write.ChangingTables.things;
import static io.millrace.clickhouse.write.ChangingTables.withTtl;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.clickhouse.ClickHouseSink;
import io.millrace.clickhouse.client.ClickHouseErrors;
import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.clickhouse.schema.TableTtl;
import io.millrace.contract.Contract;
import io.millrace.fixtures.LocalClickHouseExtension;
import io.millrace.io.SinkException;
import io.millrace.io.SinkMigration;
import io.millrace.io.SinkMigration.Change;
import io.millrace.local.clickhouse.LocalClickHouse;
import java.math.BigDecimal;
import java.time.Duration;
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
          "until then, rows are checked",
          two.notes(),
          hasItem(
              table
                  + "hits: expected Int64, found Int32: values that do not fit become dead letters"
                  + MIGRATE
                  + "widens it"));
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
    writes.join(180_000);
    assertThat(failed.get(), is((Throwable) null));
    assertThat(
        server.query(
            "SELECT count(), uniqExact(id), sum(size = 2147483647) FROM busy.things_exact"),
        is(written + "\t" + written + "\t" + written + "\n"));
  }

  private static void await(AtomicInteger written, AtomicReference<Throwable> failed, int count) {
    long deadline = System.nanoTime() + 180_000_000_000L;
    while (written.get() < count && failed.get() == null && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
  }

  /** Rows that are encoded anew are no less guarded than others. */
  @Test
  void aColumnThatChangesUnderAWriterIsNeverMisread(LocalClickHouse server) throws Exception {
    sink(server, "under", V1).prepare();
    migrate(sink(server, "under", V2));
    try (InsertClient writer = client(server, "under")) {
      writer.insert(things(V1), batch(V1, 0, 1, older()));
      server.query("ALTER TABLE under.things MODIFY COLUMN hits String");
      RuntimeException refused =
          assertThrows(
              RuntimeException.class, () -> writer.insert(things(V1), batch(V1, 1, 2, older())));
      assertThat(ClickHouseErrors.understand(refused).code(), is(53));
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
          other | ALTER TABLE $.things MODIFY COLUMN size Nullable(String) | column size: expected Nullable(Float64), found Nullable(String)
          computed | ALTER TABLE $.things MODIFY COLUMN hits Int32 MATERIALIZED 1 | column hits: expected a column that can be written
          engine | DROP TABLE $.things; CREATE TABLE $.things AS $.things_late ENGINE = MergeTree PARTITION BY toYYYYMMDD(at) ORDER BY (id, at) | engine: expected a ReplacingMergeTree, found MergeTree
          keys | DROP TABLE $.things; CREATE TABLE $.things AS $.things_late ENGINE = ReplacingMergeTree PARTITION BY kind ORDER BY id | sorting key: expected at in it
          view | DROP VIEW $.things_exact; CREATE TABLE $.things_exact (id String) ENGINE = Memory | expected a view, found a table of engine Memory
          own view | DROP VIEW $.things_exact; CREATE VIEW $.things_exact AS SELECT id, 1 AS mine FROM $.things | Millrace did not create its columns mine
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
                    + " -> not safe to migrate: existing rows would be deleted at once")));
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
}
