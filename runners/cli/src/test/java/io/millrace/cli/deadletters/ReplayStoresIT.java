package io.millrace.cli.deadletters;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cli.MillraceProcess;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Replays of elements, of encrypted dead letters and of those in parts, from each kind of store.
 */
class ReplayStoresIT {
  private static final String MANY =
      """
      contract: NAME
      events: {path: all}
      fields:
        at: {type: timestamp, required: true}
        host: {path: $.host, type: string}
        ms: {type: int64}
      event_time: {field: at}
      identity: [at]
      """;

  private static final String SECRET =
      """
      contract: sealed
      fields:
        at: {type: timestamp, required: true}
        ms: {type: int64}
      event_time: {field: at}
      identity: [at]
      dead_letters: {bytes: encrypt, key: 'file:KEY'}
      """;

  @TempDir private static Path directory;
  private static LocalStack stack;

  @BeforeAll
  static void start() {
    stack = SharedStack.clean();
  }

  private static String strict(String name) {
    return MANY.replace("NAME", name);
  }

  private static String lenient(String name) {
    return strict(name).replace("ms: {type: int64}", "ms: {type: int64, lenient: true}");
  }

  private static String batch(String host, String... events) {
    return "{\"host\":\"" + host + "\",\"all\":[" + String.join(",", events) + "]}";
  }

  private static String event(int second, String ms) {
    return "{\"at\":\"2026-03-01T10:00:%02dZ\",\"ms\":%s}".formatted(second, ms);
  }

  /** Elements alone, the only element of a record, and a record that is taken apart by now. */
  private static Letters elements(String name, String... more) throws Exception {
    Letters many = new Letters(stack, directory, name, strict(name));
    many.send(
        batch("h1", event(0, "1"), event(1, "\"2\""), event(2, "\"x\""), event(3, "\"4\"")),
        batch("h2", event(4, "\"5\"")),
        "{\"host\":\"h3\",\"all\":0,\"each\":["
            + (event(5, "\"6\"") + "," + event(6, "\"y\"") + "]}"),
        batch("h4", event(3, "\"4\"")));
    many.run(more);
    assertThat(many.outcomes(), is("accepted 1, dead 6"));
    many.use(lenient(name));
    return many;
  }

  private static void isReplayed(Letters many) {
    assertThat(
        many.query("SELECT toSecond(at), host, ms FROM $.$_exact ORDER BY at"),
        is("0\th1\t1\n1\th1\t2\n3\th1\t4\n4\th2\t5"));
    assertThat(
        many.query(
            "SELECT offset, element, elements, outcome FROM $.audit_exact WHERE offset = 0 ORDER BY"
                + " element"),
        is("0\t0\t4\taccepted\n0\t1\t4\taccepted\n0\t2\t4\tdead\n0\t3\t4\taccepted"));
    assertThat(many.outcomes(), is("accepted 4, dead 2, duplicate 1"));
    assertThat(many.audit(), is("ok"));
  }

  @Test
  void elementsOfTheTable() throws Exception {
    Letters many = elements("ofTable");

    assertThat(many.json("replay", "--json").path("read").asInt(), is(6));
    isReplayed(many);
    assertThat(
        "an element that dies again is one element still",
        many.query(
            "SELECT element, elements, attempt, value FROM $.$_dead_exact WHERE attempt = 2 AND"
                + " offset = 0"),
        is("2\t4\t2\t" + event(2, "\"x\"")));

    // The record of another layout, and the element that is no number: one contract for both.
    many.use(lenient("ofTable").replace("path: all", "path: each"));
    assertThat(many.json("replay", "--json", "--where=offset == 2").path("read").asInt(), is(1));
    assertThat(
        many.query(
            "SELECT element, elements, outcome FROM $.audit_exact WHERE offset = 2 ORDER BY"
                + " element"),
        is("0\t2\taccepted\n1\t2\tdead"));
    assertThat(many.audit(), is("ok"));
    assertThat(
        many.query(
            "SELECT offset, element, attempt FROM $.$_dead_exact WHERE offset = 2 ORDER BY"
                + " element"),
        is("2\t0\t2\n2\t1\t3"));
    assertThat(many.json("list", "--json").path("letters").asInt(), is(2));
  }

  @Test
  void elementsOfATopic() throws Exception {
    stack.kafka().createTopic("of-topic-dead", 1);
    String dead = "kafka://" + stack.kafka().address() + "/of-topic-dead";
    Letters many = elements("ofTopic", "--deadLetters=table," + dead);

    assertThat(
        many.json("replay", "--json", "--from=" + many.topic("of-topic-dead")).path("read").asInt(),
        is(6));
    isReplayed(many);
  }

  @Test
  void elementsOfFilesWithoutATable() throws Exception {
    Path files = Files.createDirectory(directory.resolve("letters"));
    String url = "file://" + files + "/";
    Letters many = elements("ofFiles", "--deadLetters=" + url);

    JsonNode replayed = many.json("replay", "--json", "--from=" + url, "--deadLetters=" + url);
    assertThat(replayed.path("read").asInt(), is(6));
    assertThat(many.outcomes(), is("accepted 4, dead 2, duplicate 1"));
    assertThat(
        "the copy of the second attempt is not a second dead letter",
        many.json("replay", "--json", "--dryRun", "--from=" + url)
            .path("not_replayed")
            .path("a copy of one before")
            .path("count")
            .asInt(),
        is(2));
  }

