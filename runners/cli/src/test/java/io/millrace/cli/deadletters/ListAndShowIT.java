package io.millrace.cli.deadletters;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cli.MillraceProcess;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dead letters of a run in a table, a topic and files, listed and shown from each. */
class ListAndShowIT {
  private static final String CONTRACT =
      """
      contract: calls
      events: {path: all}
      fields:
        at: {type: timestamp, required: true}
        host: {path: $.host, type: string}
        ms: {type: int64}
      event_time: {field: at}
      identity: [at]
      """;

  /** Larger than a message of the topic of dead letters may be. */
  private static final int LARGE = 60_000;

  @TempDir private static Path directory;
  private static Letters calls;
  private static Path files;

  @BeforeAll
  static void run() throws Exception {
    LocalStack stack = SharedStack.clean();
    calls = new Letters(stack, directory, "calls", CONTRACT);
    files = Files.createDirectory(directory.resolve("files"));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka().address()))) {
      NewTopic small = new NewTopic("calls-dead", 1, (short) 1);
      admin.createTopics(List.of(small.configs(Map.of("max.message.bytes", "20000")))).all().get();
    }
    calls.send(
        "{\"host\":\"h1\",\"all\":[{\"at\":\"2026-03-01T10:00:00Z\"},"
            + "{\"at\":\"2026-03-01T10:00:01Z\",\"ms\":\"a\"},"
            + "{\"at\":\"2026-03-01T10:00:02Z\",\"ms\":\"b\"}]}",
        "{\"all\":[{",
        null,
        "{\"all\":[{\"at\":\"x\",\"ms\":\"" + "c".repeat(LARGE) + "\"}]}");
    JsonNode balance =
        calls.run("--deadLetters=table," + calls.topic("calls-dead") + ",file://" + files + "/");
    assertThat(balance.path("dead").asInt(), is(5));
  }

  private static String[] store(String name) {
    return switch (name) {
      case "table" -> new String[] {calls.output(), calls.contract()};
      case "topic" -> new String[] {"--from=" + calls.topic("calls-dead")};
      default -> new String[] {"--from=file://" + files + "/"};
    };
  }

  private static String out(String command, String store, String... more) {
    String[] all = Arrays.copyOf(store(store), store(store).length + more.length);
    System.arraycopy(more, 0, all, store(store).length, more.length);
    return command(command, all);
  }

  private static String command(String name, String... flags) {
    MillraceProcess.Result result = Letters.command(name, flags);
    assertThat(result.out() + result.err(), result.exitCode(), is(0));
    return result.out();
  }

  @ParameterizedTest
  @ValueSource(strings = {"table", "topic", "files"})
  void theSummaryCountsByCode(String store) {
    String out = out("list", store);

    assertThat(out, startsWith("code "));
    assertThat(
        out,
        allOf(
            containsString("\nwrong_type "),
            containsString(" calls/0@0#1\n"),
            containsString("\ninvalid_time "),
            containsString("\ntruncated "),
            containsString("\ntombstone "),
            endsWith("\n5 dead letters\n")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--code=wrong_type,truncated | 3",
        "--topic=calls | 5",
        "--topic=other | 0",
        "--partition=1 | 0",
        "--stage=DecodeEvents | 5",
        "--since=2026-01-01T00:00:00Z | 5",
        "--until=2026-01-01T00:00:00Z | 0",
        "--where=bytes > 1000 | 1",
        "--where=message.contains('integer') && element == 2 | 1",
        "--where=value == '{\"all\":[{' | 1",
        "--where=key == 'x' | 0",
        "--where=record_time < timestamp('2026-03-01T10:00:06Z') && attempt == 1 | 5",
        "--limit=2 | 2"
      })
  void filtersAreTheSameInEveryStore(String filter, int count) {
    for (String store : new String[] {"table", "topic", "files"}) {
      assertThat(
          store,
          out("list", store, "--each", "--json", filter.strip()).lines().count(),
          is((long) count));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"table", "topic", "files"})
  void aDeadLetterIsShownWithWhatBecomesOfItNow(String store) throws Exception {
    Path fixed =
        Files.writeString(
            directory.resolve("fixed.yaml"),
            CONTRACT.replace("ms: {type: int64}", "ms: {type: int64, on_invalid: null}"));

    String out =
        store.equals("table")
            ? command("show", calls.output(), "calls/0@0#1", "--contract=" + fixed)
            : out("show", store, "calls/0@0#1", "--contract=" + fixed);

    assertThat(out, startsWith("dead letter calls/0@0#1\n  code         wrong_type\n"));
    assertThat(
        out,
        allOf(
            containsString("\n  element      1 of 3\n"),
            containsString("\n  key          none\n"),
            containsString("{\"at\":\"2026-03-01T10:00:01Z\",\"ms\":\"a\"}\nnow record 1"),
            containsString(": accepted, event time 2026-03-01T10:00:01Z"),
            containsString("    host            h1\n")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"table", "topic", "files"})
  void largeAndEmptyOnes(String store) {
    assertThat(
        out("show", store, "calls/0@3", "--mostBytes=10"),
        allOf(containsString("\n{\"at\":\"x\", … ("), not(containsString("cccc"))));
    assertThat(out("show", store, "calls/0@2"), containsString("\n  bytes        tombstone\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "list | --output=clickhouse:x | --output: ",
        "list | --from=pubsub://project/topic | --from: expected kafka://host:port/topic,",
        "list | --output=bigquery://project/set | --output: dead letters in a table of BigQuery",
        "list | --from=file:///none/ --code=wrong | --code: `wrong` is no code",
        "list | --from=file:///none/ --where=bytes>'a' | --where: at character 6: ",
        "list | --from=file:///none/ --since=today | --since: expected an instant such as",
        "list | --from=file:///none/ | --from: cannot read the directory /none",
        "show | nowhere --from=file:///none/ | PLACE: expected topic/partition@offset",
        "show | a/0@1 --from=file:///none/ --decrypt | --decrypt: only with --contract",
      })
  void wrongUseIsOneLine(String command, String flags, String message) {
    MillraceProcess.Result result = Letters.command(command.strip(), flags.strip().split(" "));

    assertThat(result.err(), result.exitCode(), is(2));
    assertThat(result.err(), startsWith("millrace: " + message));
    assertThat(result.err(), result.err().lines().count(), is(1L));
  }

  @Test
  void aPlaceWithoutDeadLetter() {
    MillraceProcess.Result result =
        Letters.command("show", "calls/0@9", calls.output(), calls.contract());

    assertThat(result.err(), result.exitCode(), is(2));
    assertThat(result.err(), is("millrace: no dead letter calls/0@9 in table calls_dead\n"));
  }
}
