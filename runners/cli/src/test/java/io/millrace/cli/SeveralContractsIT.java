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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One run reads a fleet of topics; each contract has its tables and its equation. */
class SeveralContractsIT {
  private static final int EVENTS = 90;

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
        byte[] event =
            "{\"id\": %d, \"at\": \"%s\"}".formatted(i, now.minusMillis(i)).getBytes(UTF_8);
        // A third in a topic of visits, a third by a header, a third with an unknown header.
        ProducerRecord<byte[], byte[]> record =
            new ProducerRecord<>(i % 3 == 0 ? "fleet-visits" : "fleet-mixed", 0, null, event);
        if (i % 3 != 0) {
          record.headers().add("type", (i % 3 == 1 ? "order" : "other").getBytes(UTF_8));
        }
        // Each tenth twice, and one that is no event for each contract.
        for (int copy = 0; copy < (i % 10 == 0 ? 2 : 1); copy++) {
          producer.send(record).get();
        }
      }
      producer.send(new ProducerRecord<>("fleet-visits", 0, null, "x".getBytes(UTF_8))).get();
    }
  }

  private String contract(String name, String records) throws Exception {
    return Files.writeString(
            directory.resolve(name + ".yaml"),
            """
            contract: %s
            fields:
              id: {type: int64, required: true}
              at: {type: timestamp, required: true}
            event_time: {field: at}
            identity: [id, at]
            records: %s
            rollups:
              %s_per_minute: {window: {fixed: 1m}, measures: {n: {type: count}}}
            """
                .formatted(name, records, name))
        .toString();
  }

  private List<String> contracts() throws Exception {
    return List.of(
        "--contract=" + contract("visits", "{topics: '*-visits'}"),
        "--contract=" + contract("orders", "headers['type'] == 'order'"));
  }

  private static List<String> route(String database) {
    return List.of(
        "--input=kafka://" + stack.kafka().address() + "/fleet-*",
        "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/" + database);
  }

  private static MillraceProcess.Result millrace(
      String name, List<String> flags, List<String> more, String... others) {
    List<String> all = new ArrayList<>(flags);
    all.addAll(more);
    return MillraceCommand.run(name, all, others);
  }

  private static String query(String sql) {
    return stack.clickHouse().query(sql).strip();
  }

  @Test
  void onTheDirectRunner() throws Exception {
    MillraceProcess.Result run =
        millrace("run", route("direct_fleet"), contracts(), "--untilCaughtUp");
    assertThat(run.out() + run.err(), run.exitCode(), is(0));
    // 30 and the 3 repeated ones each; of the visits, x and all with an unknown header are dead.
    assertThat(
        run.out(),
        containsString("visits: read 67 = accepted 30 + error 0 + duplicate 3 + late 0 + dead 34"));
    assertThat(
        run.out(),
        containsString("orders: read 33 = accepted 30 + error 0 + duplicate 3 + late 0 + dead 0"));
    check("direct_fleet");
  }

  @Test
  void onFlink() throws Exception {
    String state = "--state=" + directory.resolve("state");
    MillraceProcess.Result run =
        millrace("run", route("flink_fleet"), contracts(), "--untilCaughtUp", state, "--json");
    assertThat(run.out() + run.err(), run.exitCode(), is(0));
    JsonNode balances = new ObjectMapper().readTree(run.out()).path("contracts");
    assertThat(balances.path("visits").path("dead").asLong(), is(34L));
    assertThat(balances.path("orders").path("accepted").asLong(), is(30L));
    check("flink_fleet");
    // With its state, the next run knows that there is nothing more.
    MillraceProcess.Result again =
        millrace("run", route("flink_fleet"), contracts(), "--untilCaughtUp", state);
    assertThat(again.out() + again.err(), again.exitCode(), is(0));
    check("flink_fleet");
    // One contract alone has steps of other names.
    MillraceProcess.Result one =
        millrace("run", route("flink_fleet"), contracts().subList(0, 1), "--untilCaughtUp", state);
    assertThat(one.out() + one.err(), one.exitCode(), is(2));
    assertThat(one.err(), containsString("--contract"));
  }

  private void check(String database) throws Exception {
    MillraceProcess.Result audit = millrace("audit", route(database), contracts(), "--json");
    assertThat(audit.out() + audit.err(), audit.exitCode(), is(0));
    JsonNode outcomes = new ObjectMapper().readTree(audit.out()).path("outcomes");
    assertThat(outcomes.path("read").asLong(), is(100L));
    assertThat(outcomes.path("accepted").asLong(), is(60L));
    assertThat(outcomes.path("duplicate").asLong(), is(6L));
    assertThat(outcomes.path("dead").asLong(), is(34L));
    assertThat(
        query("SELECT sum(id % 3 = 0), count() FROM " + database + ".visits_exact"), is("30\t30"));
    assertThat(
        query("SELECT sum(id % 3 = 1), count() FROM " + database + ".orders_exact"), is("30\t30"));
    assertThat(
        query(
            "SELECT contract, code, count() FROM "
                + database
                + ".visits_dead_exact GROUP BY ALL ORDER BY ALL"),
        is("visits\tmalformed_json\t1\nvisits\tno_contract\t33"));
    assertThat(query("SELECT count() FROM " + database + ".orders_dead_exact"), is("0"));
  }

  @Test
  void aFleetOfFilesIsRefusedInOneLine() throws Exception {
    Path file = Files.writeString(directory.resolve("a.jsonl"), "{}\n");
    MillraceProcess.Result run =
        millrace("run", route("none").subList(1, 2), contracts(), "--input=file://" + file);
    assertThat(run.exitCode(), is(2));
    assertThat(
        run.err(), containsString("--contract: several contracts need an input of kafka://"));
  }
}
