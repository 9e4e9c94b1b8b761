package io.millrace.cli.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import io.millrace.local.LocalStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A topic, its database and its contract, for tests of commands on dead letters. */
final class Letters {
  /** When all records arrive. */
  static final long ARRIVAL = 1_772_359_205_000L;

  private final LocalStack stack;
  private final Path directory;
  private final String name;
  private Path contract;

  /** Creates the topic. The database has the same name. */
  Letters(LocalStack stack, Path directory, String name, String contract) throws Exception {
    this.stack = stack;
    this.directory = directory;
    this.name = name;
    stack.kafka().createTopic(name, 1);
    use(contract);
  }

  /** Uses another contract from now on. */
  void use(String text) throws IOException {
    contract = Files.writeString(directory.resolve(name + ".yaml"), text);
  }

  String topic(String topic) {
    return "kafka://" + stack.kafka().address() + "/" + topic;
  }

  String output() {
    return "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/" + name;
  }

  String contract() {
    return "--contract=" + contract;
  }

  void send(String... records) throws Exception {
    send(Arrays.asList(records));
  }

  void send(List<String> records) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.kafka().address(), "linger.ms", 20),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (String record : records) {
        sent.add(
            producer.send(
                new ProducerRecord<>(
                    name, 0, ARRIVAL, null, record == null ? null : record.getBytes(UTF_8))));
      }
      for (Future<RecordMetadata> one : sent) {
        RecordMetadata unused = one.get();
      }
    }
  }

  /** Runs the pipeline over the topic and returns its equation. */
  JsonNode run(String... more) throws Exception {
    MillraceProcess.Result result =
        MillraceCommand.run(
            "run",
            with(
                List.of("--json", "--input=" + topic(name), "--untilCaughtUp", "--maxBatchAge=1s"),
                more));
    assertThat(result.out() + result.err(), result.exitCode(), is(0));
    return new ObjectMapper().readTree(result.out());
  }

  private List<String> with(List<String> flags, String... more) {
    List<String> all = new ArrayList<>(List.of(output(), contract()));
    all.addAll(flags);
    all.addAll(List.of(more));
    return all;
  }

  /** Runs a command on dead letters. */
  static MillraceProcess.Result command(String name, String... flags) {
    List<String> all = new ArrayList<>(List.of(name));
    all.addAll(List.of(flags));
    return MillraceCommand.run("dead-letters", all);
  }

  /** Runs a command on dead letters of the table, and returns what it printed. */
  String out(String command, String... more) {
    List<String> all = new ArrayList<>(List.of(output(), contract()));
    all.addAll(List.of(more));
    MillraceProcess.Result result = command(command, all.toArray(String[]::new));
    assertThat(result.out() + result.err(), result.exitCode(), is(0));
    return result.out();
  }

  /** Runs a command that prints one JSON object. */
  JsonNode json(String command, String... more) throws Exception {
    return new ObjectMapper().readTree(out(command, more));
  }

  /** Whether the audit agrees with the topic and the tables; what it prints, if not. */
  String audit() {
    MillraceProcess.Result result =
        MillraceCommand.run("audit", with(List.of("--input=" + topic(name))));
    return result.exitCode() == 0 ? "ok" : result.out() + result.err();
  }

  String query(String sql) {
    return stack.clickHouse().query(sql.replace("$", name)).strip();
  }

  /** Outcomes and their numbers, as the audit has them. */
  String outcomes() {
    return query(
        "SELECT arrayStringConcat(groupArray(concat(outcome, ' ', toString(n))), ', ') FROM (SELECT"
            + " outcome, count() AS n FROM $.audit_exact GROUP BY outcome ORDER BY outcome)");
  }
}
