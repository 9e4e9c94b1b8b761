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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two contracts of one run share the audit and the dead letters, although only the second has
 * records that hold many events. Their dead letters are replayed by one run, too.
 */
class SharedTablesIT {
  private static final String DATABASE = "shared_tables";

  @TempDir private Path directory;
  private final LocalStack stack = SharedStack.clean();

  private void send(Instant now) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.kafka().address()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < 20; i++) {
        // Each fifth has an id of the wrong type.
        String event = "{\"id\": %s, \"at\": \"%s\"}".formatted(i % 5 == 0 ? "\"a\"" : "" + i, now);
        String batch =
            "{\"items\": [%s]}".formatted(String.join(",", Collections.nCopies(i % 4, event)));
        producer.send(new ProducerRecord<>("shared-single", event.getBytes(UTF_8))).get();
        producer.send(new ProducerRecord<>("shared-many", batch.getBytes(UTF_8))).get();
      }
    }
  }

  private String contract(String name, String more) throws Exception {
    return "--contract="
        + Files.writeString(
            directory.resolve(name + ".yaml"),
            """
            contract: shared %s
            records: {topics: shared-%s}
            fields:
              id: {type: int64, required: true}
              at: {type: timestamp, required: true}
            event_time: {field: at}
            identity: [id, at]
            tables: {dead_letters: {name: dead}}
            """
                    .formatted(name, name)
                + more);
  }

  private MillraceProcess.Result millrace(String command, String topic, String... more)
      throws Exception {
    List<String> args =
        new ArrayList<>(
            List.of(
                command,
                "--input=kafka://" + stack.kafka().address() + "/" + topic,
                "--output=clickhouse"
                    + stack.clickHouse().address().substring(4)
                    + "/"
                    + DATABASE));
    args.addAll(List.of(more));
    return MillraceCommand.run(args.toArray(String[]::new));
  }

  private String[] run(String single, String deadLetters) throws Exception {
    return Stream.of(
            single,
            contract("many", "events: {path: items}\n"),
            "--deadLetters=table,kafka://" + stack.kafka().address() + "/" + deadLetters,
            "--untilCaughtUp")
        .toArray(String[]::new);
  }

  private String query(String sql) {
    return stack.clickHouse().query(sql.replace("FROM ", "FROM " + DATABASE + ".")).strip();
  }

  @Test
  void sharedTablesAreExactAndDeadLettersFindTheirContract() throws Exception {
    stack.kafka().createTopic("letters", 1);
    stack.kafka().createTopic("again", 1);
    send(Instant.now());
    String single = contract("single", "");
    MillraceProcess.Result run = millrace("run", "shared-*", run(single, "letters"));
    assertThat(run.out() + run.err(), run.exitCode(), is(0));
    assertThat(
        run.out(),
        containsString(
            "shared single: read 20 = accepted 16 + error 0 + duplicate 0 + late 0 + dead 4"));
    // 0 to 3 events in a record, those of a record being the same.
    assertThat(
        run.out(),
        containsString(
            "shared many: read 20 records (5 empty): events 30 = accepted 12 + error 0 + duplicate 12"
                + " + late 0 + dead 6"));
    assertThat(
        query("SELECT contract, count() FROM dead_exact GROUP BY contract ORDER BY contract"),
        is("shared many\t6\nshared single\t4"));
    String[] contracts = {single, contract("many", "events: {path: items}\n"), "--json"};
    MillraceProcess.Result audit = millrace("audit", "shared-*", contracts);
    assertThat(audit.out() + audit.err(), audit.exitCode(), is(0));
    JsonNode outcomes = new ObjectMapper().readTree(audit.out()).path("outcomes");
    assertThat(outcomes.path("read").asLong(), is(40L));
    assertThat(outcomes.path("accepted").asLong(), is(28L));
    assertThat(outcomes.path("dead").asLong(), is(10L));

    // They are dead again, each of its own contract.
    MillraceProcess.Result replay = millrace("run", "letters", run(single, "again"));
    assertThat(replay.out() + replay.err(), replay.exitCode(), is(0));
    assertThat(replay.out(), containsString("shared single: read 4 = "));
    assertThat(replay.out(), containsString("shared many: read 6 = "));
    assertThat(
        query(
            "SELECT contract, code, count() FROM dead_exact WHERE attempt = 2 GROUP BY ALL ORDER BY"
                + " ALL"),
        is("shared many\twrong_type\t6\nshared single\twrong_type\t4"));
  }
}
