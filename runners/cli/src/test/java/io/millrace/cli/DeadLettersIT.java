package io.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.testdata.manifest.Manifest;
import io.millrace.testdata.manifest.ManifestEntry;
import io.millrace.testdata.manifest.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Dead letters in a topic in place of the table; then the topic is read again, and what dies again
 * goes to every kind of place. The second test needs what the first has left.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeadLettersIT {
  private static final int RECORDS = 3_000;
  private static final String CONSTRAINT = "constraint";

  @TempDir private static Path directory;
  private static LocalStack stack;
  private static Path manifest;
  private static final List<ManifestEntry> DEAD = new ArrayList<>();

  @BeforeAll
  static void generate() throws Exception {
    stack = SharedStack.clean();
    manifest = directory.resolve("manifest.jsonl");
    MillraceProcess.Result generated =
        MillraceCommand.run(
            "generate",
            "--to=" + topic("events"),
            "--count=" + RECORDS,
            "--malformed=0.1",
            "--manifest=" + manifest);
    assertThat(generated.err(), generated.exitCode(), is(0));
    Manifest.read(
        manifest,
        entry -> {
          if (entry.outcome() == Outcome.DEAD) {
            DEAD.add(entry);
          }
        });
  }

  private static String topic(String name) {
    return "kafka://" + stack.kafka().address() + "/" + name;
  }

  private static String[] flags(String command, String input, String database, String places) {
    return new String[] {
      command,
      "--json",
      "--input=" + topic(input),
      "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/" + database,
      MillraceProcess.contract("query-events.yaml"),
      "--deadLetters=" + places
    };
  }

  private static JsonNode command(int exitCode, String[] flags, String... more) throws Exception {
    String[] all = Arrays.copyOf(flags, flags.length + more.length);
    System.arraycopy(more, 0, all, flags.length, more.length);
    MillraceProcess.Result result = MillraceCommand.run(all);
    assertThat(result.err() + result.out(), result.exitCode(), is(exitCode));
    return new ObjectMapper().readTree(result.out());
  }

  private static String query(String sql) {
    return stack.clickHouse().query(sql).strip();
  }

  private static List<ConsumerRecord<byte[], byte[]>> messages(String topic) {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", stack.kafka().address(), "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(p -> new TopicPartition(topic, p.partition()))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(200)).forEach(all::add);
      }
    }
    return all;
  }

  private static String header(ConsumerRecord<byte[], byte[]> message, String name) {
    return new String(message.headers().lastHeader(name).value(), UTF_8);
  }

  private static String sha256(byte[] bytes) {
    try {
      return bytes == null
          ? ""
          : HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What was sent dead, and what a place holds: the bytes, the code and the first partition. */
  private static List<String> sent() {
    return DEAD.stream()
        .map(e -> (e.sha256() == null ? "" : e.sha256()) + " " + e.code())
        .sorted()
        .toList();
  }

  private static List<String> values(
      List<ConsumerRecord<byte[], byte[]>> messages,
      Function<ConsumerRecord<byte[], byte[]>, String> value) {
    return messages.stream().map(value).sorted().toList();
  }

  @Test
  @Order(1)
  void inATopicInPlaceOfTheTable() throws Exception {
    assertThat(DEAD.size(), greaterThan(100));
    String[] run = flags("run", "events", "first", topic("dead"));
    JsonNode refused =
        command(2, flags("check", "events", "first", topic("dead") + ",file:///none/"));
    assertThat(refused.path("problems").size(), is(2));
    assertThat(
        refused.path("problems").get(0).asText(),
        startsWith("dead-letter topic `dead` does not exist at "));
    assertThat(refused.path("problems").get(1).asText(), containsString("/none does not exist"));
    stack.kafka().createTopic("dead", 2);

    JsonNode balance = command(0, run, "--untilCaughtUp", "--maxBatchAge=1s");
    assertThat(balance.path("balanced").asBoolean(), is(true));
    assertThat(balance.path("read").asInt(), is(RECORDS));
    assertThat(balance.path("dead").asInt(), is(DEAD.size()));

    List<ConsumerRecord<byte[], byte[]>> messages = messages("dead");
    assertThat(
        values(messages, m -> sha256(m.value()) + " " + header(m, "millrace-dead-letter-code")),
        equalTo(sent()));
    assertThat(
        values(messages, m -> header(m, "millrace-dead-letter-topic")), everyItem(is("events")));
    assertThat(
        "each record once",
        messages.stream().map(m -> header(m, "millrace-dead-letter-id")).distinct().count(),
        is((long) DEAD.size()));

    assertThat(
        query("SELECT count() FROM system.tables WHERE database = 'first' AND name LIKE 'dead%'"),
        is("0"));
    assertThat(
        query("SELECT count() FROM first.audit_exact WHERE outcome = 'dead'"),
        is(Integer.toString(DEAD.size())));
    JsonNode audit =
        command(0, flags("audit", "events", "first", topic("dead")), "--manifest=" + manifest);
    assertThat(audit.path("ok").asBoolean(), is(true));
  }

  @Test
  @Order(2)
  void aRowThatIsRefusedGoesThereToo() throws Exception {
    stack.kafka().createTopic("refused", 1);
    // A second run of the same topic into tables that take less.
    JsonNode unused = command(0, flags("migrate", "events", CONSTRAINT, topic("refused")));
    String user =
        query(
            "SELECT user_id FROM first.sink_output_exact GROUP BY 1 HAVING count() BETWEEN 3 AND 9"
                + " ORDER BY 1 LIMIT 1");
    query("ALTER TABLE constraint.sink_output ADD CONSTRAINT c CHECK user_id != '" + user + "'");
    int refused =
        Integer.parseInt(
            query("SELECT count() FROM first.sink_output_exact WHERE user_id = '" + user + "'"));
    JsonNode balance =
        command(
            0,
            flags("run", "events", CONSTRAINT, topic("refused")),
            "--untilCaughtUp",
            "--maxBatchAge=1s");
    assertThat(balance.path("balanced").asBoolean(), is(true));
    assertThat(balance.path("dead").asInt(), is(DEAD.size() + refused));
    List<ConsumerRecord<byte[], byte[]>> messages =
        messages("refused").stream()
            .filter(m -> header(m, "millrace-dead-letter-code").equals("refused_by_sink"))
            .toList();
    assertThat(messages.size(), is(refused));
    assertThat(
        values(messages, m -> header(m, "millrace-dead-letter-sink")), everyItem(is("clickhouse")));
    assertThat(messages("refused").size(), is(DEAD.size() + refused));
    assertThat(
        query("SELECT count() FROM constraint.audit_exact WHERE outcome = 'dead'"),
        is(Integer.toString(DEAD.size() + refused)));
  }

  @Test
  @Order(3)
  void theTopicIsReadAgainAndAttemptsAreCounted() throws Exception {
    stack.kafka().createTopic("again", 1);
    Path files = Files.createDirectory(directory.resolve("files"));
    String places = "table," + topic("again") + ",file://" + files + "/";
    JsonNode balance =
        command(0, flags("run", "dead", "replayed", places), "--untilCaughtUp", "--maxBatchAge=1s");
    assertThat(balance.path("read").asInt(), is(DEAD.size()));
    assertThat(balance.path("dead").asInt(), is(DEAD.size()));

    assertThat(
        query("SELECT count(), min(attempt), max(attempt) FROM replayed.dead_letters_exact"),
        is(DEAD.size() + "\t2\t2"));
    List<String> firstSeen =
        values(messages("dead"), m -> header(m, "millrace-dead-letter-first-seen"));
    List<ConsumerRecord<byte[], byte[]>> again = messages("again");
    assertThat(
        values(again, m -> header(m, "millrace-dead-letter-first-seen")), equalTo(firstSeen));
    assertThat(values(again, m -> header(m, "millrace-dead-letter-attempt")), everyItem(is("2")));
    assertThat(values(again, m -> header(m, "millrace-attempt")), everyItem(is("3")));
    assertThat(
        values(again, m -> header(m, "millrace-first-place")), everyItem(startsWith("events/")));
    assertThat(
        values(again, m -> sha256(m.value()) + " " + header(m, "millrace-dead-letter-code")),
        equalTo(sent()));

    List<String> lines = new ArrayList<>();
    try (Stream<Path> written = Files.list(files)) {
      for (Path file : written.toList()) {
        assertThat(file.getFileName().toString(), startsWith("dead-letters-"));
        for (String line : Files.readAllLines(file)) {
          JsonNode letter = new ObjectMapper().readTree(line);
          lines.add(
              sha256(letter.path("value").binaryValue()) + " " + letter.path("code").asText());
        }
      }
    }
    assertThat(lines.stream().sorted().toList(), equalTo(sent()));
  }

  /** Whoever replays twice, by mistake or because the first time was broken off. */
  @Test
  @Order(4)
  void aSecondReplayChangesNothing() throws Exception {
    String letters =
        "SELECT count(), sum(cityHash64(topic, partition, offset, code, value, attempt))"
            + " FROM replayed.dead_letters_exact";
    String before = query(letters);
    stack.kafka().createTopic("again-twice", 1);
    JsonNode balance =
        command(
            0,
            flags("run", "dead", "replayed", "table," + topic("again-twice")),
            "--untilCaughtUp",
            "--maxBatchAge=1s");
    assertThat(balance.path("dead").asInt(), is(DEAD.size()));
    assertThat(query(letters), is(before));
    assertThat(
        query("SELECT count() FROM replayed.audit_exact WHERE outcome = 'dead'"),
        is(Integer.toString(DEAD.size())));
    assertThat(
        "a repeat has the id of the first replay",
        values(messages("again-twice"), m -> header(m, "millrace-dead-letter-id")),
        equalTo(values(messages("again"), m -> header(m, "millrace-dead-letter-id"))));
  }
}
