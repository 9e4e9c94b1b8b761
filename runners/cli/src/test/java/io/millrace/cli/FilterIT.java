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

/** Filtered events are counted and audited, and in no table and no roll-up, on both runners. */
class FilterIT {
  private static final int EVENTS = 300;

  private static LocalStack stack;
  @TempDir private Path directory;

  @BeforeAll
  static void sendEvents() throws Exception {
    stack = SharedStack.clean();
    // Long enough ago that their windows close while the stateful run reads.
    Instant now = Instant.now().minusSeconds(600);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.kafka().address()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < EVENTS; i++) {
        String event =
            "{\"id\": %d, \"at\": \"%s\", \"kind\": \"%s\"%s}"
                .formatted(
                    i,
                    now.minusMillis(i),
                    i % 3 == 0 ? "ping" : "visit",
                    i % 5 == 0 ? "" : ", \"size\": " + i % 7);
        // Each third event twice, whether it is filtered or not.
        for (int copy = 0; copy < (i % 9 < 3 ? 2 : 1); copy++) {
          producer.send(new ProducerRecord<>("filter", 0, null, event.getBytes(UTF_8))).get();
        }
      }
      producer.send(new ProducerRecord<>("filter", 0, null, "no event".getBytes(UTF_8))).get();
    }
  }

  private List<String> flags(String database) throws Exception {
    Path contract =
        Files.writeString(
            directory.resolve("contract.yaml"),
            """
            contract: visits
            version: 1
            fields:
              id:   {type: int64, required: true}
              at:   {type: timestamp, required: true}
              kind: {type: string, default: ""}
              size: {type: int32}
            event_time: {field: at}
            identity: [id, at]
            error: size == 6
            unknown_fields: {column: extra, as: json}
            filter:
              pings: kind == 'ping'
              large: {when: size > 4, keep: 0.5, on_error: dead}
            tables: {normal: {name: visits}}
            rollups:
              visits_per_minute:
                window: {fixed: 1m}
                where: size < 4
                measures: {small: {type: count}, tiny: {type: count_if, when: size == 0}}
            """);
    return List.of(
        "--input=kafka://" + stack.kafka().address() + "/filter",
        "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/" + database,
        "--contract=" + contract);
  }

  private static long count(String sql) {
    return Long.parseLong(stack.clickHouse().query(sql).strip());
  }

  @Test
  void onTheDirectRunner() throws Exception {
    List<String> flags = flags("direct_filter");
    MillraceProcess.Result run = MillraceCommand.run("run", flags, "--untilCaughtUp");
    assertThat(run.out() + run.err(), run.exitCode(), is(0));
    assertThat(run.out(), containsString(" + filtered "));
    check(flags, "direct_filter");
  }

  @Test
  void onFlink() throws Exception {
    List<String> flags = flags("flink_filter");
    MillraceProcess.Result run =
        MillraceCommand.run(
            "run", flags, "--untilCaughtUp", "--state=" + directory.resolve("state"));
    assertThat(run.out() + run.err(), run.exitCode(), is(0));
    check(flags, "flink_filter");
  }

  private static void check(List<String> flags, String database) throws Exception {
    MillraceProcess.Result audit = MillraceCommand.run("audit", flags, "--json");
    assertThat(audit.out() + audit.err(), audit.exitCode(), is(0));
    JsonNode outcomes = new ObjectMapper().readTree(audit.out()).path("outcomes");
    long twice = 0;
    long pings = 0;
    long dead = 1;
    long middle = 0;
    for (int i = 0; i < EVENTS; i++) {
      int copies = i % 9 < 3 ? 2 : 1;
      twice += copies - 1;
      if (i % 3 == 0) {
        pings += copies;
      } else if (i % 5 == 0) {
        dead += copies;
      } else if (i % 7 <= 4) {
        middle++;
      }
    }
    long read = EVENTS + twice + 1;
    assertThat(outcomes.path("read").asLong(), is(read));
    assertThat(outcomes.path("dead").asLong(), is(dead));
    // Half of the large events, decided by their identity.
    long large = outcomes.path("filtered").asLong() - pings;
    long largeLeft = count("SELECT count() FROM " + database + ".visits WHERE size > 4");
    long errors = count("SELECT count() FROM " + database + ".visits_error_exact");
    assertThat("some large events are filtered, some stay", large > 0 && errors > 0, is(true));
    assertThat(outcomes.path("error").asLong(), is(errors));
    assertThat(outcomes.path("accepted").asLong(), is(middle + largeLeft));
    assertThat(count("SELECT count() FROM " + database + ".visits WHERE kind = 'ping'"), is(0L));
    assertThat(
        outcomes.path("accepted").asLong()
            + outcomes.path("error").asLong()
            + outcomes.path("duplicate").asLong()
            + outcomes.path("filtered").asLong()
            + dead,
        is(read));
    assertThat(
        count("SELECT sum(small) FROM " + database + ".visits_per_minute_exact"),
        is(count("SELECT count() FROM " + database + ".visits_exact WHERE size < 4")));
    assertThat(
        count("SELECT sum(tiny) FROM " + database + ".visits_per_minute_exact"),
        is(count("SELECT count() FROM " + database + ".visits_exact WHERE size = 0")));
  }
}
