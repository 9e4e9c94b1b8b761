package io.millrace.clickhouse.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.clickhouse.schema.AuditTable;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.clickhouse.write.AuditedPlaces.Entry;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.fixtures.LocalClickHouseExtension;
import io.millrace.local.clickhouse.LocalClickHouse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The audit's batches of the real server, taken apart by the views. */
@ExtendWith(LocalClickHouseExtension.class)
class AuditViewsIT {
  private static final long START = 1_772_359_170_000L;

  private static Contract contract(String more) {
    return ContractLoader.parse(
        """
        contract: c
        %s
        fields:
          id: {type: string, required: true}
          at: {type: timestamp, required: true}
        event_time: {field: at}
        identity: [id, at]
        """
            .formatted(more),
        "c.yaml");
  }

  private static List<String> lines(LocalClickHouse server, String query) {
    String answer = server.query(query);
    return answer.isEmpty() ? List.of() : Arrays.stream(answer.split("\n")).sorted().toList();
  }

  private static List<String> exact(LocalClickHouse server, String database, String where) {
    return lines(
        server,
        "SELECT topic, partition, offset, toUnixTimestamp64Milli(record_time), element, outcome,"
            + " elements, toUnixTimestamp64Milli(event_time) FROM "
            + database
            + ".audit_exact WHERE contract = 'c'"
            + where);
  }

  private static List<String> perMinute(LocalClickHouse server, String database) {
    return lines(
        server,
        "SELECT topic, toUnixTimestamp64Milli(minute), outcome, records FROM "
            + database
            + ".audit_per_minute WHERE contract = 'c'");
  }

  /** Records of a log that is read several times, from any place on, in batches of any size. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void showEachPlaceOnceWithItsLastOutcome(boolean many, LocalClickHouse server) throws Exception {
    String database = many ? "views_many" : "views_one";
    Contract contract = contract(many ? "events: {path: list}" : "");
    ChangingTables.sink(server, database, contract).prepare();
    ClickHouseTable table = AuditTable.of(contract);
    AuditedPlaces places = new AuditedPlaces("c", many);
    Random random = new Random(many ? 7 : 8);
    try (InsertClient client =
        new HttpInsertClient(ClickHouseConfig.of(server.address(), database))) {
      for (int read = 0; read < 4; read++) {
        List<Entry> entries = new ArrayList<>();
        int from = random.nextInt(300);
        for (int n = from; n < 1_000; n++) {
          // A topic that was created again has its offsets twice.
          long recordTime = START + n * 150L + (n % 10 == 0 && read == 3 ? 1 : 0);
          int elements = many ? 1 + n % 3 : 1;
          for (int element = 0; element < elements; element++) {
            entries.add(
                new Entry(
                    n % 2 == 0 ? "events" : "other",
                    n % 3,
                    n / 3,
                    element,
                    elements,
                    recordTime,
                    recordTime - random.nextInt(5_000),
                    AuditedPlaces.outcome(random),
                    START + 200_000 + read * 5_000L + random.nextInt(900)));
          }
        }
        Collections.shuffle(entries, random);
        for (int at = 0; at < entries.size(); ) {
          int to = Math.min(entries.size(), at + 1 + random.nextInt(500));
          Batch batch = places.batch(entries.subList(at, to));
          client.insert(table, batch);
          if (random.nextBoolean()) {
            client.insert(table, batch);
          }
          at = to;
        }
      }
    }
    List<String> expected = places.exact();
    assertThat(exact(server, database, ""), is(expected));
    assertThat(perMinute(server, database), is(places.perMinute()));
    assertThat(
        server.query("SELECT count() FROM " + database + ".audit"), is(places.written() + "\n"));
    server.query("OPTIMIZE TABLE " + database + ".audit_batches FINAL");
    assertThat(exact(server, database, ""), is(expected));
    String part = " AND topic = 'other' AND partition = 1 AND offset < 200";
    assertThat(exact(server, database, part).size(), is(lessThan(expected.size())));
    assertThat(
        exact(server, database, part),
        is(
            expected.stream()
                .filter(line -> line.startsWith("other\t1\t"))
                .filter(line -> Long.parseLong(line.split("\t", 4)[2]) < 200)
                .toList()));
  }

  /** Times that a source's clock may give. */
  @Test
  void showTimesOfAnyClock(LocalClickHouse server) throws Exception {
    Contract contract = contract("");
    ChangingTables.sink(server, "views_clock", contract).prepare();
    AuditedPlaces places = new AuditedPlaces("c", false);
    List<Entry> entries = new ArrayList<>();
    for (long time : new long[] {-1, 0, 59_999, 60_000, START, 4_294_967_296_000L}) {
      entries.add(new Entry("t", 0, entries.size(), 0, 1, time, time, "late", START));
    }
    try (InsertClient client =
        new HttpInsertClient(ClickHouseConfig.of(server.address(), "views_clock"))) {
      client.insert(AuditTable.of(contract), places.batch(entries));
    }
    assertThat(exact(server, "views_clock", ""), is(places.exact()));
    assertThat(perMinute(server, "views_clock"), is(places.perMinute()));
  }

