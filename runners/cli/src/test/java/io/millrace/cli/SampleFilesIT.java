package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample events as files: the run ends by itself when they are read and written. */
class SampleFilesIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path directory;
  private static LocalStack stack;

  @BeforeAll
  static void startStack() {
    stack = SharedStack.clean();
  }

  private static List<String> sample(String file) throws Exception {
    return Files.readAllLines(MillraceProcess.root().resolve("test-data/events/" + file));
  }

  private static Path zipped(String name, List<String> lines) throws Exception {
    Path file = directory.resolve(name);
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(String.join("\r\n", lines).getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  private static String output(String database) {
    return "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/" + database;
  }

  /** The sample's events with or without an error, as the query below shows them. */
  private static String rows(List<String> sample, boolean withError) throws Exception {
    List<String> rows = new ArrayList<>();
    for (String line : sample) {
      JsonNode event = JSON.readTree(line);
      if (event.path("metadata").hasNonNull("error") == withError) {
        rows.add(
            event.path("query_id").asText()
                + "\t"
                + event.path("event_type").asText()
                + "\t"
                + event.path("metadata").path("user_id").asText()
                + "\t"
                + Instant.parse(event.path("timestamp").asText()).toEpochMilli());
      }
    }
    return rows.stream().sorted().collect(Collectors.joining("\n", "", "\n"));
  }

  private static String rows(String table) {
    return stack
            .clickHouse()
            .query(
                "SELECT query_id, event_type, user_id, toUnixTimestamp64Milli(event_time) AS at"
                    + " FROM "
                    + table)
            .lines()
            .sorted()
            .collect(Collectors.joining("\n"))
        + "\n";
  }

  @Test
  void queryEventsLandInTheRightTables() throws Exception {
    List<String> sample = sample("query-events.jsonl");
    List<String> lines = new ArrayList<>(sample);
    lines.add(sample.get(0).replace("2026-03-01", "2026-02-28"));
    lines.add("");
    lines.add("not json");
    lines.add(sample.get(1));
    lines.add(sample.get(2).replace("2026-03-01", "2199-03-01"));
    Path file = zipped("query events.jsonl.gz", lines);

    String input = "--input=file://" + file;
    String contract = MillraceProcess.contract("query-events.yaml");
    MillraceProcess.Result check = MillraceCommand.run("check", input, output("files"), contract);
    assertThat(check.err(), check.exitCode(), equalTo(0));
    assertThat(check.out(), containsString("ok: file://" + file));

    // With Beam's checks on, which find a step that changes an element.
    MillraceProcess.Result run =
        MillraceCommand.run(
            "run",
            input,
            output("files"),
            contract,
            "--enforceImmutability=true",
            "--enforceEncodability=true");
    assertThat(run.err(), run.exitCode(), equalTo(0));
    assertThat(
        run.out(),
        equalTo(
            "read 64 = accepted 58 + error 2 + duplicate 1 + late 1 + dead 2"
                + System.lineSeparator()));
    assertThat(rows("files.sink_output_exact"), equalTo(rows(sample, false)));
    assertThat(rows("files.error_events_exact"), equalTo(rows(sample, true)));
    assertThat(
        stack.clickHouse().query("SELECT query_id, event_time FROM files.late_events_exact"),
        equalTo("q-0000\t2026-02-28 10:00:00.000\n"));
    assertThat(
        stack
            .clickHouse()
            .query(
                "SELECT code, topic, `offset`, if(code = 'malformed_json', value, '')"
                    + " FROM files.dead_letters_exact ORDER BY `offset`"),
        equalTo(
            "malformed_json\t"
                + file
                + "\t62\tnot json\n"
                + "time_out_of_range\t"
                + file
                + "\t64\t\n"));

    MillraceProcess.Result again =
        MillraceCommand.run("run", "--untilCaughtUp", "--json", input, output("files"), contract);
    assertThat(again.err(), again.exitCode(), equalTo(0));
    assertThat(JSON.readTree(again.out()).path("balanced").asBoolean(), equalTo(true));
    assertThat(rows("files.sink_output_exact"), equalTo(rows(sample, false)));
  }

  @Test
  void severalFilesOfAnotherContract() throws Exception {
    List<String> sample = sample("user-events.jsonl");
    zipped("users-1.jsonl.gz", sample.subList(0, 8));
    Files.write(directory.resolve("users-2.jsonl"), sample.subList(4, sample.size()));
    MillraceProcess.Result run =
        MillraceCommand.run(
            "run",
            "--json",
            "--input=file://" + directory + "/users-*",
            output("users"),
            MillraceProcess.contract("user-events.yaml"));
    assertThat(run.err(), run.exitCode(), equalTo(0));
    JsonNode balance = JSON.readTree(run.out());
    assertThat(balance.path("accepted").asInt(), equalTo(sample.size()));
    assertThat(balance.path("duplicate").asInt(), equalTo(4));
    assertThat(
        stack.clickHouse().query("SELECT count() FROM users.user_events_exact"),
        equalTo(sample.size() + "\n"));
  }

  private static MillraceProcess.Result audit(String database) throws Exception {
    return MillraceCommand.run(
        "audit", output(database), MillraceProcess.contract("query-events.yaml"));
  }

  private static void run(Path file, String database) throws Exception {
    MillraceProcess.Result run =
        MillraceCommand.run(
            "run",
            "--input=file://" + file,
            output(database),
            MillraceProcess.contract("query-events.yaml"));
    assertThat(run.err(), run.exitCode(), equalTo(0));
  }

  /**
   * A line is known by its file, its number and its time. One that was dead has the time of the
   * line before it; fixed, it has its own, so it is another record, and both are audited.
   */
  @Test
  void aLineThatWasFixedIsAnotherRecord() throws Exception {
    List<String> lines = new ArrayList<>(sample("query-events.jsonl").subList(0, 3));
    String whole = lines.set(1, "not json");
    Path file = directory.resolve("fixed.jsonl");
    Files.write(file, lines);
    run(file, "fixed");
    lines.set(1, whole);
    Files.write(file, lines);
    run(file, "fixed");
    String counts =
        "SELECT `offset`, outcome FROM fixed.audit_exact ORDER BY `offset`, outcome FORMAT TSV";
    assertThat(
        stack.clickHouse().query(counts).lines().toList(),
        contains("0\taccepted", "1\taccepted", "1\tdead", "2\taccepted"));
    MillraceProcess.Result both = audit("fixed");
    assertThat(both.out() + both.err(), both.exitCode(), equalTo(0));

    // As docs/event-time.md says: without the line that is no more, the file is counted once.
    for (String table : List.of("audit_batches", "dead_letters")) {
      stack
          .clickHouse()
          .query(
              "ALTER TABLE fixed."
                  + table
                  + " DELETE WHERE topic = '"
                  + file
                  + "' AND "
                  + (table.equals("dead_letters") ? "`offset` = 1" : "outcome = 'dead'")
                  + " SETTINGS mutations_sync = 2");
    }
    MillraceProcess.Result once = audit("fixed");
    assertThat(once.out() + once.err(), once.exitCode(), equalTo(0));
    assertThat(stack.clickHouse().query(counts).lines().count(), equalTo(3L));
  }

  /** Two runs without common state: the copy with the error is first in one, the other after. */
  @Test
  void anEventInBothTablesIsReported() throws Exception {
    List<String> sample = sample("query-events.jsonl");
    String failed =
        sample.stream().filter(line -> line.contains("\"error\":\"")).findFirst().orElseThrow();
    ObjectNode event = (ObjectNode) JSON.readTree(failed);
    ((ObjectNode) event.path("metadata")).remove("error");
    Path with = directory.resolve("with-error.jsonl");
    Files.writeString(with, failed + "\n");
    Path without = directory.resolve("without-error.jsonl");
    Files.writeString(without, event + "\n");
    run(with, "both");
    assertThat(audit("both").exitCode(), equalTo(0));
    run(without, "both");
    MillraceProcess.Result audit = audit("both");
    assertThat(audit.out() + audit.err(), audit.exitCode(), equalTo(1));
    assertThat(audit.out(), containsString("in BOTH tables"));
  }

  @Test
  void whatIsNoFileOfLinesFailsInOneLine() throws Exception {
    Path text = directory.resolve("text.jsonl.gz");
    Files.write(text, sample("query-events.jsonl"));
    for (Path path : List.of(text, Path.of("/dev/zero"))) {
      MillraceProcess.Result run =
          MillraceCommand.run(
              "run",
              "--input=file://" + path,
              output("unreadable"),
              MillraceProcess.contract("query-events.yaml"));
      assertThat(run.err(), run.exitCode(), equalTo(1));
      assertThat(
          run.errLines().get(run.errLines().size() - 1),
          containsString("millrace: file " + path + " cannot be read"));
    }
  }

  @Test
  void aFileThatIsCutOffFailsInOneLine() throws Exception {
    Path whole = zipped("whole.jsonl.gz", sample("query-events.jsonl"));
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = directory.resolve("cut.jsonl.gz");
    Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
    MillraceProcess.Result run =
        MillraceCommand.run(
            "run",
            "--input=file://" + cut,
            output("cut"),
            MillraceProcess.contract("query-events.yaml"));
    assertThat(run.exitCode(), equalTo(1));
    assertThat(
        run.errLines().get(run.errLines().size() - 1),
        containsString("millrace: file " + cut + " cannot be read after line "));
  }

  private static final String LOG_LINES =
      """
      contract: %s
      version: 1
      format: json
      fields:
        host: {type: string, required: true}
        line: {type: string}
        at: {type: timestamp, %s, required: true}
      event_time: {field: at}
      identity: [host, at]
      unknown_fields: {column: extra, as: json}
      tables:
        normal: {name: %s}
      """;

  /** Runs over a file, and gives the balance. */
  private static JsonNode run(String name, String contract, List<String> lines) throws Exception {
    Path yaml = Files.writeString(directory.resolve(name + ".yaml"), contract);
    Path events = Files.write(directory.resolve(name + ".jsonl"), lines);
    MillraceProcess.Result run =
        MillraceCommand.run(
            "run", "--json", "--input=file://" + events, output(name), "--contract=" + yaml);
    assertThat(run.err(), run.exitCode(), equalTo(0));
    return JSON.readTree(run.out());
  }

  /** Lines of a log within one millisecond are events of their own, and rows of their own. */
  @Test
  void everyDigitOfTheTimeTellsEventsApart() throws Exception {
    String line = "{\"host\":\"web-7\",\"at\":\"2026-11-18T10:00:00.%sZ\",\"line\":\"step %d\"}";
    JsonNode balance =
        run(
            "applog",
            LOG_LINES.formatted("applog", "format: iso8601", "applog"),
            List.of(
                line.formatted("123000", 0),
                line.formatted("123456", 1),
                line.formatted("123456789", 2),
                line.formatted("123999", 3),
                line.formatted("123999000", 3)));

    assertThat(balance.path("accepted").asInt(), equalTo(4));
    assertThat(balance.path("duplicate").asInt(), equalTo(1));
    assertThat(
        stack.clickHouse().query("SELECT at, line FROM applog.applog_exact ORDER BY at"),
        equalTo(
            "2026-11-18 10:00:00.123000000\tstep 0\n"
                + "2026-11-18 10:00:00.123456000\tstep 1\n"
                + "2026-11-18 10:00:00.123456789\tstep 2\n"
                + "2026-11-18 10:00:00.123999000\tstep 3\n"));
  }

  /**
   * A contract without an error rule that names one table, whose column keeps fewer digits than are
   * sent.
   */
  @Test
  void aContractThatNamesOneTable() throws Exception {
    String line = "{\"host\":\"web-7\",\"at\":%d,\"more\":{\"x\":1}}";
    JsonNode balance =
        run(
            "visits",
            LOG_LINES.formatted("visits", "format: epoch_ns, precision: 3", "visits"),
            List.of(
                line.formatted(1_795_000_000_123_000_100L),
                line.formatted(1_795_000_000_123_000_250L),
                line.formatted(1_795_000_000_123_999_999L),
                line.formatted(1_795_000_000_124_000_000L),
                line.formatted(1_795_000_000_124_000_000L),
                "not json"));

    assertThat(balance.path("accepted").asInt(), equalTo(4));
    assertThat(balance.path("duplicate").asInt(), equalTo(1));
    assertThat(balance.path("dead").asInt(), equalTo(1));
    stack.clickHouse().query("OPTIMIZE TABLE visits.visits FINAL");
    assertThat(
        stack
            .clickHouse()
            .query(
                "SELECT at, at_extra_ns, extra FROM visits.visits_exact ORDER BY at, at_extra_ns"),
        equalTo(
            "2026-11-18 11:06:40.123\t100\t{\"more\":{\"x\":1}}\n"
                + "2026-11-18 11:06:40.123\t250\t{\"more\":{\"x\":1}}\n"
                + "2026-11-18 11:06:40.123\t999999\t{\"more\":{\"x\":1}}\n"
                + "2026-11-18 11:06:40.124\t0\t{\"more\":{\"x\":1}}\n"));
    assertThat(
        stack
            .clickHouse()
            .query(
                "SELECT name FROM system.tables WHERE database = 'visits' AND engine != 'View'"
                    + " ORDER BY name"),
        equalTo("audit_batches\naudit_lost\nvisits\nvisits_dead\nvisits_late\n"));
    MillraceProcess.Result audit =
        MillraceCommand.run(
            "audit", output("visits"), "--contract=" + directory.resolve("visits.yaml"));
    assertThat(audit.out() + audit.err(), audit.exitCode(), equalTo(0));
  }
}
