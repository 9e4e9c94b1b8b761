package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The sample events, sent line by line without keys as a console producer does. */
class SampleEventsIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The samples happened long before they are sent. */
  private static final String OLD = "--allowedLateness=3650d";

  private static LocalStack stack;

  @BeforeAll
  static void startStack() {
    stack = SharedStack.clean();
  }

  private static List<String> sample(String file) throws Exception {
    return Files.readAllLines(MillraceProcess.root().resolve("test-data/events/" + file));
  }

  private static void produce(String topic, List<String> lines) throws Exception {
    List<ProducerRecord<String, String>> records = new ArrayList<>();
    lines.forEach(line -> records.add(new ProducerRecord<>(topic, line)));
    send(records);
  }

  private static void send(List<ProducerRecord<String, String>> records) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.kafka().address()),
            new StringSerializer(),
            new StringSerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (ProducerRecord<String, String> record : records) {
        sent.add(producer.send(record));
      }
      for (Future<RecordMetadata> record : sent) {
        record.get();
      }
    }
  }

  private static JsonNode run(String topic, String database, String contract, String... more)
      throws Exception {
    List<String> args =
        new ArrayList<>(
            List.of(
                "run",
                "--untilCaughtUp",
                "--maxBatchAge=1s",
                "--json",
                "--input=kafka://" + stack.kafka().address() + "/" + topic,
                "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/" + database,
                MillraceProcess.contract(contract),
                // With Beam's checks on, which find a step that changes an element.
                "--enforceImmutability=true",
                "--enforceEncodability=true"));
    args.addAll(List.of(more));
    MillraceProcess.Result result = MillraceCommand.run(args.toArray(String[]::new));
    assertThat(result.err(), result.exitCode(), equalTo(0));
    return JSON.readTree(result.out());
  }

  private static Set<List<Object>> rows(String database, String sql) throws Exception {
    Set<List<Object>> rows = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
    for (String line :
        stack
            .clickHouse()
            .query(
                sql.replace("FROM ", "FROM " + database + ".")
                    + " SETTINGS output_format_json_quote_64bit_integers = 0"
                    + " FORMAT JSONCompactEachRow")
            .lines()
            .toList()) {
      List<Object> row = new ArrayList<>();
      JSON.readTree(line).forEach(value -> row.add(value.isNull() ? null : value.asText()));
      rows.add(row);
    }
    return rows;
  }

  @Test
  void queryEventsLandInTheRightTablesWithTheRightValues() throws Exception {
    List<String> lines = sample("query-events.jsonl");
    produce("samples", lines);
    // The other form of an error: not a string.
    String withObject =
        "{\"query_id\":\"q-x\",\"timestamp\":\"2026-03-01T11:00:00+01:00\",\"event_type\":"
            + "\"query_failed\",\"metadata\":{\"error\":{\"code\": 7}},\"payload\":[1, 2.50],"
            + "\"host\":\"h1\"}";
    produce("samples", List.of(withObject));
    JsonNode balance = run("samples", "samples", "query-events.yaml", OLD);
    assertThat(balance.path("read").asInt(), equalTo(lines.size() + 1));
    assertThat(balance.path("balanced").asBoolean(), equalTo(true));

    Set<List<Object>> normal = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
    Set<List<Object>> errors = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
    for (String line : lines) {
      JsonNode event = JSON.readTree(line);
      JsonNode metadata = event.path("metadata");
      List<Object> common =
          List.of(
              event.path("query_id").asText(),
              event.path("event_type").asText(),
              event.path("query_text").asText(),
              metadata.path("user_id").asText(),
              metadata.path("database").asText());
      String time = String.valueOf(Instant.parse(event.path("timestamp").asText()).toEpochMilli());
      List<Object> row = new ArrayList<>(common);
      if (metadata.hasNonNull("error")) {
        JsonNode error = metadata.path("error");
        row.add(error.isTextual() ? error.asText() : error.toString());
        row.add(time);
        errors.add(row);
      } else {
        row.add(metadata.path("duration_ms").asText());
        row.add(metadata.path("rows_affected").asText());
        row.add(event.path("payload").toString());
        row.add(time);
        normal.add(row);
      }
    }
    errors.add(List.of("q-x", "query_failed", "", "", "", "{\"code\": 7}", "1772359200000"));

    assertThat(
        rows(
            "samples",
            "SELECT query_id, event_type, query_text, user_id, database_name,"
                + " toString(duration_ms), toString(rows_affected), payload,"
                + " toString(toUnixTimestamp64Milli(event_time)) FROM sink_output_exact"),
        equalTo(normal));
    assertThat(
        rows(
            "samples",
            "SELECT query_id, event_type, query_text, user_id, database_name, error,"
                + " toString(toUnixTimestamp64Milli(event_time)) FROM error_events_exact"),
        equalTo(errors));
    assertThat(
        rows("samples", "SELECT extra FROM error_events_exact WHERE query_id = 'q-x'").toString(),
        equalTo("[[{\"host\":\"h1\"}]]"));

    // Read again from the beginning by a second run: the views show each event once.
    run("samples", "samples", "query-events.yaml", OLD);
    assertThat(
        stack.clickHouse().query("SELECT count() FROM samples.sink_output_exact"),
        equalTo(normal.size() + "\n"));
  }

  @Test
  void anotherContractNeedsNoCode() throws Exception {
    List<String> lines = sample("user-events.jsonl");
    produce("users", lines);
    produce("users", List.of(lines.get(0), "not json"));
    JsonNode balance = run("users", "users", "user-events.yaml", OLD);
    assertThat(balance.path("accepted").asInt(), equalTo(lines.size()));
    assertThat(balance.path("duplicate").asInt(), equalTo(1));
    assertThat(balance.path("dead").asInt(), equalTo(1));
    assertThat(
        stack
            .clickHouse()
            .query(
                "SELECT user_id, page, duration, amount, currency, event_time"
                    + " FROM users.user_events_exact WHERE event_id IN ('evt_0', 'evt_1')"
                    + " ORDER BY event_id"),
        equalTo(
            "user_0\t/home\t30\t\\N\t\\N\t2024-01-01 00:00:00.000\n"
                + "user_1\t\\N\t\\N\t20.99\tUSD\t2024-01-01 00:01:00.000\n"));
    assertThat(
        stack.clickHouse().query("SELECT value, code, topic FROM users.user_events_dead_exact"),
        containsString("not json\tmalformed_json\tusers"));

    // The rollups, which are due: the windows of 2024 have ended.
    assertThat(
        stack
            .clickHouse()
            .query(
                "SELECT window_start, page, views FROM users.page_views_per_minute_exact"
                    + " ORDER BY window_start"),
        equalTo(
            "2024-01-01 00:00:00.000\t/home\t1\n"
                + "2024-01-01 00:03:00.000\t/home\t1\n"
                + "2024-01-01 00:06:00.000\t/home\t1\n"
                + "2024-01-01 00:09:00.000\t/home\t1\n"));
    assertThat(
        stack.clickHouse().query("SELECT users, events FROM users.unique_users_per_hour_exact"),
        equalTo("6\t12\n"));
    assertThat(
        stack
            .clickHouse()
            .query("SELECT window_start, currency, revenue FROM users.revenue_per_day_exact"),
        equalTo("2024-01-01 00:00:00.000\tUSD\t101.96\n"));
  }

  private static String event(String id, Instant time) {
    return "{\"query_id\":\"%s\",\"timestamp\":\"%s\",\"event_type\":\"t\",\"metadata\":{\"duration_ms\":1}}"
        .formatted(id, time);
  }

  /** As a client sends it that knows no times. */
  private static final class WithoutTime extends ProducerRecord<String, String> {
    WithoutTime(String topic, String value) {
      super(topic, value);
    }

    @Override
    public Long timestamp() {
      return -1L;
    }
  }

  /** In each reading alike. */
  @Test
  void aWrongClockMakesNothingLateAndWhatIsOldIsLateFromTheFirstRecordOn() throws Exception {
    stack.kafka().createTopic("clocks", 1);
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Instant old = now.minus(Duration.ofHours(5));
    Instant ahead = now.plus(Duration.ofHours(2));
    List<ProducerRecord<String, String>> records = new ArrayList<>();
    records.add(new ProducerRecord<>("clocks", event("first", old)));
    for (int i = 0; i < 1800; i++) {
      String event = event("q" + i, now.minusMillis(i % 7));
      if (i == 300 || i / 100 == 9) {
        records.add(new ProducerRecord<>("clocks", 0, ahead.toEpochMilli(), null, event));
      } else if (i % 500 == 42) {
        records.add(new WithoutTime("clocks", event));
      } else {
        records.add(new ProducerRecord<>("clocks", event));
      }
    }
    records.add(new ProducerRecord<>("clocks", event("last", old)));
    send(records);
    for (String reading : List.of("live", "again")) {
      JsonNode balance = run("clocks", "clocks_" + reading, "query-events.yaml");
      assertThat(balance.toString(), balance.path("accepted").asInt(), equalTo(1800));
      assertThat(balance.toString(), balance.path("late").asInt(), equalTo(2));
      assertThat(
          stack
              .clickHouse()
              .query(
                  "SELECT count() FROM clocks_"
                      + reading
                      + ".audit WHERE toYear(record_time) < 2020"),
          equalTo("0\n"));
    }
  }
}
