package io.millrace.cli.explain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.SourceRecord.Header;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.verify.ClickHouseQueries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dead letters of a run, explained under the contract of the run and under a fixed one. */
class ExplainDeadLetterIT {
  /** Records of one event. */
  private static final String ONE =
      """
      contract: one
      fields:
        at: {type: timestamp, required: true}
        ms: {type: int64}
      event_time: {field: at}
      identity: [at]
      """;

  /** Records of many events, with a field around them. */
  private static final String MANY =
      """
      contract: many
      events: {path: all}
      fields:
        at: {type: timestamp, required: true}
        host: {path: $.host, type: string}
        ms: {type: int64}
      event_time: {field: at}
      identity: [at]
      """;

  @TempDir private static Path directory;
  private static LocalStack stack;
  private static Path fixedOne;
  private static Path fixedMany;

  @BeforeAll
  static void runBoth() throws Exception {
    stack = SharedStack.clean();
    fixedOne = fixed("one.yaml", ONE);
    fixedMany = fixed("many.yaml", MANY);
    run(
        "one.yaml",
        "one.dead",
        "{\"at\":\"2026-03-01T10:00:00Z\",\"ms\":1}",
        "{\"at\":\"2026-03-01T10:00:00Z\",\"ms\":\"fast\"}",
        null,
        "{\"at\":\"2026-03-01T10:00:00Z\",\n\"ms\":\t\"\u00fc, \\\\ and '\"}");
    run(
        "many.yaml",
        "many",
        "{\"host\":\"h1\",\"all\":[{\"at\":\"2026-03-01T10:00:00Z\"},"
            + "{\"at\":\"2026-03-01T10:00:01Z\",\"ms\":\"a\"},"
            + "{\"at\":\"2026-03-01T10:00:02Z\",\"ms\":\"b\"}]}",
        "{\"all\":[{\"at\":\"2026-03-01T10:00:00Z\",\"ms\":\"c\"}]}",
        "{\"all\":[{");
  }

  private static Path fixed(String name, String contract) throws Exception {
    Files.writeString(directory.resolve(name), contract);
    return Files.writeString(
        directory.resolve("fixed-" + name),
        contract.replace("ms: {type: int64}", "ms: {type: int64, on_invalid: null}"));
  }

  /** Each topic has a database of its own: the audit tables of the contracts differ. */
  private static String output(String topicOrPlace) {
    String database = topicOrPlace.startsWith("many") ? "many" : "one";
    return "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/" + database;
  }

