package io.millrace.cli.init;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldType;
import io.millrace.contract.yaml.ContractLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Samples are untrusted: each gives a contract that loads and decodes them, or one clear line. */
class HostileSamplesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;

  private MillraceProcess.Result init(byte[] sample) throws Exception {
    return MillraceCommand.run("init", "--from=" + Files.write(directory.resolve("s"), sample));
  }

  private MillraceProcess.Result init(String sample) throws Exception {
    return init(sample.getBytes(UTF_8));
  }

  private static ObjectNode event(int number) {
    return JSON.createObjectNode()
        .put("id", "e-" + number)
        .put("ts", "2026-03-01T10:00:%02dZ".formatted(number % 60));
  }

  /** The contract of a result, in which all samples decode. */
  private static Contract decoded(MillraceProcess.Result result) {
    assertThat(result.out() + result.err(), result.exitCode(), is(0));
    assertThat(result.err(), containsString("samples decode"));
    assertThat(result.err(), not(containsString("does not:")));
    assertThat(result.err(), not(containsString("do not:")));
    return ContractLoader.parse(result.out(), "s.yaml");
  }

  static List<String> names() {
    return List.of(
        "a: {b",
        "#x",
        "yes",
        "no",
        "Null",
        "~",
        "1e3",
        "0x1F",
        ".5",
        "-",
        "- a",
        "? a",
        "a b",
        "a.b",
        "a..b",
        ".",
        "..",
        "$",
        "$.a",
        "$a",
        "a[]",
        "[0]",
        "*",
        "&a",
        "!tag",
        "|",
        ">",
        "%",
        "@",
        "`",
        "'",
        "\"",
        "\\",
        "a\nb",
        "a\rb",
        "a\tb",
        "a\u0000b",
        "a\u007fb",
        "a\u0085b",
        "a\u00a0b",
        "a\u2028b",
        "a\u2029b",
        "\ufeffa",
        "a\ufffeb",
        "\ud83d\ude00",
        "a,b",
        "{}",
        "=",
        "<<",
        "true",
        "contract",
        "fields",
        "ingestion_time",
        "late_by_ms",
        "extra",
        "millrace",
        "inserted_at",
        "_TABLE_SUFFIX",
        "_PARTITIONTIME",
        "element",
        "x".repeat(5000),
        "\u00e9",
        "e\u0301",
        "$schema: http://x\nfields: {}",
        "}: y",
        "ts ",
        " ts",
        "TS",
        "Ts",
        "ts\n",
        "__proto__");
  }

  @ParameterizedTest
  @MethodSource("names")
  void anyNameOfAField(String name) throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      ObjectNode event = event(i).put(name, "v" + i);
      event.putObject("nested").put(name, i).put("plain", i);
      event.putArray("list").addObject().put(name, i).put("plain", i);
      lines.append(event).append('\n');
    }
    Contract contract = decoded(init(lines.toString()));
    assertThat(contract.identity(), is(List.of("id", contract.eventTime())));
    assertThat(contract.fields().stream().anyMatch(f -> f.name().equals("nested_plain")), is(true));
  }

  @Test
  void allNamesAtOnce() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      ObjectNode event = event(i);
      names().forEach(name -> event.put(name, "v"));
      lines.append(event).append('\n');
    }
    Contract contract = decoded(init(lines.toString()));
    assertThat(contract.identity(), is(List.of("id", contract.eventTime())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e2147483647",
        "1e-2147483647",
        "1e-2147483640",
        "-0",
        "-0.0",
        "1e400",
        "1e-400",
        "18446744073709551616",
        "-9223372036854775809",
        "0.1000000000000000000000000000001",
        "null",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "[{}]",
        "[1,\"a\",true,null,{},[]]",
        "\"\"",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "{\"\":1}",
        "{\"a\":{\"b\":null}}",
        "[{\"a\":1},{\"a\":\"x\"}]",
        "[1,2.5]",
        "[1e400]",
        "\"1e999\"",
        "\"00\"",
        "\"NaN\"",
        "\"2026-02-30T00:00:00Z\"",
        "\"9999-12-31T23:59:59.999999999999Z\"",
        "\"0000-00-00\""
      })
  void anyValue(String value) throws Exception {
    for (String name : List.of("x", "time", "user_id", "status", "error", "level")) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 4; i++) {
        String event = event(i).toString();
        lines.append(event, 0, event.length() - 1);
        lines.append(",\"").append(name).append("\":").append(value).append("}\n");
      }
      MillraceProcess.Result result = init(lines.toString());
      assertThat(name + "\n" + result.err(), result.exitCode(), anyOf(is(0), is(1)));
      Contract contract = ContractLoader.parse(result.out(), "s.yaml");
      assertThat(contract.identity(), is(List.of("id", contract.eventTime())));
      // What the contract proposes as a comment loads as well.
      ContractLoader.parse(result.out().replace("# error:", "error:"), "s.yaml");
    }
  }

  @RepeatedTest(20)
  void randomBytesInEvents(RepetitionInfo repetition) throws Exception {
    Random random = new Random(repetition.getCurrentRepetition());
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      lines.append(event(i).put("n", i).put("text", "t" + i % 3)).append('\n');
    }
    byte[] bytes = lines.toString().getBytes(UTF_8);
    for (int i = 0; i < 30; i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    MillraceProcess.Result result = init(bytes);
    assertThat(result.err(), result.exitCode(), anyOf(is(0), is(1), is(2)));
    if (result.exitCode() == 2) {
      assertThat(result.errLines().size(), is(1));
    } else {
      ContractLoader.parse(result.out(), "s.yaml");
    }
  }

  @Test
  void nestingBeyondAnyLimit() throws Exception {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    String lines = event(1) + "\n" + event(2) + "\n{\"id\":" + deep + "}\n" + event(3) + "\n";
    MillraceProcess.Result result = init(lines);
    assertThat(result.err(), result.exitCode(), is(0));
    assertThat(result.err(), containsString("3 of 4 samples decode"));
    MillraceProcess.Result only = init("{\"id\":" + deep + "}\n");
    assertThat(only.err(), only.exitCode(), is(2));
    assertThat(only.errLines().size(), is(1));
  }

  @Test
  void aLineOfTenMegabytes() throws Exception {
    String lines =
        event(1) + "\n" + event(2).put("note", "x".repeat(10 << 20)) + "\n" + event(3) + "\n";
    MillraceProcess.Result result = init(lines);
    assertThat(result.err(), result.exitCode(), is(0));
    assertThat(result.err(), containsString("of 3 samples decode"));
    assertThat(result.out().length() < 10_000, is(true));
  }

  @Test
  void aNameTwiceIsADeadLetter() throws Exception {
    String twice = "{\"id\":\"a\",\"id\":\"b\",\"ts\":\"2026-03-01T10:00:00Z\"}";
    MillraceProcess.Result result = init(event(1) + "\n" + event(2) + "\n" + twice + "\n");
    assertThat(result.err(), result.exitCode(), is(0));
    assertThat(result.err(), containsString("2 of 3 samples decode"));
  }

  /** A contract is kept with the code of a team; a value of a sample does not belong there. */
  @Test
  void noValueOfASampleIsInTheContract() throws Exception {
    String secret = "hunter2";
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 120; i++) {
      ObjectNode event =
          event(i)
              .put("password", secret)
              .put("level", i % 2 == 0 ? "error" : secret)
              .put("status", secret)
              .put("error", secret)
              .put("api_key", secret + i)
              .put("session_id", secret + i % 5)
              .put("event_type", secret);
      event.putArray("tags").add(secret);
      event.putObject("user").put("token", secret);
      lines.append(event).append('\n');
    }
    MillraceProcess.Result result = init(lines + "{\"password\":\"" + secret + "\"}\n");
    assertThat(result.exitCode(), is(0));
    assertThat(result.out() + result.err(), not(containsString(secret)));
  }

  /** The first line of such a file holds values, which would become names of columns. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-03-01T10:00:00Z,alice,hunter2",
        "alice,2026-03-01 10:00:00,hunter2",
        "alice,a@example.com,hunter2",
        "fe80::1,alice,hunter2",
        "1e3,alice,hunter2"
      })
  void csvWithoutNamesIsRefused(String line) throws Exception {
    MillraceProcess.Result result = init((line + "\n").repeat(1) + line.replace('1', '2') + "\n");
    assertThat(result.out() + result.err(), result.exitCode(), is(2));
    assertThat(result.err(), startsWith("millrace: "));
    assertThat(result.out(), is(""));
    assertThat(result.err(), not(containsString("hunter2")));
  }

  @Test
  void aNumberOfAMillionDigitsInCsvIsAText() throws Exception {
    String lines = "id,ts,n\na,2026-03-01T10:00:00Z," + "1".repeat(1 << 20) + "\n";
    MillraceProcess.Result result = init(lines);
    assertThat(result.err(), result.exitCode(), anyOf(is(0), is(1)));
    Contract contract = ContractLoader.parse(result.out(), "s.yaml");
    assertThat(contract.fields().get(2).type(), is(FieldType.STRING));
  }

  @Test
  void aLoneSurrogateInAName() throws Exception {
    String line = "{\"\\ud800\":1,\"id\":\"a\",\"ts\":\"2026-03-01T10:00:00Z\"}\n";
    MillraceProcess.Result result = init(line);
    assertThat(result.err(), containsString("0 of 1 samples decode"));
    assertThat(result.out(), containsString("path: [\"\\ud800\"]"));
  }

  @Test
  void namesDoNotControlTheTerminal() throws Exception {
    MillraceProcess.Result result = init("{\"a\\u001b[2Jb\":1}\n");
    assertThat(result.err(), result.exitCode(), is(2));
    assertThat(result.err(), containsString("the fields are a [2Jb"));
    MillraceProcess.Result noted = init(event(1).putNull("a\u001b[2J").toString() + "\n");
    assertThat(noted.err(), containsString("`a [2J` is not declared"));
  }

  /** The shipped contract that fits has the name of the file in its first lines as well. */
  @Test
  void hostileNameOfAFileWithAShippedShape() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("a\u2028fields: 1"),
            "cpu,host=a usage=1.5 1772359200000000000\ncpu,host=b usage=2.5 1772359201000000000\n");
    Contract contract = decoded(MillraceCommand.run("init", "--from=" + file));
    assertThat(contract.format(), is("influx"));
  }

  @Test
  void hostileNamesOfFiles() throws Exception {
    for (String name :
        List.of("a\u2028fields: 1.jsonl", "a\u0085b.jsonl", "a\nb: {.jsonl", "#.jsonl")) {
      Path file = Files.writeString(directory.resolve(name), event(1) + "\n" + event(2) + "\n");
      MillraceProcess.Result result = MillraceCommand.run("init", "--from=" + file);
      Contract contract = decoded(result);
      assertThat(contract.rollups(), empty());
    }
  }
}
