package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.millrace.clickhouse.ClickHouseSink;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.local.LocalStack;
import io.millrace.security.SecretReference;
import io.millrace.security.UserName;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets, right and mistyped, are in nothing that a run leaves behind, at the noisiest level. */
class SecretsIT {
  private static final String USER = "usr_Jx81mPqe";
  private static final String PASSWORD = "pw-Kz9!vT:4w/Q+yR2";
  private static final String WRONG = "wrong-Hd6&sB3=nM8";
  private static final String MISTYPED = "mistyped-Yc5kF7tL";
  private static final SecretSearch ALL =
      new SecretSearch(List.of(USER, PASSWORD, WRONG, MISTYPED));
  // The server's own log may name who comes.
  private static final SecretSearch PASSWORDS =
      new SecretSearch(List.of(PASSWORD, WRONG, MISTYPED));
  private static final Map<String, String> ENVIRONMENT =
      Map.of("MILLRACE_TEST_USER", USER, "MILLRACE_TEST_WRONG", WRONG);
  private static final String CONTRACT = MillraceProcess.contract("query-events.yaml");
  private static final String BY_REFERENCE = "--clickHouseUser=env:MILLRACE_TEST_USER";

  @TempDir private static Path directory;
  private static LocalStack stack;
  private static String input;
  private static String output;
  private static String password;

