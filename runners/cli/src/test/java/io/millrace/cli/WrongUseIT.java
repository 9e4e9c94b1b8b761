package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.local.process.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wrong use is met with one line for each problem and exit code 2. */
class WrongUseIT {
  private static final String CONTRACT = MillraceProcess.contract("query-events.yaml");

  @TempDir private static Path directory;
  private static LocalStack stack;
  private static String input;
  private static String output;
  private static int nobody;

  @BeforeAll
  static void startStack() {
    stack = SharedStack.clean();
    stack.kafka().createTopic("events", 1);
    input = "--input=kafka://" + stack.kafka().address() + "/events";
    output = "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/wrong_use";
    nobody = Ports.free(Ports.Range.PROXY);
  }

  private static void refuses(List<String> args, String[]... lines) throws Exception {
    assertRefused(MillraceCommand.run(args.toArray(String[]::new)), lines);
  }

  private static void assertRefused(MillraceProcess.Result result, String[]... lines) {
    List<Matcher<? super String>> expected =
        Arrays.stream(lines).<Matcher<? super String>>map(WrongUseIT::holds).toList();
    assertThat(result.errLines(), contains(expected));
    assertThat(result.exitCode(), equalTo(2));
    assertThat(result.out(), equalTo(""));
  }

  private static List<String> args(String... args) {
    return List.of(args);
  }

  /** What one line must hold. */
  private static String[] line(String... parts) {
    return parts;
  }

  private static Matcher<String> holds(String... parts) {
    Matcher<String> all = startsWith("millrace: ");
    for (String part : parts) {
      all = allOf(all, containsString(part));
    }
    return all;
  }

  @Test
  void noBroker() throws Exception {
    String[] args = {"run", "--input=kafka://127.0.0.1:" + nobody + "/events", output, CONTRACT};
    String[] line = line("cannot connect to Kafka at 127.0.0.1:" + nobody, "--input");
    refuses(List.of(args), line);
    assertRefused(MillraceProcess.run(args), line);
  }

  @Test
  void noTopic() throws Exception {
    refuses(
        args("run", input.replace("/events", "/event"), output, CONTRACT),
        line("topic `event` does not exist", "it has events"));
  }

  @Test
  void noFile() throws Exception {
    refuses(
        args("run", "--input=file://" + directory + "/none.jsonl", output, CONTRACT),
        line("file " + directory + "/none.jsonl does not exist", "--input"));
    refuses(
        args("check", "--input=file://" + directory + "/*.jsonl", output, CONTRACT),
        line("no file matches " + directory + "/*.jsonl", "--input"));
  }

  @Test
  void aSourceThatDoesNotExist() throws Exception {
    refuses(
        args("run", "--input=s3://bucket/x", output, CONTRACT),
        line("--input: `s3://`", "kafka://host:port/topic", "file:///directory/*.jsonl"));
  }

  @Test
  void noClickHouseAndNoBrokerAreBothReported() throws Exception {
    refuses(
        args(
            "check",
            "--input=kafka://127.0.0.1:" + nobody + "/events",
            "--output=clickhouse://127.0.0.1:" + nobody + "/db",
            CONTRACT),
        line("cannot connect to Kafka"),
        line("127.0.0.1:" + nobody));
  }

  @Test
  void aPortThatIsNotClickHouses() throws Exception {
    refuses(
        args("run", input, "--output=clickhouse://" + stack.kafka().address() + "/db", CONTRACT),
        line(stack.kafka().address()));
  }

  @Test
  void unknownOptions() throws Exception {
    refuses(args("run", input, output, CONTRACT, "--inptu=x"), line("unknown option --inptu"));
    refuses(
        args("run", input, output, CONTRACT, "--runner=FlinkRunner", "--targetParallelism=x"),
        line("--runner", "submit-flink"),
        line("--targetParallelism", "expected a whole number"));
    refuses(args("demo", "--evnts=5"), line("unknown option", "--evnts", "--help"));
    refuses(args("dmeo"), line("unknown", "dmeo", "--help"));
    refuses(args("demo", "--events=many"), line("--events", "many"));
  }

  @Test
  void allMistakesInFlagsAtOnce() throws Exception {
    refuses(
        args("run", "--output=clickhouse://x", CONTRACT, "--allowedLateness=soon"),
        line("--input is missing"),
        line("--output", "expected clickhouse://host:port/database"),
        line("--allowedLateness", "expected a duration", "soon"));
  }

  @Test
  void aBadContract() throws Exception {
    Path bad = directory.resolve("bad.yaml");
    String good = Files.readString(Path.of(CONTRACT.substring("--contract=".length())));
    Files.writeString(
        bad,
        good.replace("type: int64", "type: long").replace("identity: [query_id", "identity: [qid"));
    refuses(
        args("run", input, output, "--contract=" + bad),
        line("bad.yaml:", ": fields.duration_ms.type", "expected one of", "int64", "long"),
        line("bad.yaml:", ": fields.rows_affected.type"),
        line("bad.yaml:", ": identity", "no field `qid`"));
    refuses(
        args("run", input, output, "--contract=" + directory.resolve("none.yaml")),
        line("none.yaml", "cannot be read"));
  }

  @Test
  void timeBoundsThatCannotBeMeant() throws Exception {
    Path bad = directory.resolve("bounds.yaml");
    String good = Files.readString(Path.of(CONTRACT.substring("--contract=".length())));
    Files.writeString(
        bad,
        good.replace("bucket: 1m ", "bucket: 7m ").replace("max_ahead: 1d ", "max_ahead: 5s "));
    refuses(
        args("run", input, output, "--contract=" + bad),
        line("bounds.yaml:", ": event_time.bucket: ", "divides a day", "7m"),
        line("bounds.yaml:", ": event_time.max_ahead: ", "out_of_orderness (10s)", "5s"));
    refuses(
        args("run", input, output, CONTRACT, "--outOfOrderness=25h"),
        line("query-events.yaml: event_time.max_ahead: ", "--outOfOrderness (25h)", "1d"));
  }

  @Test
  void aTableThatDoesNotFit() throws Exception {
    stack.clickHouse().query("CREATE DATABASE misfit");
    stack.clickHouse().query("CREATE TABLE misfit.sink_output (query_id UInt64) ENGINE = Memory");
    MillraceProcess.Result result =
        MillraceCommand.run("run", input, output.replace("wrong_use", "misfit"), CONTRACT);
    assertThat(result.exitCode(), equalTo(2));
    assertThat(result.err(), containsString("sink_output"));
    assertThat(result.err(), containsString("query_id"));
    assertThat(result.err(), containsString("UInt64"));
    assertThat(result.err(), containsString("event_type"));
    assertThat(
        "nothing was created beside it",
        stack.clickHouse().query("SELECT count() FROM system.tables WHERE database = 'misfit'"),
        equalTo("1\n"));
  }

  @Test
  void aPortThatIsTaken() throws Exception {
    String taken = stack.kafka().address().substring("127.0.0.1:".length());
    refuses(
        args("up", "--kafkaPort=" + taken, "--clickhousePort=0"),
        line("port " + taken, "in use", "--kafkaPort"));
  }

  @Test
  void aPasswordInAUrlIsNotRepeated() throws Exception {
    MillraceProcess.Result result =
        MillraceCommand.run(
            "run", input, "--output=clickhouse://me:hunter2@127.0.0.1:1/db", CONTRACT);
    assertThat(result.exitCode(), equalTo(2));
    assertThat(result.err().contains("hunter2"), equalTo(false));
    assertThat(result.err(), containsString("--clickHousePassword=env:NAME"));
  }
}
