package io.millrace.clickhouse.schema;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import io.millrace.clickhouse.ClickHouseSink;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.fixtures.LocalClickHouseExtension;
import io.millrace.io.SinkMigration;
import io.millrace.io.SinkMigration.Change;
import io.millrace.local.clickhouse.LocalClickHouse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the engine deletes by the TTLs that Millrace gives its tables. */
@ExtendWith(LocalClickHouseExtension.class)
class TableTtlIT {
  private static final List<Instant> TIMES =
      List.of(
          Instant.parse("1900-01-01T00:00:00Z"),
          Instant.parse("1969-12-31T23:59:59Z"),
          Instant.parse("1970-01-01T00:00:00Z"),
          Instant.parse("2025-11-20T08:00:00Z"),
          Instant.parse("2101-03-01T00:00:00Z"),
          Instant.parse("2105-12-31T00:00:00Z"),
          Instant.parse("2106-02-07T06:28:15Z"),
          Instant.parse("2106-02-07T06:28:16Z"),
          Instant.parse("2200-01-01T00:00:00Z"),
          Instant.parse("2262-04-11T00:00:00Z"),
          Instant.parse("2299-12-31T23:59:59Z"));

  /** The last time that nanoseconds in 64 bits hold. */
  private static final Instant LAST_NANOSECONDS = Instant.parse("2262-04-11T23:47:16Z");

  private static final List<Duration> LIVES =
      List.of(Duration.ofSeconds(1), Duration.ofDays(1825), Duration.ofDays(36_500));

  private static Contract contract(String ttl) {
    return ContractLoader.parse(
        """
        contract: keep
        version: 1
        format: json
        fields:
          id: {type: string, required: true}
          at: {type: timestamp, format: epoch_us, required: true}
        event_time: {field: at}
        identity: [id, at]
        error: {field: id, in: [bad]}
        unknown_fields: {column: extra, as: json}
        tables:
          normal: {name: keep, columns: [id, at, extra], ttl: TTL}
          error: {name: keep_error, columns: [id, at, extra], ttl: TTL}
          late: {name: keep_late, columns: [id, at, extra], ttl: TTL}
          dead_letters: {name: keep_dead, ttl: TTL}
          audit: {name: keep_audit, ttl: TTL}
        rollups:
          keep_by_minute:
            window: {fixed: 1m}
            ttl: TTL
            measures:
              seen: {type: count_if, field: id, in: [bad]}
        """
            .replace("TTL", ttl),
        "keep.yaml");
  }

  private static ClickHouseSink sink(LocalClickHouse server, String database, Contract contract) {
    return ClickHouseSink.of(
        ClickHouseConfig.of(server.address(), database),
        contract,
        DeadLetterFactory.of(contract, "t", Clock.system()),
        Clock.system());
  }

  private static String time(Instant at, int precision) {
    return "toDateTime64('"
        + at.toString().replaceAll("[TZ]", " ").strip()
        + "', "
        + precision
        + ", 'UTC')";
  }