  @Test
  void encryptedOnes() throws Exception {
    Path key = Files.writeString(directory.resolve("key"), "0123456789abcdef0123456789abcdef");
    String contract = SECRET.replace("KEY", key.toString());
    Letters sealed = new Letters(stack, directory, "sealed", contract);
    sealed.send(event(0, "\"7\""), event(1, "\"8\""));
    sealed.run();
    sealed.use(contract.replace("ms: {type: int64}", "ms: {type: int64, lenient: true}"));

    assertThat(sealed.out("show", "sealed/0@0"), containsString("\nhex 4d5245"));
    assertThat(
        sealed.out("show", "sealed/0@0", "--decrypt"),
        containsString("\n" + event(0, "\"7\"") + "\nnow record 1: accepted"));

    assertThat(sealed.json("replay", "--json").path("accepted").asInt(), is(2));
    assertThat(sealed.query("SELECT ms FROM $.sealed_exact ORDER BY at"), is("7\n8"));
    assertThat(sealed.audit(), is("ok"));
  }

  @Test
  void anotherSecretLeavesThemDead() throws Exception {
    Path key = Files.writeString(directory.resolve("key1"), "0123456789abcdef0123456789abcdef");
    String contract = SECRET.replace("KEY", key.toString()).replace("sealed", "lost");
    Letters lost = new Letters(stack, directory, "lost", contract);
    lost.send(event(0, "\"7\""));
    lost.run();
    Path unused = Files.writeString(key, "another secret of at least 16 bytes");

    assertThat(lost.out("replay", "--dryRun"), containsString("\n  dead encrypted 1 (lost/0@0)"));
    assertThat(lost.json("replay", "--json").path("dead").asInt(), is(1));
    assertThat(
        lost.query("SELECT code, attempt, startsWith(value, 'MRE') FROM $.lost_dead_exact"),
        is("encrypted\t2\t1"));
    assertThat(lost.audit(), is("ok"));
  }

  @Test
  void partsAreJoined() throws Exception {
    Letters parts = new Letters(stack, directory, "parts", strict("parts"));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka().address()))) {
      NewTopic small = new NewTopic("parts-dead", 1, (short) 1);
      admin.createTopics(List.of(small.configs(Map.of("max.message.bytes", "20000")))).all().get();
    }
    parts.send(batch("h".repeat(50_000), event(0, "\"9\"")));
    parts.run("--deadLetters=" + parts.topic("parts-dead"));
    parts.use(lenient("parts"));

    JsonNode replayed =
        parts.json(
            "replay",
            "--json",
            "--from=" + parts.topic("parts-dead"),
            "--deadLetters=" + parts.topic("parts-dead"));

    assertThat(replayed.path("accepted").asInt(), is(1));
    assertThat(parts.query("SELECT length(host), ms FROM $.parts_exact"), is("50000\t9"));
    assertThat(parts.outcomes(), is("accepted 1"));
  }

  @Test
  void droppedBytesAreNotReplayed() throws Exception {
    String contract = SECRET.replaceAll("dead_letters: .*", "dead_letters: {bytes: drop}");
    Letters dropped =
        new Letters(stack, directory, "dropped", contract.replace("sealed", "dropped"));
    dropped.send(event(0, "\"7\""));
    dropped.run();

    assertThat(
        dropped.out("replay"),
        is(
            "1 dead letters, of which 0 are replayed\n"
                + "  not replayed: its bytes were dropped 1 (dropped/0@0)\n"));
    assertThat(dropped.outcomes(), is("dead 1"));
    assertThat(dropped.audit(), is("ok"));
  }

  /** Until the table takes it, it dies again. */
  @Test
  void aRowThatTheSinkRejected() throws Exception {
    Letters refused = new Letters(stack, directory, "refused", strict("refused"));
    refused.send(batch("h1", event(0, "1")));
    refused.run();
    String unused = refused.query("ALTER TABLE $.refused ADD CONSTRAINT c CHECK ms < 5");
    refused.send(batch("h1", event(1, "7"), event(2, "2")));
    refused.run();
    assertThat(refused.outcomes(), is("accepted 2, dead 1"));

    assertThat(refused.json("replay", "--json").path("dead").asInt(), is(1));
    assertThat(
        refused.query("SELECT code, attempt FROM $.refused_dead_exact"), is("refused_by_sink\t2"));
    assertThat(refused.audit(), is("ok"));

    unused = refused.query("ALTER TABLE $.refused DROP CONSTRAINT c");
    assertThat(refused.json("replay", "--json").path("accepted").asInt(), is(1));
    assertThat(refused.outcomes(), is("accepted 3"));
    assertThat(refused.query("SELECT count() FROM $.refused_exact"), is("3"));
    assertThat(refused.audit(), is("ok"));
  }

  @Test
  void wrongUseIsOneLine() throws Exception {
    Letters wrong = new Letters(stack, directory, "wrong", strict("wrong"));

    isWrong("--output is missing", wrong.contract(), "--from=file:///none/");
    isWrong("--contract is missing", wrong.output());
    isWrong(
        "--output: dead letters in a table of BigQuery",
        "--output=bigquery://project/set",
        wrong.contract());
    isWrong("ClickHouse at ", wrong.output(), wrong.contract());
    String unused = wrong.query("CREATE DATABASE $");
    isWrong("there is no audit table `audit`", wrong.output(), wrong.contract());
    isWrong("--rate: expected at least 0", wrong.output(), wrong.contract(), "--rate=-1");
    isWrong(
        "Invalid value for option '--lateness'", wrong.output(), wrong.contract(), "--lateness=x");
  }

  private static void isWrong(String message, String... flags) {
    MillraceProcess.Result result = Letters.command("replay", flags);

    assertThat(result.err(), result.exitCode(), is(2));
    assertThat(result.err(), containsString("millrace: " + message));
    assertThat(result.err(), result.err().lines().count(), is(1L));
  }
}
