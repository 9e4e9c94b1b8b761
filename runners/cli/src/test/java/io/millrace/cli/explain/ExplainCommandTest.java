package io.millrace.cli.explain;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainCommandTest {
  private static final Pattern BLOCK = Pattern.compile("```(\\w+)\\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path directory;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private static List<JsonNode> lines(MillraceProcess.Result result) throws IOException {
    assertThat(result.err(), result.exitCode(), is(0));
    List<JsonNode> lines = new ArrayList<>();
    for (String line : result.out().lines().toList()) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  @Test
  void theExampleOfItsPage() throws Exception {
    List<String> blocks = new ArrayList<>();
    Matcher matcher =
        BLOCK.matcher(Files.readString(MillraceProcess.root().resolve("docs/explain.md")));
    while (matcher.find()) {
      blocks.add(matcher.group(2));
    }
    Path contract = write("visits.yaml", blocks.get(0));
    Path events = write("visits.jsonl", blocks.get(1));
    List<String> args = new ArrayList<>();
    for (String word : blocks.get(2).strip().split(" ", -1)) {
      args.add(word.replace("visits.yaml", contract.toString()));
    }
    assertThat(args.remove(0), is("scripts/millrace"));
    args.set(args.indexOf("visits.jsonl"), events.toString());

    MillraceProcess.Result result = MillraceCommand.run(args.toArray(String[]::new));

    assertThat(result.err(), result.exitCode(), is(0));
    assertThat(result.out(), is(blocks.get(3)));
  }

  @Test
  void eachElementOfARecordAndEachWindow() throws Exception {
    Path contract =
        write(
            "c.yaml",
            """
            contract: c
            events: {path: all}
            fields:
              at: {type: timestamp, format: epoch_s, required: true}
              n: {type: uint64}
              price: {type: decimal, precision: 9, scale: 2}
              tags: {type: map}
              parts: {type: array, items: {type: record, fields: {a: {type: int32}}}}
            event_time: {field: at, allowed_lateness: 0s}
            identity: [at]
            filter: {never: {when: n > 5u, on_error: dead}}
            rollups:
              sliding: {window: {sliding: 3m, every: 1m}, where: n == 1u, measures: {c: {type: count}}}
              sessions: {window: {session: 30m}, measures: {c: {type: count}}}
            """);
    Path events =
        write(
            "c.json",
            """
            {"all": [{"at": 600, "n": 1, "price": 1.5, "tags": {"a": "b"}, "parts": [{"a": 7}]},
            {"at": 660}, {"at": 720, "n": 18446744073709551615}, {"n": 1}]}
            """);

    List<JsonNode> lines =
        lines(
            MillraceCommand.run(
                "explain", "--contract=" + contract, "--whole", "--json", events.toString()));

    assertThat(lines.size(), is(4));
    JsonNode first = lines.get(0);
    assertThat(first.path("outcome").asText(), is("accepted"));
    assertThat(first.path("element").asInt(), is(0));
    assertThat(first.path("late_from").asText(), is("1970-01-01T00:11:00Z"));
    assertThat(first.path("row").path("n").asInt(), is(1));
    assertThat(first.path("row").path("price").asText(), is("1.50"));
    assertThat(first.path("row").path("tags").toString(), is("{\"a\":\"b\"}"));
    assertThat(first.path("row").path("parts").toString(), is("[{\"a\":7}]"));
    List<String> windows = new ArrayList<>();
    first
        .path("rollups")
        .forEach(
            w -> windows.add(w.path("table").asText() + " " + w.path("window_start").asText()));
    assertThat(
        windows,
        is(
            List.of(
                "sliding 1970-01-01T00:08:00Z",
                "sliding 1970-01-01T00:09:00Z",
                "sliding 1970-01-01T00:10:00Z",
                "sessions 1970-01-01T00:10:00Z")));
    assertThat(lines.get(1).path("code").asText(), is("rule_failed"));
    assertThat(lines.get(2).path("rule").asText(), is("never"));
    assertThat(lines.get(3).path("code").asText(), is("missing_field"));
    assertThat(lines.get(3).path("element").asInt(), is(3));
  }

  @Test
  void aRecordWithoutEventsAndOneThatCannotBeTakenApart() throws Exception {
    Path contract =
        write(
            "c.yaml",
            """
            contract: c
            events: {path: all}
            fields: {at: {type: timestamp, required: true}}
            event_time: {field: at}
            identity: [at]
            """);
    Path events = write("c.jsonl", "{\"all\": []}\r\n \n{\"all\": [");
    MillraceProcess.Result result =
        MillraceCommand.run("explain", "--contract=" + contract, events.toString());
    assertThat(result.err(), result.exitCode(), is(0));
    assertThat(result.out(), containsString("record 1: no event\nrecord 2: dead, truncated: "));
    assertThat(result.out(), containsString("2 records, 1 events: empty 1, dead 1"));
  }

  @Test
  void whatIsRedacted() throws Exception {
    Path key = write("key", "0123456789abcdef0123456789abcdef");
    Path contract =
        write(
            "c.yaml",
            """
            contract: c
            fields:
              id: {type: string, required: true}
              at: {type: timestamp, required: true}
              mail: {type: string}
              counts: {type: map, values: int64}
            event_time: {field: at}
            identity: [id, at]
            redact:
              - {field: id, do: hash, key: 'file:%s'}
              - {field: mail, do: mask}
              - {path: never, do: remove}
            """
                .formatted(key));
    Path events =
        write(
            "c.jsonl",
            """
            {"id": "i", "at": "2026-03-01T10:00:00Z", "mail": "jane@example.com"}
            {"id": "i", "at": "2026-03-01T10:00:00Z", "counts": {"jane": "x"}}
            """);
    MillraceProcess.Result result =
        MillraceCommand.run("explain", "--contract=" + contract, events.toString());
    assertThat(result.err(), result.exitCode(), is(0));
    assertThat(
        result.out(),
        containsString("\n  redacted: hash of field id\n  redacted: mask of field mail\nrecord 2"));
    assertThat(result.out(), containsString("    mail            ***\n"));
    assertThat(result.out().contains("jane"), is(false));
    List<JsonNode> lines =
        lines(
            MillraceCommand.run("explain", "--contract=" + contract, "--json", events.toString()));
    assertThat(lines.get(0).path("redacted").get(1).asText(), is("mask of field mail"));
    Files.delete(key);
    MillraceProcess.Result without =
        MillraceCommand.run("explain", "--contract=" + contract, events.toString());
    assertThat(without.exitCode(), is(2));
    assertThat(without.err(), containsString("secret file:"));
  }

  @Test
  void lateByAWatermark() throws Exception {
    Path contract =
        write(
            "c.yaml",
            """
            contract: c
            fields: {at: {type: timestamp, format: epoch_s, required: true}}
            event_time: {field: at, allowed_lateness: 0s}
            identity: [at]
            """);
    Path events = write("c.jsonl", "{\"at\": 59}\n{\"at\": 60}\n");

    List<JsonNode> lines =
        lines(
            MillraceCommand.run(
                "explain",
                "--contract=" + contract,
                "--watermark=1970-01-01T00:01:00.005Z",
                "--json",
                events.toString()));

    assertThat(lines.get(0).path("outcome").asText(), is("late"));
    assertThat(lines.get(0).path("table").asText(), is("c_late"));
    assertThat(lines.get(0).path("row").path("late_by_ms").asInt(), is(5));
    assertThat(lines.get(1).path("outcome").asText(), is("accepted"));
  }

  @Test
  void aRecordThatBreaksOffLeavesNoDuplicates() throws Exception {
    Path contract =
        write(
            "c.yaml",
            """
            contract: c
            events: lines
            fields: {at: {type: timestamp, format: epoch_s, required: true}}
            event_time: {field: at}
            identity: [at]
            limits: {max_events: 1}
            """);
    Path whole = write("c.jsonl", "{\"at\": 1}\n{\"at\": 1}\n");

    assertThat(
        MillraceCommand.run("explain", "--contract=" + contract, whole.toString()).out(),
        containsString("accepted 1, duplicate 1"));
    assertThat(
        MillraceCommand.run("explain", "--contract=" + contract, "--whole", whole.toString()).out(),
        containsString("1 records, 1 events: dead 1"));
  }

  @ParameterizedTest
  @CsvSource({
    "--watermark=now, --watermark: expected an instant",
    "--contract=none.yaml, cannot be read",
    "--recordTime=now, --recordTime: expected an instant",
    "nothing.jsonl, cannot read nothing.jsonl",
    "--what, unknown option",
  })
  void wrongUseIsOneLine(String arg, String message) throws Exception {
    Path events = write("e.jsonl", "{}\n");
    List<String> args = new ArrayList<>(List.of("explain", arg));
    if (!arg.startsWith("--contract")) {
      args.add(MillraceProcess.contract("query-events.yaml"));
    }
    if (arg.startsWith("--")) {
      args.add(events.toString());
    }

    MillraceProcess.Result result = MillraceCommand.run(args.toArray(String[]::new));

    assertThat(result.exitCode(), is(2));
    assertThat(result.err(), result.err().lines().count(), is(1L));
    assertThat(result.err(), containsString(message));
  }

  @Test
  void whereColumnsWereLookedUp() throws Exception {
    Path users = write("users.csv", "id,country\nu1,DE\n");
    Path contract =
        write(
            "looked-up.yaml",
            """
            contract: c
            fields: {at: {type: timestamp, required: true}, user: {type: string}}
            event_time: {field: at}
            identity: [at]
            lookups: {users: {from: "%s", key: user, key_column: id, columns: [country]}}
            """
                .formatted(users.toUri()));
    Path events =
        write(
            "looked-up.jsonl",
            """
            {"at": "2026-03-01T10:00:00Z", "user": "u1"}
            {"at": "2026-03-01T10:00:01Z", "user": "u2"}
            """);
    String[] args = {"explain", "--contract=" + contract, events.toString()};
    MillraceProcess.Result result = MillraceCommand.run(args);
    assertThat(result.err(), result.exitCode(), is(0));
    String text = result.out().replaceAll("version [0-9a-f]{8}\\)", "version v)");
    assertThat(text, containsString("  country         DE"));
    assertThat(text, containsString("  looked up in users (version v): country"));
    assertThat(text, containsString("  no row in users (version v): country"));

    Files.delete(users);
    MillraceProcess.Result without = MillraceCommand.run(args);
    assertThat(without.exitCode(), is(2));
    assertThat(
        without.err(),
        containsString("look-up users in " + users.toUri() + ": there is no such file"));
  }
}
