package io.millrace.cli.init;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldType;
import io.millrace.contract.yaml.ContractLoader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InitCommandTest {
  private static final String EVENTS =
      """
      {"id":"a1","ts":"2026-03-01T10:00:00Z","level":"INFO","status":200}
      {"id":"a2","ts":"2026-03-01T10:00:01Z","level":"ERROR","status":500}
      {"id":"a2","ts":"2026-03-01T10:00:01Z","level":"ERROR","status":500}
      """;

  @TempDir private Path directory;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private static MillraceProcess.Result withInput(String input, String... args) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    try {
      return MillraceCommand.run(args);
    } finally {
      System.setIn(before);
    }
  }

  private static Contract load(String yaml) {
    return ContractLoader.parse(yaml, "out.yaml");
  }

  private static void refuses(String line, String... args) {
    MillraceProcess.Result result = MillraceCommand.run(args);
    assertThat(result.err(), result.exitCode(), is(2));
    assertThat(result.errLines(), hasSize(1));
    assertThat(result.err(), startsWith("millrace: "));
    assertThat(result.err(), containsString(line));
    assertThat(result.out(), is(""));
  }

  @Test
  void theContractIsWrittenAndTheReportPrinted() throws Exception {
    Path events = write("app.events.jsonl", EVENTS);
    Path out = directory.resolve("app.yaml");
    MillraceProcess.Result result = MillraceCommand.run("init", "--from=" + events, "--out=" + out);
    assertThat(result.err(), result.exitCode(), is(0));
    assertThat(result.err(), is(""));
    assertThat(result.out(), containsString("3 of 3 samples decode; 1 is a duplicate of another"));
    assertThat(
        result.out(), containsString("scripts/millrace explain --contract=" + out + " " + events));
    assertThat(result.out(), containsString("scripts/millrace run --input=file://" + events));
    String yaml = Files.readString(out);
    assertThat(yaml, startsWith("# yaml-language-server: $schema=./contract.schema.json\n"));
    assertThat(load(yaml).name(), is("app-events"));
    assertThat(load(yaml).identity(), is(List.of("id", "ts")));
  }

  /** Whoever removes the sign of the comment has a contract that loads. */
  @Test
  void theSuggestedErrorRuleIsValid() throws Exception {
    Path events = write("e.jsonl", EVENTS);
    String yaml = MillraceCommand.run("init", "--from=" + events).out();
    assertThat(load(yaml).error() == null, is(true));
    assertThat(yaml, containsString("# error: {field: level, in: [ERROR]}"));
    assertThat(load(yaml.replace("# error:", "error:")).error() == null, is(false));

    Path status = write("s.jsonl", EVENTS.replace("level", "text"));
    String other = MillraceCommand.run("init", "--from=" + status).out();
    assertThat(other, containsString("# error: status >= 500"));
    assertThat(load(other.replace("# error:", "error:")).error() == null, is(false));
  }

  @Test
  void standardInput() {
    MillraceProcess.Result result = withInput(EVENTS, "init", "--from=-", "--name=mine");
    assertThat(result.err(), result.exitCode(), is(0));
    assertThat(result.err(), containsString("A contract from 3 events of standard input"));
    assertThat(load(result.out()).name(), is("mine"));
  }

  @Test
  void thePrintedCommandsAreQuoted() throws Exception {
    Path events = write("my events.jsonl", EVENTS);
    Path out = directory.resolve("it's.yaml");
    String report = MillraceCommand.run("init", "--from=" + events, "--out=" + out).out();
    assertThat(report, containsString("'--input=file://" + directory + "/my events.jsonl'"));
    assertThat(report, containsString("'--contract=" + directory + "/it'\\''s.yaml'"));
    assertThat(report, containsString("18123/my_events"));
  }

  @Test
  void aCompressedFile() throws Exception {
    Path file = directory.resolve("events.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(EVENTS.getBytes(StandardCharsets.UTF_8));
    }
    MillraceProcess.Result result = MillraceCommand.run("init", "--from=file://" + file);
    assertThat(result.err(), result.exitCode(), is(0));
    assertThat(load(result.out()).name(), is("events"));
  }

  @Test
  void manyEventsMakeFieldsRequired() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 1500; i++) {
      lines.append("{\"id\":\"e%d\",\"ts\":%d,\"n\":%d}\n".formatted(i, 1772359200 + i, i));
    }
    Path events = write("many.jsonl", lines.toString());
    String yaml = MillraceCommand.run("init", "--from=" + events).out();
    assertThat(yaml, containsString("in 1,000 of 1,000, 1,000 values"));
    Contract contract = load(yaml);
    assertThat(contract.fields().stream().allMatch(field -> field.required()), is(true));

    String few = MillraceCommand.run("init", "--samples=99", "--from=" + events).out();
    assertThat(load(few).fields().stream().filter(f -> f.required()).count(), is(2L));
  }

  @Test
  void whatDoesNotDecodeIsReported() throws Exception {
    Path events = write("e.jsonl", EVENTS + EVENTS + "{\"id\":\"a4\"}\nno JSON\n");
    MillraceProcess.Result result = MillraceCommand.run("init", "--json", "--from=" + events);
    assertThat(result.err(), result.exitCode(), is(0));
    JsonNode report = new ObjectMapper().readTree(result.out());
    assertThat(report.path("events").asInt(), is(8));
    assertThat(report.path("decoded").asInt(), is(6));
    assertThat(
        report.path("dead").get(0).textValue(), containsString("record 7: missing_field: ts"));
    assertThat(report.path("dead").get(1).textValue(), startsWith("record 8: malformed_json"));
  }

  /** The generator's stream has wrong values, missing fields and bytes that are no JSON. */
  @Test
  void malformedEventsDoNotChangeTheContract() throws Exception {
    Path events = directory.resolve("generated.jsonl");
    MillraceProcess.Result generated =
        MillraceCommand.run(
            "generate", "--to=file://" + events, "--count=1000", "--malformed=0.04", "--seed=7");
    assertThat(generated.err(), generated.exitCode(), is(0));
    MillraceProcess.Result result = MillraceCommand.run("init", "--json", "--from=" + events);
    assertThat(result.err(), result.exitCode(), is(0));
    JsonNode report = new ObjectMapper().readTree(result.out());
    Contract contract = load(report.path("yaml").textValue());
    assertThat(contract.eventTime(), is("timestamp"));
    assertThat(contract.identity(), is(List.of("query_id", "event_type", "timestamp")));
    assertThat(report.path("dead").size() < 60, is(true));
  }

  @Test
  void mostMustDecode() throws Exception {
    String twice = "{\"id\":1,\"id\":2,\"ts\":\"2026-03-01T10:00:00Z\"}\n";
    Path events = write("e.jsonl", twice);
    MillraceProcess.Result result = MillraceCommand.run("init", "--from=" + events);
    assertThat(result.err(), result.exitCode(), is(1));
    assertThat(result.err(), containsString("0 of 1 samples decode"));
    assertThat(result.err(), containsString("record 1: duplicate_key: "));
  }

  @Test
  void anExistingFileIsKept() throws Exception {
    Path events = write("e.jsonl", EVENTS);
    Path out = write("e.yaml", "mine");
    refuses("exists; choose another file", "init", "--from=" + events, "--out=" + out);
    assertThat(Files.readString(out), is("mine"));
    MillraceProcess.Result forced =
        MillraceCommand.run("init", "--from=" + events, "--out=" + out, "--force");
    assertThat(forced.err(), forced.exitCode(), is(0));
    assertThat(load(Files.readString(out)).name(), is("e"));
  }

  @Test
  void aPersonChooses() throws Exception {
    Path events =
        write("e.jsonl", "{\"id\":1,\"ts\":1772359200,\"created\":1772359201,\"note\":\"x\"}\n");
    String[] args = {"init", "--interactive", "--from=" + events};
    Contract chosen = load(withInput("7\n2\n2\n", args).out());
    assertThat(chosen.eventTime(), is("created"));
    assertThat(chosen.identity().size() > 2, is(true));
    assertThat(load(withInput("\n\n", args).out()).eventTime(), is("ts"));
    MillraceProcess.Result ended = withInput("", args);
    assertThat(ended.exitCode(), is(2));
    assertThat(ended.err(), containsString("--interactive: no answer"));
  }

  @Test
  void wrongUse() throws Exception {
    Path events = write("e.jsonl", EVENTS);
    refuses("--from", "init");
    refuses("cannot read none.jsonl (NoSuchFileException)", "init", "--from=none.jsonl");
    refuses("is a directory", "init", "--from=" + directory);
    refuses("--samples: expected at least 1", "init", "--from=-", "--samples=0");
    refuses("--interactive: not with", "init", "--from=-", "--interactive");
    refuses("--name: expected letters", "init", "--from=" + events, "--name=a b");
    refuses("--kafkaConfig: only for", "init", "--from=" + events, "--kafkaConfig=x");
    refuses("--from: `s3://`", "init", "--from=s3://bucket/key");
    refuses("user and password must not", "init", "--from=kafka://u:p@host:9092/t");
    refuses(
        "only for --from=kafka://", "init", "--from=pubsub://test-project/sub", "--kafkaConfig=x");
    refuses(
        "--out: cannot write",
        "init",
        "--from=" + events,
        "--out=" + directory.resolve("none/e.yaml"));
    Path timeless = write("t.jsonl", "{\"id\":1,\"name\":\"x\"}\n");
    refuses("the fields are id, name", "init", "--from=" + timeless);
    refuses("holds plain text", "init", "--from=" + write("p.txt", "hello\nworld\n"));
    refuses(
        "holds invalid JSON (line 2, column",
        "init",
        "--from=" + write("bad.jsonl", "{\"ts\":1}\n{1}\n{2}\n"));
    refuses("is empty", "init", "--from=" + write("empty.jsonl", ""));
  }

  /** Whatever the shape, the contract loads, and decodes each event that has a time. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void randomShapes(long seed) throws Exception {
    Random random = new Random(seed);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      lines.append("{\"ts\":").append(1_772_359_200 + i);
      int fields = random.nextInt(8);
      List<String> used = new ArrayList<>(List.of("ts"));
      for (int f = 0; f < fields; f++) {
        String key = key(random);
        if (!used.contains(key)) {
          used.add(key);
          lines.append(",\"").append(key).append("\":").append(value(random, 0));
        }
      }
      lines.append("}\n");
    }
    Path events = write("random.jsonl", lines.toString());
    MillraceProcess.Result result = MillraceCommand.run("init", "--json", "--from=" + events);
    assertThat(result.err(), result.exitCode(), is(0));
    JsonNode report = new ObjectMapper().readTree(result.out());
    assertThat(
        report.path("yaml").textValue() + report.path("dead"), report.path("dead").size(), is(0));
    Contract contract = load(report.path("yaml").textValue());
    assertThat(
        contract.fields().stream().anyMatch(field -> field.type() == FieldType.TIMESTAMP),
        is(true));
  }

  private static String key(Random random) {
    String[] keys = {
      "id", "a", "A", "a.b", "x-y", "on", "null", "@at", "9", "é ", "user_id", "ip", "extra", "$",
      "q: {", "#"
    };
    return keys[random.nextInt(keys.length)];
  }

  private static String value(Random random, int depth) {
    String[] scalars = {
      "1",
      "-2.5",
      "true",
      "null",
      "\"\"",
      "\"x\"",
      "\"12\"",
      "\"1e5\"",
      "18446744073709551615",
      "\"123e4567-e89b-12d3-a456-426614174000\"",
      "\"10.0.0.1\"",
      "\"2026-03-01T10:00:00\"",
      "\"2026-03-01T10:00:00.123456Z\"",
      "123456789012345678901234567890",
      "1.0",
      "1e300"
    };
    int kind = random.nextInt(depth > 3 ? 8 : 12);
    if (kind < 8) {
      return scalars[random.nextInt(scalars.length)];
    } else if (kind == 8) {
      return "[]";
    } else if (kind == 9) {
      return "[" + value(random, depth + 1) + "," + value(random, depth + 1) + "]";
    } else if (kind == 10) {
      return "{}";
    }
    return "{\"" + key(random) + "\":" + value(random, depth + 1) + "}";
  }
}
