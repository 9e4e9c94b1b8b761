package io.millrace.cli.audit;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.MillraceProcess;
import io.millrace.event.Outcome;
import io.millrace.local.LocalStack;
import io.millrace.testdata.manifest.Manifest;
import io.millrace.testdata.manifest.ManifestEntry;
import io.millrace.verify.TableCount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * A log that is generated, run and audited; then damaged in every way there is, and read again. The
 * tests are in order: each mends what it has damaged.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AuditIT {
  private static final int RECORDS = 4_000;

  /** With a dash, which has to stand between back quotes in every statement. */
  private static final String DB = "audited-events";

  private static final String QUOTED = "`" + DB + "`";

  @TempDir private static Path directory;
  private static LocalStack stack;
  private static Path manifest;
  private static final List<ManifestEntry> SENT = new ArrayList<>();

  @BeforeAll
  static void generateAndRun() throws Exception {
    stack = LocalStack.builder().dataDirectory(directory.resolve("stack")).start();
    manifest = directory.resolve("manifest.jsonl");
    MillraceProcess.Result generated =
        MillraceProcess.run(
            "generate",
            "--to=" + topic(),
            "--count=" + RECORDS,
            "--duplicates=0.1",
            "--late=0.05",
            "--errors=0.1",
            "--malformed=0.1",
            "--manifest=" + manifest);
    assertThat(generated.err(), generated.exitCode(), is(0));
    Manifest.read(manifest, SENT::add);
    run();
  }

  @AfterAll
  static void stopStack() {
    if (stack != null) {
      stack.close();
    }
  }

  private static String topic() {
    return "kafka://" + stack.kafka().address() + "/audited";
  }

  private static String output() {
    return "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/" + DB;
  }

  private static void run() throws Exception {
    run(output());
  }

  private static void run(String output) throws Exception {
    MillraceProcess.Result ran =
        MillraceProcess.run(
            "run",
            "--untilCaughtUp",
            "--input=" + topic(),
            output,
            MillraceProcess.contract("query-events.yaml"));
    assertThat(ran.err(), ran.exitCode(), is(0));
  }

  private static MillraceProcess.Result audit(String... more) throws Exception {
    List<String> args = new ArrayList<>();
    args.add("audit");
    args.add(output());
    args.add(MillraceProcess.contract("query-events.yaml"));
    args.addAll(Arrays.asList(more));
    return MillraceProcess.run(args.toArray(String[]::new));
  }

  /** In this process: a new one for each question would take the most of the test's time. */
  private static JsonNode report(boolean ok, String... more) throws Exception {
    List<String> args = new ArrayList<>(Arrays.asList(more));
    if (args.stream().noneMatch(arg -> arg.startsWith("--output="))) {
      args.add(output());
    }
    args.add(MillraceProcess.contract("query-events.yaml"));
    AuditCommand command = new AuditCommand();
    new CommandLine(command).parseArgs(args.toArray(String[]::new));
    AuditReport report = command.report();
    assertThat(report.toText(), report.ok(), is(ok));
    return new ObjectMapper().readTree(report.toJson());
  }

  private static JsonNode withManifest(boolean ok, String... more) throws Exception {
    List<String> args = new ArrayList<>(Arrays.asList(more));
    args.add("--manifest=" + manifest);
    return report(ok, args.toArray(String[]::new));
  }

  private static void sql(String sql) {
    stack.clickHouse().query(sql.replace("@", QUOTED + "."));
  }

  private static void mutate(String table, String what) {
    sql("ALTER TABLE @" + table + " " + what + " SETTINGS mutations_sync = 2");
  }

  /** Puts the rows of a table aside, and brings them back once the test is done with them. */
  private static void damaged(String table, Damage damage) throws Exception {
    sql("CREATE TABLE @aside_" + table + " AS @" + table);
    sql("INSERT INTO @aside_" + table + " SELECT * FROM @" + table + "_exact");
    try {
      damage.test();
    } finally {
      sql("TRUNCATE TABLE @" + table);
      sql(
          "INSERT INTO @"
              + table
              + " SELECT * FROM @aside_"
              + table
              + " SETTINGS insert_deduplicate = 0");
      sql("DROP TABLE @aside_" + table + " SYNC");
    }
  }

  private interface Damage {
    void test() throws Exception;
  }

  private static ManifestEntry first(io.millrace.testdata.manifest.Outcome outcome) {
    return SENT.stream().filter(e -> e.outcome() == outcome).findFirst().orElseThrow();
  }

  private static List<String> examples(JsonNode report, String kind) {
    List<String> examples = new ArrayList<>();
    report.path("manifest").path(kind).path("examples").forEach(e -> examples.add(e.asText()));
    return examples;
  }

  /** The kinds that were found, with their counts. */
  private static Map<String, Integer> kinds(JsonNode report) {
    Map<String, Integer> kinds = new TreeMap<>();
    report
        .path("manifest")
        .fields()
        .forEachRemaining(kind -> kinds.put(kind.getKey(), kind.getValue().path("count").asInt()));
    return kinds;
  }

  private static void assertAllAudited(JsonNode report) {
    assertThat(report.path("ok").asBoolean(), is(true));
    assertThat(report.path("outcomes").path("read").asInt(), is(RECORDS));
    for (Outcome outcome : Outcome.values()) {
      long sent = SENT.stream().filter(e -> e.outcome().label().equals(outcome.label())).count();
      assertThat(report.path("outcomes").path(outcome.label()).asLong(), equalTo(sent));
    }
    assertThat(report.path("without_outcome").asInt(-1), is(0));
    assertThat(report.path("differences").asInt(-1), is(0));
    assertThat(report.path("tables").size(), is(4));
  }

  @Test
  @Order(1)
  void everyRecordHasItsOutcomeAndEveryEventItsRow() throws Exception {
    assertAllAudited(withManifest(true));
    assertAllAudited(withManifest(true, "--input=" + topic()));
    MillraceProcess.Result text = audit("--manifest=" + manifest);
    assertThat(text.out(), containsString("Audit      read 4,000 = accepted "));
    assertThat(
        text.out(), containsString("every event is where it should be, with its values\nOK"));
  }

  @Test
  @Order(2)
  void aPartOfTheTime() throws Exception {
    List<Long> times = SENT.stream().map(ManifestEntry::sentAt).sorted().toList();
    Instant from = Instant.ofEpochMilli(times.get(RECORDS / 4));
    Instant to = Instant.ofEpochMilli(times.get(RECORDS * 3 / 4));
    long inside =
        times.stream().filter(t -> t >= from.toEpochMilli() && t < to.toEpochMilli()).count();
    for (String input : List.of("--input=" + topic(), "--examples=3")) {
      JsonNode part = withManifest(true, input, "--from=" + from, "--to=" + to);
      assertThat(part.path("outcomes").path("read").asLong(), is(inside));
      assertThat(part.path("differences").asInt(-1), is(0));
      assertThat("only dead letters know their arrival", part.path("tables").size(), is(1));
    }
    assertThat(
        withManifest(true, "--to=" + from).path("outcomes").path("read").asLong()
            + withManifest(true, "--from=" + to).path("outcomes").path("read").asLong(),
        is(RECORDS - inside));
  }

  @Test
  @Order(3)
  void aRowThatIsGone() throws Exception {
    damaged(
        "sink_output",
        () -> {
          ManifestEntry gone = first(io.millrace.testdata.manifest.Outcome.ACCEPTED);
          mutate(
              "sink_output",
              "DELETE WHERE query_id = '"
                  + gone.queryId()
                  + "' AND "
                  + "toUnixTimestamp64Milli(event_time) = "
                  + gone.eventTime()
                  + " AND event_type = '"
                  + gone.eventType()
                  + "'");
          JsonNode report = withManifest(false);
          assertThat(kinds(report), is(Map.of("missing", 1)));
          assertThat(
              examples(report, "missing"),
              is(List.of(gone.identity() + ": expected in sink_output")));
          assertThat(report.path("tables").get(0).path("verdict").asText(), is("different"));
          MillraceProcess.Result withoutManifest = audit();
          assertThat(withoutManifest.exitCode(), is(1));
          assertThat(withoutManifest.out(), containsString(": NOT as audited\n"));
          assertThat(withoutManifest.out(), endsWith("\nFAILED\n"));
        });
  }

  /** Fewer rows than late records are repeats only if each late record's time has a row. */
  @Test
  @Order(3)
  void aLateRowThatIsGone() throws Exception {
    damaged(
        "late_events",
        () -> {
          mutate(
              "late_events",
              "DELETE WHERE event_time IN (SELECT event_time FROM "
                  + QUOTED
                  + ".late_events GROUP BY event_time HAVING count() = 1 ORDER BY event_time LIMIT 1)");
          assertThat(report(false).path("tables").get(2).path("verdict").asText(), is("different"));
        });
    report(true);
  }

  /** A TTL excuses only rows whose TTL has passed. */
  @Test
  @Order(3)
  void aRowThatNoTtlCanHaveRemoved() throws Exception {
    Path contract = directory.resolve("with-ttl.yaml");
    Files.writeString(
        contract,
        Files.readString(Path.of(MillraceProcess.contract("query-events.yaml").substring(11)))
            .replace("name: sink_output\n", "name: sink_output\n    ttl: 1825d\n"));
    damaged(
        "sink_output",
        () -> {
          assertThat(audit(contract).ok(), is(true));
          mutate(
              "sink_output",
              "DELETE WHERE event_time IN (SELECT max(event_time) FROM "
                  + QUOTED
                  + ".sink_output)");
          AuditReport report = audit(contract);
          assertThat(report.toText(), report.ok(), is(false));
          assertThat(report.audit().tables().get(0).verdict(), is(TableCount.Verdict.DIFFERENT));
        });
  }

  private static AuditReport audit(Path contract) {
    AuditCommand command = new AuditCommand();
    new CommandLine(command).parseArgs(output(), "--contract=" + contract);
    return command.report();
  }

  @Test
  @Order(4)
  void aRowThatNobodySentAndOneInTheWrongTable() throws Exception {
    damaged(
        "sink_output",
        () -> {
          sql(
              "INSERT INTO @sink_output SELECT * REPLACE ('nobody' AS query_id) FROM"
                  + " @sink_output_exact LIMIT 1");
          ManifestEntry moved = first(io.millrace.testdata.manifest.Outcome.ERROR);
          sql(
              "INSERT INTO @sink_output (query_id, event_type, event_time) SELECT query_id,"
                  + " event_type, event_time FROM @error_events_exact WHERE query_id = '"
                  + moved.queryId()
                  + "' AND event_type = '"
                  + moved.eventType()
                  + "'"
                  + " AND toUnixTimestamp64Milli(event_time) = "
                  + moved.eventTime());
          damaged(
              "error_events",
              () -> {
                mutate(
                    "error_events",
                    "DELETE WHERE query_id = '"
                        + moved.queryId()
                        + "' AND "
                        + "toUnixTimestamp64Milli(event_time) = "
                        + moved.eventTime()
                        + " AND event_type = '"
                        + moved.eventType()
                        + "'");
                JsonNode report = withManifest(false);
                assertThat(kinds(report), is(Map.of("extra", 1, "wrong_outcome", 1)));
                assertThat(examples(report, "extra").get(0), containsString("nobody|"));
                assertThat(
                    examples(report, "wrong_outcome"),
                    is(
                        List.of(
                            moved.identity()
                                + ": expected in error_events, found in sink_output")));
              });
        });
  }

  @Test
  @Order(5)
  void aValueThatWasChanged() throws Exception {
    damaged(
        "sink_output",
        () -> {
          ManifestEntry changed = first(io.millrace.testdata.manifest.Outcome.ACCEPTED);
          mutate(
              "sink_output",
              "UPDATE query_text = 'x' WHERE query_id = '"
                  + changed.queryId()
                  + "' AND event_type = '"
                  + changed.eventType()
                  + "'"
                  + " AND toUnixTimestamp64Milli(event_time) = "
                  + changed.eventTime());
          JsonNode report = withManifest(false);
          assertThat(kinds(report), is(Map.of("wrong_values", 1)));
          assertThat(examples(report, "wrong_values").get(0), containsString(changed.identity()));
        });
    damaged(
        "dead_letters",
        () -> {
          mutate(
              "dead_letters",
              "UPDATE code = 'other' WHERE offset = (SELECT min(offset) FROM "
                  + QUOTED
                  + ".dead_letters_exact)");
          assertThat(kinds(withManifest(false)).keySet(), is(Set.of("wrong_values")));
        });
  }

  @Test
  @Order(6)
  void anOutcomeThatIsGoneOrAnother() throws Exception {
    damaged(
        "audit",
        () -> {
          mutate("audit", "DELETE WHERE partition = 1 AND offset IN (10, 11, 20)");
          JsonNode report = report(false);
          assertThat(report.path("balanced").asBoolean(), is(false));
          assertThat(report.path("outcomes").path("read").asInt(), is(RECORDS));
          assertThat(report.path("without_outcome").asInt(), is(3));
          assertThat(
              report.path("without_outcome_at").toString(),
              is("[\"audited/1@10-11\",\"audited/1@20\"]"));
          assertThat(kinds(withManifest(false)).keySet(), hasItem("minute"));
          // The last ones: only the log knows that they were there.
          mutate("audit", "DELETE WHERE partition = 0 AND offset > 50");
          assertThat(report(false).path("without_outcome").asInt(), is(3));
          JsonNode log = report(false, "--input=" + topic());
          assertThat(log.path("outcomes").path("read").asInt(), is(RECORDS));
          assertThat(
              log.path("without_outcome_at").get(0).asText(), containsString("audited/0@51-"));
        });
    damaged(
        "audit",
        () -> {
          sql(
              "INSERT INTO @audit SELECT * REPLACE ('accepted' AS outcome) FROM (SELECT * FROM"
                  + " @audit_exact WHERE outcome = 'duplicate' LIMIT 1)");
          JsonNode report = withManifest(false);
          assertThat(report.path("balanced").asBoolean(), is(true));
          assertThat(kinds(report).get("duplicates"), is(1));
        });
  }

  @Test
  @Order(7)
  void readAgainItIsStillExact() throws Exception {
    // Damage that a second reading mends: a record's outcome is that of its last reading.
    mutate("audit", "DELETE WHERE offset % 7 = 3");
    String newest = number("max(toUnixTimestamp64Milli(written_at))");
    run();
    assertAllAudited(withManifest(true, "--input=" + topic()));
    assertThat(
        "every row has been replaced",
        number("countIf(toUnixTimestamp64Milli(written_at) <= " + newest + ")"),
        is("0"));
  }

  private static String number(String expression) {
    return stack
        .clickHouse()
        .query("SELECT " + expression + " FROM " + QUOTED + ".audit_exact")
        .strip();
  }

  @Test
  @Order(8)
  void aRowThatTheTableRefusesIsADeadLetter() throws Exception {
    ManifestEntry refused = first(io.millrace.testdata.manifest.Outcome.ACCEPTED);
    sql("CREATE DATABASE refusing");
    sql("CREATE TABLE refusing.sink_output AS @sink_output");
    sql(
        "ALTER TABLE refusing.sink_output ADD CONSTRAINT c CHECK query_id != '"
            + refused.queryId()
            + "'");
    long rows =
        SENT.stream()
            .filter(e -> e.outcome() == io.millrace.testdata.manifest.Outcome.ACCEPTED)
            .filter(e -> e.queryId().equals(refused.queryId()))
            .count();
    String output = output().replace(DB, "refusing");
    run(output);
    JsonNode report = withManifest(false, output);
    assertThat("the equation and the tables agree", report.path("balanced").asBoolean(), is(true));
    report.path("tables").forEach(t -> assertThat(t.path("verdict").asText(), not("different")));
    assertThat(
        report.path("outcomes").path("dead").asLong(),
        is(rows + SENT.stream().filter(e -> e.outcome().label().equals("dead")).count()));
    assertThat((long) kinds(report).get("wrong_outcome"), is(rows));
    assertThat(
        examples(report, "wrong_outcome"),
        hasItem(
            refused.identity()
                + ": expected in sink_output, found as dead letter refused_by_sink"));
    assertThat(kinds(report).keySet(), is(Set.of("minute", "wrong_outcome")));
  }

  @Test
  @Order(9)
  void aLogThatHasNotBeenReadToItsEnd() throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.kafka().address(), "transactional.id", "more"),
            new StringSerializer(),
            new StringSerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      Future<RecordMetadata> sent =
          producer.send(new ProducerRecord<>("audited", 2, null, "one more"));
      // Its mark takes an offset and is no record.
      producer.commitTransaction();
      sent.get();
    }
    assertThat(
        "the audit knows nothing of it", withManifest(true).path("ok").asBoolean(), is(true));
    JsonNode report = report(false, "--input=" + topic());
    assertThat(report.path("outcomes").path("read").asInt(), is(RECORDS + 1));
    assertThat(report.path("without_outcome").asInt(), is(1));
  }

  @Test
  @Order(10)
  void whatCannotBeAuditedIsSaidInOneLine() throws Exception {
    MillraceProcess.Result none =
        MillraceProcess.run(
            "audit",
            "--output=" + output().substring("--output=".length()).replace(DB, "default"),
            MillraceProcess.contract("query-events.yaml"));
    assertThat(none.exitCode(), is(2));
    assertThat(none.errLines().size(), is(1));
    assertThat(none.err(), containsString("there is no audit table `audit`"));
    MillraceProcess.Result wrong =
        MillraceProcess.run(
            "audit",
            "--output=clickhouse://x",
            "--from=yesterday",
            "--to=2026-03-01",
            "--manifest=" + directory.resolve("none"),
            "--examples=-1",
            "--clickHousePassword=hunter2");
    assertThat(wrong.exitCode(), is(2));
    assertThat(wrong.err(), wrong.errLines().size(), is(7));
    assertThat(wrong.err(), containsString("--contract is missing"));
    assertThat(wrong.err(), containsString("--from: expected an instant"));
    assertThat(wrong.err().contains("hunter2"), is(false));
    MillraceProcess.Result other =
        MillraceProcess.run(
            "audit",
            output(),
            MillraceProcess.contract("user-events.yaml"),
            "--manifest=" + manifest);
    assertThat(other.exitCode(), is(2));
    assertThat(other.err(), containsString("lacks their fields query_id"));
  }
}