  private static void run(String contract, String topic, String... records) throws Exception {
    stack.kafka().createTopic(topic, 1);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.kafka().address()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (String record : records) {
        ProducerRecord<byte[], byte[]> sent =
            new ProducerRecord<>(
                topic, 0, 1_772_359_205_000L, null, record == null ? null : record.getBytes(UTF_8));
        sent.headers().add("empty", null).add("tab\there", "a,b:c".getBytes(UTF_8));
        producer.send(sent).get();
      }
    }
    MillraceProcess.Result result =
        MillraceCommand.run(
            "run",
            "--input=kafka://" + stack.kafka().address() + "/" + topic,
            output(topic),
            "--contract=" + directory.resolve(contract),
            "--untilCaughtUp",
            "--maxBatchAge=1s");
    assertThat(result.out() + result.err(), result.exitCode(), is(0));
  }

  private static MillraceProcess.Result explain(Path contract, String place, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("explain", "--contract=" + contract, "--deadLetter=" + place, output(place)));
    args.addAll(List.of(more));
    return MillraceCommand.run(args.toArray(String[]::new));
  }

  private static String out(MillraceProcess.Result result) {
    assertThat(result.err(), result.exitCode(), is(0));
    return result.out();
  }

  @Test
  void aRecordIsExplainedByTheFixedContract() {
    String was =
        "dead letter one.dead/0@1 was wrong_type: ms: expected an integer of 64 bits, found a string"
            + " (DecodeEvents, contract one version 1, attempt 1)\n";

    String before = out(explain(directory.resolve("one.yaml"), "one.dead/0@1"));
    String after = out(explain(fixedOne, "one.dead/0@1"));

    assertThat(before, startsWith(was + "record 1: dead, wrong_type: ms: expected an integer"));
    assertThat(after, startsWith(was + "record 1: accepted, event time 2026-03-01T10:00:00Z"));
  }

  @Test
  void bytesAndHeadersAreThoseOfTheRecord() throws Exception {
    String all = out(explain(fixedOne, "one.dead/0@3", "--json"));
    JsonNode event = new ObjectMapper().readTree(all);

    assertThat(event.path("outcome").asText(), is("accepted"));
    assertThat(event.path("row").path("extra").asText(), containsString("\"\u00fc, \\\\ and '\""));
    assertThat(event.path("dead_letter").path("place").asText(), is("one.dead/0@3"));
    assertThat(event.path("dead_letter").path("code").asText(), is("wrong_type"));
    assertThat(
        out(explain(fixedOne, "one.dead/0@2")), containsString("record 1: dead, tombstone: "));

    StoredDeadLetter letter =
        new DeadLetterReader(
                new ClickHouseQueries(ClickHouseConfig.of(stack.clickHouse().address(), "one")),
                ContractLoader.load(fixedOne).tables().deadLetters().name())
            .read(DeadLetterPlace.parse("one.dead/0@1"))
            .get(0);
    assertThat(letter.record().recordTimeMillis(), is(1_772_359_205_000L));
    assertThat(
        letter.record().headers(),
        is(List.of(new Header("empty", null), new Header("tab\there", "a,b:c".getBytes(UTF_8)))));
    assertThat(letter.record().key(), is(nullValue()));
  }

  @Test
  void elementsKeepWhatIsAroundThem() throws Exception {
    String both = out(explain(fixedMany, "many/0@0", "--json"));
    List<JsonNode> events = new ArrayList<>();
    for (String line : both.lines().toList()) {
      events.add(new ObjectMapper().readTree(line));
    }
    assertThat(events.size(), is(2));
    assertThat(events.get(0).path("dead_letter").path("place").asText(), is("many/0@0#1"));
    assertThat(events.get(1).path("row").path("host").asText(), is("h1"));
    assertThat(
        out(explain(fixedMany, "many/0@0#2")),
        startsWith("dead letter many/0@0#2 was wrong_type: "));
  }

  @Test
  void theOnlyElementAndARecordThatBreaksOff() {
    assertThat(out(explain(fixedMany, "many/0@1")), containsString(": accepted, event time"));
    assertThat(
        out(explain(fixedMany, "many/0@2")), containsString("\nrecord 1: dead, truncated: "));
  }

  @ParameterizedTest
  @CsvSource({
    "one.dead/0@0, '--deadLetter: no dead letter one.dead/0@0 in one_dead_exact'",
    "one.dead@0, '--deadLetter: expected topic/partition@offset'",
    "one.dead/0@x, '--deadLetter: expected topic/partition@offset'",
    "one.dead/0@1#a, '--deadLetter: expected topic/partition@offset'",
  })
  void aWrongPlaceIsWrongUse(String place, String message) {
    MillraceProcess.Result result = explain(fixedOne, place);

    assertThat(result.err(), result.exitCode(), is(2));
    assertThat(result.err(), containsString("millrace: " + message));
    assertThat(result.err(), result.err().lines().count(), is(1L));
  }

  @Test
  void flagsThatContradictAreWrongUse() {
    String contract = "--contract=" + fixedOne;
    MillraceProcess.Result file = explain(fixedOne, "one.dead/0@1", "events.jsonl");
    MillraceProcess.Result without =
        MillraceCommand.run("explain", contract, "--deadLetter=one.dead/0@1");
    MillraceProcess.Result only = MillraceCommand.run("explain", contract, output("one"));

    assertThat(file.err(), containsString("--deadLetter: explains no file"));
    assertThat(without.err(), containsString("--output"));
    assertThat(only.err(), containsString("--output: only with --deadLetter"));
    assertThat(List.of(file.exitCode(), without.exitCode(), only.exitCode()), is(List.of(2, 2, 2)));
  }
}