  @BeforeAll
  static void startStack() throws Exception {
    stack =
        LocalStack.builder()
            .dataDirectory(directory.resolve("stack"))
            .clickHouseCredentials(USER, PASSWORD)
            .start();
    Path events = directory.resolve("events.jsonl");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      lines.add(
          "{\"query_id\":\"q%1$d\",\"timestamp\":\"2026-03-01T10:00:00Z\",\"event_type\":\"t\",\"metadata\":{\"duration_ms\":%1$d}}"
              .formatted(i));
    }
    lines.add("not json");
    Files.write(events, lines);
    Path secret = Files.writeString(directory.resolve("secret"), PASSWORD + "\n");
    input = "--input=file://" + events;
    output = "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/secrets";
    password = "--clickHousePassword=file:" + secret;
  }

  @AfterAll
  static void stopStack() {
    if (stack != null) {
      stack.close();
    }
  }

  /** Runs at the noisiest level and searches what was printed. */
  private static MillraceProcess.Result run(String... args) throws InterruptedException {
    MillraceProcess.Result result =
        MillraceProcess.run(ENVIRONMENT, List.of("-Dmillrace.log=TRACE"), args);
    assertThat(ALL.in("stdout", result.out()), empty());
    assertThat(ALL.in("stderr", result.err()), empty());
    return result;
  }

  private static void searchTheStack() throws Exception {
    try (Stream<Path> logs = Files.walk(directory.resolve("stack/logs"))) {
      for (Path log : logs.filter(Files::isRegularFile).toList()) {
        assertThat(PASSWORDS.in(log.toString(), Files.readAllBytes(log)), empty());
      }
    }
    List<String> tables =
        stack
            .clickHouse()
            .query("SELECT name FROM system.tables WHERE database = 'secrets'")
            .lines()
            .toList();
    assertThat(tables, hasItem("dead_letters"));
    for (String table : tables) {
      String rows = stack.clickHouse().query("SELECT * FROM secrets.`" + table + "` FORMAT TSVRaw");
      assertThat(ALL.in("table " + table, rows), empty());
      assertThat(
          ALL.in(
              "DDL of " + table,
              stack.clickHouse().query("SHOW CREATE TABLE secrets.`" + table + "`")),
          empty());
    }
  }

  @Test
  void theSearchFindsWhatIsPlanted() throws Exception {
    List<String> expected = List.of(PASSWORD + " in x");
    byte[] secret = PASSWORD.getBytes(StandardCharsets.UTF_8);
    assertThat(ALL.in("x", "a" + PASSWORD + "b"), equalTo(expected));
    for (String before : List.of("", "u", "us", "user:")) {
      String basic =
          Base64.getEncoder()
              .encodeToString((before + PASSWORD + "!").getBytes(StandardCharsets.UTF_8));
      assertThat(before, ALL.in("x", "Basic " + basic), equalTo(expected));
    }
    assertThat(ALL.in("x", "p=pw-Kz9%21vT%3A4w%2FQ%2ByR2&x"), equalTo(expected));
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    packed.write(7);
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(secret);
    }
    assertThat(ALL.in("x", packed.toByteArray()), equalTo(List.of(PASSWORD + " in x (gzip)")));
    assertThat(
        "as Beam puts objects into a graph",
        ALL.in("x", SerializableUtils.serializeToByteArray(PASSWORD)),
        equalTo(List.of(PASSWORD + " in x", PASSWORD + " in x (snappy)")));
    // Snappy keeps what is new to it as it is, and takes what it has seen from there.
    byte[] graph =
        SerializableUtils.serializeToByteArray("Kz9!v4w/Q+ T:4w/Q pw-Kz9!v pw- " + PASSWORD);
    assertThat("in pieces", ALL.in("x", graph), equalTo(List.of(PASSWORD + " in x (snappy)")));
    assertThat(
        "with something behind it",
        ALL.in("x", Arrays.copyOf(graph, graph.length + 9)),
        hasItem(PASSWORD + " in x (snappy)"));
    assertThat(ALL.in("x", "pw-Kz9!vT"), empty());
  }

  @Test
  void inARunThatIsHealthyAndRefusesSomeRows() throws Exception {
    prepare();
    stack
        .clickHouse()
        .query("ALTER TABLE secrets.sink_output ADD CONSTRAINT c CHECK duration_ms < 27");
    MillraceProcess.Result result =
        run("run", "--json", input, output, CONTRACT, BY_REFERENCE, password);
    assertThat(
        result.err().substring(Math.max(0, result.err().length() - 2000)),
        result.exitCode(),
        equalTo(0));
    assertThat("the level is what was asked for", result.err(), containsString(" DEBUG "));
    assertThat(
        stack
            .clickHouse()
            .query("SELECT code, count() FROM secrets.dead_letters_exact GROUP BY code ORDER BY 1"),
        equalTo("malformed_json\t1\nrefused_by_sink\t3\n"));
    MillraceProcess.Result audit = run("audit", output, CONTRACT, BY_REFERENCE, password);
    assertThat(audit.err(), audit.exitCode(), equalTo(0));
    searchTheStack();
  }

  private static void prepare() {
    Contract contract = ContractLoader.load(Path.of(CONTRACT.substring("--contract=".length())));
    ClickHouseSink.of(
            ClickHouseConfig.of(stack.clickHouse().address(), "secrets")
                .withUser(
                    UserName.parse(USER),
                    SecretReference.parse(password.substring(password.indexOf('=') + 1))),
            contract,
            DeadLetterFactory.of(contract, "test", Clock.system()),
            Clock.system())
        .prepare();
  }

  /** Its driver brings an HTTP client of its own, with loggers of its own. */
  @Test
  void inARunByClickHouseIo() throws Exception {
    String other = output.replace("/secrets", "/secrets_beam_io");
    MillraceProcess.Result result =
        run(
            "run",
            "--json",
            "--clickHouseWriter=beam-io",
            input,
            other,
            CONTRACT,
            BY_REFERENCE,
            password);
    assertThat(
        result.err().substring(Math.max(0, result.err().length() - 2000)),
        result.exitCode(),
        equalTo(0));
    assertThat(
        stack.clickHouse().query("SELECT count() > 0 FROM secrets_beam_io.sink_output"),
        equalTo("1\n"));
  }

  @Test
  void inRunsThatCannotStart() throws Exception {
    MillraceProcess.Result refused =
        run(
            "run",
            input,
            output,
            CONTRACT,
            BY_REFERENCE,
            "--clickHousePassword=env:MILLRACE_TEST_WRONG");
    assertThat(refused.exitCode(), equalTo(2));
    assertThat(
        refused.err(),
        containsString("refused the user env:MILLRACE_TEST_USER with env:MILLRACE_TEST_WRONG"));
    MillraceProcess.Result audit =
        run(
            "audit",
            output,
            CONTRACT,
            BY_REFERENCE,
            "--clickHousePassword=env:MILLRACE_TEST_WRONG");
    assertThat(audit.exitCode(), equalTo(2));
    assertThat(audit.err(), containsString("rejected a query"));
    MillraceProcess.Result down =
        run(
            "run",
            input,
            "--output=clickhouse://127.0.0.1:1/secrets",
            CONTRACT,
            BY_REFERENCE,
            password);
    assertThat(down.exitCode(), equalTo(2));
    assertThat(down.err(), containsString("refused the connection"));
  }

  @Test
  void whereTheyWereTypedByMistake() throws Exception {
    MillraceProcess.Result flags =
        run(
            "run",
            "--input=kafka://u:" + MISTYPED + "@127.0.0.1:1/t",
            "--output=clickhouse://127.0.0.1:1/db?password=" + MISTYPED,
            CONTRACT,
            "--clickHouseUser=me:" + MISTYPED,
            "--clickHousePassword=" + MISTYPED);
    assertThat(flags.exitCode(), equalTo(2));
    assertThat(
        flags.err(),
        allOf(
            containsString("--input: "),
            containsString("--output: "),
            containsString("--clickHouseUser: "),
            containsString("--clickHousePassword: ")));
    for (String[] args :
        new String[][] {
          {"run", input, "--output=http://u:" + MISTYPED + "@127.0.0.1:1/db", CONTRACT},
          {"run", input, output, CONTRACT, "--clickHousePassword", MISTYPED},
          {"run", input, output, CONTRACT, "--password=" + MISTYPED},
          {"audit", output, CONTRACT, "--clickHousePassword=" + MISTYPED},
          {"audit", output, CONTRACT, "--password=" + MISTYPED},
        }) {
      assertThat(String.join(" ", args), run(args).exitCode(), equalTo(2));
    }
  }

  @Test
  void inTheJobGraph() throws Exception {
    JobGraph job = JobGraph.of(List.of(input, output, CONTRACT, BY_REFERENCE, password));
    assertThat(
        "what is searched holds what it is to hold",
        new SecretSearch(List.of("MILLRACE_TEST_USER")).in("graph", job.graph()),
        not(empty()));
    assertThat(ALL.in("graph", job.graph()), empty());
    assertThat(ALL.in("options", job.options()), empty());
  }

  /** What other launchers may have: no caps. */
  @Test
  void withALogConfigurationThatPrintsAll() throws Exception {
    Path logback = directory.resolve("all.xml");
    Files.writeString(
        logback,
        """
        <configuration>
          <appender name="A" class="ch.qos.logback.core.ConsoleAppender">
            <target>System.err</target>
            <encoder><pattern>%level %logger: %msg%n</pattern></encoder>
          </appender>
          <root level="TRACE"><appender-ref ref="A"/></root>
        </configuration>
        """);
    List<String> jvm = List.of("-Dlogback.configurationFile=" + logback);
    // Refused before anything that logs flags is loaded.
    MillraceProcess.Result typed =
        MillraceProcess.run(
            ENVIRONMENT, jvm, "run", input, output, CONTRACT, "--clickHousePassword=" + MISTYPED);
    assertThat(typed.err(), typed.exitCode(), equalTo(2));
    assertThat(ALL.in("stderr", typed.err()), empty());
    MillraceProcess.Result guarded =
        MillraceProcess.run(
            ENVIRONMENT, jvm, "run", input, output, CONTRACT, BY_REFERENCE, password);
    assertThat(guarded.exitCode(), equalTo(2));
    assertThat(guarded.err(), containsString("headers would print the password"));
    assertThat(ALL.in("stderr", guarded.err()), empty());
  }
}