  private static List<String> ids(LocalClickHouse server, String table) {
    return server.query("SELECT id FROM " + table + " ORDER BY toInt32(id)").lines().toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 9})
  void everyTimeIsKeptAsLongAsItIsToBe(int precision, LocalClickHouse server) {
    String database = "ttl_times_" + precision;
    server.query("CREATE DATABASE " + database);
    Instant now = Instant.now();
    for (Duration life : LIVES) {
      String table = database + ".t" + life.toSeconds();
      server.query(
          "CREATE TABLE "
              + table
              + " (id String, at DateTime64("
              + precision
              + ", 'UTC')) ENGINE = ReplacingMergeTree PARTITION BY toYYYYMMDD(at) ORDER BY id TTL "
              + TableTtl.expression("at", life)
              + " SETTINGS ttl_only_drop_parts = 1");
      List<String> rows = new ArrayList<>();
      List<String> kept = new ArrayList<>();
      for (int i = 0; i < TIMES.size(); i++) {
        Instant at = TIMES.get(i);
        if (precision < 9 || at.isBefore(LAST_NANOSECONDS)) {
          rows.add("('" + i + "', " + time(at, precision) + ")");
          if (at.plus(life).isAfter(now)) {
            kept.add("" + i);
          }
        }
      }
      server.query("INSERT INTO " + table + " VALUES " + String.join(", ", rows));
      server.query("OPTIMIZE TABLE " + table + " FINAL");
      assertThat(life.toString(), ids(server, table), is(kept));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Date", "Date32"})
  void everyDateIsKeptAsLongAsItIsToBe(String type, LocalClickHouse server) {
    String database = "ttl_" + type;
    server.query("CREATE DATABASE " + database);
    List<String> dates = List.of("1970-01-02", "2025-11-20", "2106-02-08", "2149-06-06");
    for (Duration life : List.of(Duration.ofDays(1), Duration.ofDays(36_500))) {
      String table = database + ".t" + life.toDays();
      server.query(
          "CREATE TABLE "
              + table
              + " (id String, at "
              + type
              + ") ENGINE = ReplacingMergeTree ORDER BY id TTL "
              + TableTtl.expression("at", type, life));
      String rows =
          IntStream.range(0, dates.size())
              .mapToObj(i -> "('" + i + "', '" + dates.get(i) + "')")
              .collect(Collectors.joining(", "));
      server.query("INSERT INTO " + table + " VALUES " + rows);
      server.query("OPTIMIZE TABLE " + table + " FINAL");
      assertThat(
          life.toString(),
          ids(server, table),
          is(life.toDays() == 1 ? List.of("2", "3") : List.of("0", "1", "2", "3")));
      String engine =
          server.query(
              "SELECT engine_full FROM system.tables WHERE database = '%s' AND name = 't%d'"
                  .formatted(database, life.toDays()));
      TableTtl read = TableTtl.of(engine.strip());
      assertThat(engine, read.form(), is(TableTtl.Form.BOUNDED));
      assertThat(read.life(), is(life));
      assertThat(read.column(), is("at"));
    }
  }

  /** A row of the last days is deleted at once, although it is to be kept for a month. */
  @ParameterizedTest
  @CsvSource({"Date, 2149-06-06", "Date32, 2299-12-31"})
  void aSumOfADateOverflows(String type, String last, LocalClickHouse server) {
    String table = "ttl_sum_" + type;
    server.query(
        "CREATE TABLE %s (id String, at %s) ENGINE = ReplacingMergeTree ORDER BY id TTL at + toIntervalDay(30)"
            .formatted(table, type));
    server.query("INSERT INTO %s VALUES ('1', '%s'), ('2', '2100-01-01')".formatted(table, last));
    server.query("OPTIMIZE TABLE " + table + " FINAL");

    boolean deleted = ids(server, table).equals(List.of("2"));

    assertThat(TableTtl.of("x TTL at + toIntervalDay(30)").canOverflow(type), is(deleted));
  }

  @Test
  void everyTableOfAContractKeepsItsRows(LocalClickHouse server) {
    Contract contract = contract("36500d");
    sink(server, "ttl_all", contract).prepare();
    for (ClickHouseTable table : ClickHouseTable.of(contract)) {
      String name = "ttl_all." + table.name();
      List<String> rows =
          TIMES.stream()
              .filter(at -> at.isAfter(Instant.parse("2000-01-01T00:00:00Z")))
              .map(at -> "(" + time(at, 3) + (table.holdsBatches() ? ", 1, [1], [0], [0])" : ")"))
              .collect(Collectors.toList());
      server.query(
          "INSERT INTO "
              + name
              + " ("
              + table.timeColumn()
              + (table.holdsBatches() ? ", records, offsets, record_times, event_times" : "")
              + ") VALUES "
              + String.join(", ", rows));
      server.query("OPTIMIZE TABLE " + name + " FINAL");
      assertThat(
          name,
          server.query("SELECT count() FROM ttl_all." + table.exactView()),
          is(rows.size() + "\n"));
    }
  }

  /** A table with a TTL of the form that Millrace made before. */
  private static void makeOld(LocalClickHouse server, String database, String ttl, int days) {
    sink(server, database, contract(ttl)).prepare();
    for (ClickHouseTable table : ClickHouseTable.of(contract(ttl))) {
      server.query(
          "ALTER TABLE "
              + database
              + "."
              + table.name()
              + " MODIFY TTL toDateTime("
              + table.ttlColumn()
              + ") + toIntervalDay("
              + days
              + ")");
    }
  }

  private static SinkMigration migrate(ClickHouseSink sink) {
    return sink.migrate(false, change -> {});
  }

  @Test
  void aTtlThatOverflowsIsFoundAndReplaced(LocalClickHouse server) {
    makeOld(server, "ttl_old", "27000d", 27_000);
    server.query(
        "INSERT INTO ttl_old.keep (id, at) SELECT toString(number), toDateTime64('2025-11-20"
            + " 08:00:00', 3, 'UTC') + toIntervalDay(number) FROM numbers(5)");
    ClickHouseSink same = sink(server, "ttl_old", contract("27000d"));
    assertThat(same.check(), hasSize(7));
    assertThat(
        same.check(),
        hasItem(
            startsWith(
                "table ttl_old.keep: TTL: expected toDateTime(greatest(least(intDiv("
                    + "toUnixTimestamp64Milli(`at`), 1000) + (27000 * 86400), 4294967295), 1)), found"
                    + " toDateTime(at) + toIntervalDay(27000), which overflows: rows that are to be"
                    + " kept beyond 2106 are deleted or rejected -> `scripts/millrace migrate`")));
    ClickHouseSink longer = sink(server, "ttl_old", contract("36500d"));
    assertThat(migrate(longer).refused(), is(empty()));
    server.query("OPTIMIZE TABLE ttl_old.keep FINAL");
    assertThat(ids(server, "ttl_old.keep_exact"), contains("0", "1", "2", "3", "4"));
    assertThat(longer.check(), is(empty()));
    assertThat(longer.notes(), is(empty()));
    assertThat(migrate(longer), is(SinkMigration.NONE));
  }

  @Test
  void theServerIsAskedWhatALongerLifeDeletes(LocalClickHouse server) {
    // The sum of the old form is past 2106, so the row is there although it is older than both.
    makeOld(server, "ttl_asked", "27000d", 36_500);
    server.query("SYSTEM STOP MERGES ttl_asked.keep");
    server.query("ALTER TABLE ttl_asked.keep REMOVE TTL");
    server.query(
        "INSERT INTO ttl_asked.keep (id, at) VALUES ('1', toDateTime64('1900-01-01 00:00:00', 3,"
            + " 'UTC'))");
    server.query(
        "ALTER TABLE ttl_asked.keep MODIFY TTL toDateTime(at) + toIntervalDay(10000)"
            + " SETTINGS materialize_ttl_after_modify = 0");
    SinkMigration migration = migrate(sink(server, "ttl_asked", contract("27000d")));
    assertThat(migration.refused(), hasSize(1));
    assertThat(
        migration.refused().get(0), containsString("existing rows would be deleted at once"));
    assertThat(ids(server, "ttl_asked.keep"), contains("1"));
  }

  @Test
  void aShorterLifeIsRefusedButTheOverflowIsRemoved(LocalClickHouse server) {
    makeOld(server, "ttl_short", "90d", 400);
    ClickHouseSink shorter = sink(server, "ttl_short", contract("90d"));
    List<String> statements = migrate(shorter).changes().stream().map(Change::statement).toList();
    assertThat(
        statements,
        hasItem(
            "ALTER TABLE `ttl_short`.`keep` MODIFY TTL "
                + TableTtl.expression("at", Duration.ofDays(400))));
    assertThat("a run can start", shorter.check(), is(empty()));
    SinkMigration again = migrate(shorter);
    assertThat(again.changes(), is(empty()));
    assertThat(again.refused(), hasSize(7));
  }
}