  /** An older version wrote a row for each event, to a table with the audit's name. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void showTheTableOfAnOlderVersion(boolean oldest, LocalClickHouse server) throws Exception {
    String database = oldest ? "views_oldest" : "views_older";
    server.query("CREATE DATABASE " + database);
    server.query(
        "CREATE TABLE %s.audit (contract LowCardinality(String), topic LowCardinality(String),"
                .formatted(database)
            + " partition Int32, offset Int64, record_time DateTime64(3, 'UTC'), outcome"
            + " LowCardinality(String), written_at DateTime64(3, 'UTC')"
            + (oldest ? "" : ", event_time DateTime64(3, 'UTC')")
            + ") ENGINE = ReplacingMergeTree PARTITION BY toYYYYMMDD(record_time) ORDER BY"
            + " (contract, topic, partition, offset, record_time)");
    String view = "CREATE VIEW %1$s.%2$s AS SELECT %3$s FROM %1$s.audit FINAL%4$s";
    String columns =
        "contract, topic, partition, offset, record_time, outcome, written_at"
            + (oldest ? "" : ", event_time");
    server.query(view.formatted(database, "audit_exact", columns, ""));
    server.query(
        view.formatted(
            database,
            "audit_per_minute",
            "contract, topic, toStartOfMinute(record_time) AS minute, outcome, count() AS records",
            " GROUP BY contract, topic, minute, outcome"));
    AuditedPlaces places = new AuditedPlaces("c", false);
    List<Entry> older = new ArrayList<>();
    for (int n = 0; n < 200; n++) {
      long recordTime = START + n * 1_000L;
      older.add(
          new Entry("events", 0, n, 0, 1, recordTime, oldest ? 0 : recordTime - 7, "dead", START));
    }
    server.query(
        "INSERT INTO %1$s.audit SELECT 'c', 'events', 0, number, fromUnixTimestamp64Milli(%2$d +"
                .formatted(database, START)
            + " toInt64(number) * 1000) AS record_time, 'dead', fromUnixTimestamp64Milli(%d)%s"
                .formatted(START, oldest ? "" : ", record_time - toIntervalMillisecond(7)")
            + " FROM numbers(200)");
    Batch unused = places.batch(older);
    Contract contract = contract("");
    assertThat(
        ChangingTables.sink(server, database, contract).check(),
        hasItem(
            startsWith(
                "view %1$s.audit_per_minute: expected one that shows audit_batches, found one of an"
                    .formatted(database))));
    assertThat(
        ChangingTables.sink(server, database, contract).migrate(false, change -> {}).refused(),
        is(empty()));
    assertThat(ChangingTables.sink(server, database, contract).check(), is(empty()));
    assertThat(exact(server, database, ""), is(places.exact()));
    List<Entry> newer = new ArrayList<>();
    for (int n = 150; n < 300; n++) {
      long recordTime = START + n * 1_000L;
      newer.add(
          new Entry("events", 0, n, 0, 1, recordTime, recordTime - 7, "accepted", START + 60_000));
    }
    try (InsertClient client =
        new HttpInsertClient(ClickHouseConfig.of(server.address(), database))) {
      client.insert(AuditTable.of(contract), places.batch(newer));
    }
    List<String> expected = places.exact();
    assertThat(expected, not(hasItem("dead\t299")));
    assertThat(exact(server, database, ""), is(expected));
    assertThat(perMinute(server, database), is(places.perMinute()));
  }
}
