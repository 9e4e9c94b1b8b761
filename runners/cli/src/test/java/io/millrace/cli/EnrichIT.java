package io.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Columns that are looked up, in a file and in ClickHouse, and derived columns are in tables and
 * roll-ups, and decide outcomes, on both runners.
 */
class EnrichIT {
  private static final int EVENTS = 300;
  private static final int USERS = 7;

  private static LocalStack stack;
  @TempDir private Path directory;

  @BeforeAll
  static void sendEvents() throws Exception {
    stack = SharedStack.clean();
    stack.clickHouse().query("CREATE DATABASE IF NOT EXISTS enrich_source");
    stack
        .clickHouse()
        .query(
            "CREATE OR REPLACE TABLE enrich_source.countries (code String, `the region`"
                + " Nullable(String), size UInt64) ENGINE = MergeTree ORDER BY code");
    stack
        .clickHouse()
        .query(
            "INSERT INTO enrich_source.countries VALUES ('de', 'europe', 18446744073709551615),"
                + " ('us', NULL, 5)");
    // Long enough ago that their windows close while the stateful run reads.
    Instant now = Instant.now().minusSeconds(600);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.kafka().address()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < EVENTS; i++) {
        String event =
            "{\"id\": %d, \"at\": \"%s\", \"user\": %d, \"ms\": %d}"
                .formatted(i, now.minusMillis(i), i % (USERS + 1), i * 100);
        for (int copy = 0; copy < (i % 9 < 3 ? 2 : 1); copy++) {
          producer.send(new ProducerRecord<>("enrich", 0, null, event.getBytes(UTF_8))).get();
        }
      }
    }
  }

  /** Of eight users, the first has no row; the others are of Germany or America, by turns. */
  private List<String> flags(String database) throws Exception {
    StringBuilder users = new StringBuilder("id,country\n");
    for (int user = 1; user <= USERS; user++) {
      users.append(user).append(user % 2 == 0 ? ",US\n" : ",DE\n");
    }
    Path file = Files.writeString(directory.resolve("users.csv"), users.toString());
    String clickHouse = "clickhouse" + stack.clickHouse().address().substring(4);
    Path contract =
        Files.writeString(
            directory.resolve("contract.yaml"),
            """
            contract: visits
            version: 1
            fields:
              id:   {type: int64, required: true}
              at:   {type: timestamp, required: true}
              user: {type: int64}
              ms:   {type: int64, default: 0}
            event_time: {field: at}
            identity: [id, at]
            lookups:
              users: {from: "%s", key: user, key_column: id, columns: [country], on_missing: dead}
              countries:
                from: "%s/enrich_source/countries"
                key: country.lowerAscii()
                key_column: code
                columns:
                  region: {column: the region, low_cardinality: true}
                  inhabitants: {column: size, type: uint64}
            derive:
              seconds: {value: ms / 1000, type: int32}
              label: {value: "country + '/' + (region == null ? 'none' : region)", on_error: dead}
            error: seconds >= 20
            filter: {instant: {when: seconds < 1 && region == 'europe'}}
            tables: {normal: {name: visits}}
            rollups:
              visits_per_minute:
                window: {fixed: 1m}
                group_by: [label]
                measures: {n: {type: count}, s: {type: sum, field: seconds}}
            """
                .formatted(file.toUri(), clickHouse));
    return List.of(
        "--input=kafka://" + stack.kafka().address() + "/enrich",
        "--output=" + clickHouse + "/" + database,
        "--contract=" + contract);
  }

  private static String query(String sql) {
    return stack.clickHouse().query(sql).strip();
  }

  @Test
  void onTheDirectRunner() throws Exception {
    List<String> flags = flags("direct_enrich");
    MillraceProcess.Result check = MillraceCommand.run("check", flags);
    assertThat(check.out() + check.err(), check.exitCode(), is(0));
    MillraceProcess.Result run = MillraceCommand.run("run", flags, "--untilCaughtUp");
    assertThat(run.out() + run.err(), run.exitCode(), is(0));
    check(flags, "direct_enrich");
  }

  @Test
  void onFlink() throws Exception {
    List<String> flags = flags("flink_enrich");
    MillraceProcess.Result run =
        MillraceCommand.run(
            "run", flags, "--untilCaughtUp", "--state=" + directory.resolve("state"));
    assertThat(run.out() + run.err(), run.exitCode(), is(0));
    check(flags, "flink_enrich");
  }

  @Test
  void checkNamesATableThatIsNotThere() throws Exception {
    List<String> flags = flags("no_table");
    query("RENAME TABLE enrich_source.countries TO enrich_source.other");
    try {
      MillraceProcess.Result check = MillraceCommand.run("check", flags);
      assertThat(check.exitCode(), is(2));
      assertThat(
          check.out() + check.err(),
          containsString("/enrich_source/countries: ClickHouse answers with HTTP status"));
    } finally {
      query("RENAME TABLE enrich_source.other TO enrich_source.countries");
    }
  }

  private static void check(List<String> flags, String database) throws Exception {
    MillraceProcess.Result audit = MillraceCommand.run("audit", flags, "--json");
    assertThat(audit.out() + audit.err(), audit.exitCode(), is(0));
    JsonNode outcomes = new ObjectMapper().readTree(audit.out()).path("outcomes");
    long dead = 0;
    long filtered = 0;
    long duplicates = 0;
    long errors = 0;
    long german = 0;
    long american = 0;
    for (int i = 0; i < EVENTS; i++) {
      int copies = i % 9 < 3 ? 2 : 1;
      int user = i % (USERS + 1);
      if (user == 0) {
        dead += copies;
      } else if (i * 100 / 1000 < 1 && user % 2 == 1) {
        filtered += copies;
      } else {
        duplicates += copies - 1;
        errors += i * 100 / 1000 >= 20 ? 1 : 0;
        german += user % 2;
        american += 1 - user % 2;
      }
    }
    assertThat(outcomes.path("dead").asLong(), is(dead));
    assertThat(outcomes.path("filtered").asLong(), is(filtered));
    assertThat(outcomes.path("duplicate").asLong(), is(duplicates));
    assertThat(outcomes.path("error").asLong(), is(errors));
    assertThat(outcomes.path("accepted").asLong(), is(german + american - errors));
    assertThat(
        query(
            "SELECT label, region, inhabitants, count() FROM (SELECT * FROM "
                + database
                + ".visits_exact UNION ALL SELECT * FROM "
                + database
                + ".visits_error_exact) GROUP BY ALL ORDER BY label"),
        is(
            "DE/europe\teurope\t18446744073709551615\t%d\nUS/none\t\\N\t5\t%d"
                .formatted(german, american)));
    assertThat(
        query(
            "SELECT label, sum(n), sum(s) FROM "
                + database
                + ".visits_per_minute_exact GROUP BY label ORDER BY label"),
        is(
            query(
                "SELECT label, count(), sum(seconds) FROM (SELECT label, seconds FROM "
                    + database
                    + ".visits_exact UNION ALL SELECT label, seconds FROM "
                    + database
                    + ".visits_error_exact) GROUP BY label ORDER BY label")));
  }
}
