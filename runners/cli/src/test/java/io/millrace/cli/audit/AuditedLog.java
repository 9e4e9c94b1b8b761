package io.millrace.cli.audit;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import io.millrace.event.Outcome;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.testdata.manifest.Manifest;
import io.millrace.testdata.manifest.ManifestEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;

/** A log that is generated and run, with the truth about each record; and what asks about it. */
final class AuditedLog {
  static final int RECORDS = 4_000;

  /** With a dash, which has to stand between back quotes in every statement. */
  static final String DB = "audited-events";

  static final String QUOTED = "`" + DB + "`";

  private final LocalStack stack;
  private final Path manifest;
  private final List<ManifestEntry> entries = new ArrayList<>();

  /** Starts servers, generates a log and runs it. */
  AuditedLog(Path directory) throws Exception {
    stack = SharedStack.clean();
    manifest = directory.resolve("manifest.jsonl");
    MillraceProcess.Result generated =
        MillraceCommand.run(
            "generate",
            "--to=" + topic(),
            "--count=" + RECORDS,
            "--duplicates=0.1",
            "--late=0.05",
            "--errors=0.1",
            "--malformed=0.1",
            "--manifest=" + manifest);
    assertThat(generated.err(), generated.exitCode(), is(0));
    Manifest.read(manifest, entries::add);
    run();
  }

  String topic() {
    return "kafka://" + stack.kafka().address() + "/audited";
  }

  String output() {
    return "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/" + DB;
  }

  void run() throws Exception {
    run(output());
  }

  void run(String output) throws Exception {
    MillraceProcess.Result ran =
        MillraceCommand.run(
            "run",
            "--untilCaughtUp",
            "--maxBatchAge=1s",
            "--input=" + topic(),
            output,
            MillraceProcess.contract("query-events.yaml"));
    assertThat(ran.err(), ran.exitCode(), is(0));
  }

  MillraceProcess.Result audit(String... more) throws Exception {
    List<String> args = new ArrayList<>();
    args.add("audit");
    args.add(output());
    args.add(MillraceProcess.contract("query-events.yaml"));
    args.addAll(Arrays.asList(more));
    return MillraceCommand.run(args.toArray(String[]::new));
  }

  /** In this process: a new one for each question would take the most of the test's time. */
  JsonNode report(boolean ok, String... more) throws Exception {
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

  JsonNode withManifest(boolean ok, String... more) throws Exception {
    List<String> args = new ArrayList<>(Arrays.asList(more));
    args.add("--manifest=" + manifest);
    return report(ok, args.toArray(String[]::new));
  }

  void sql(String sql) {
    stack.clickHouse().query(sql.replace("@", QUOTED + "."));
  }

  void mutate(String table, String what) {
    sql("ALTER TABLE @" + table + " " + what + " SETTINGS mutations_sync = 2");
  }

  void forget(String which) {
    AuditDamage.forget(this::sql, "@audit", which);
  }

  /** Puts the rows of a table aside, and brings them back once the test is done with them. */
  void damaged(String table, Damage damage) throws Exception {
    sql("CREATE TABLE @aside_" + table + " AS @" + table);
    sql("INSERT INTO @aside_" + table + " SELECT * FROM @" + table + " FINAL");
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

  interface Damage {
    void test() throws Exception;
  }

  ManifestEntry first(io.millrace.testdata.manifest.Outcome outcome) {
    return entries.stream().filter(e -> e.outcome() == outcome).findFirst().orElseThrow();
  }

  static List<String> examples(JsonNode report, String kind) {
    List<String> examples = new ArrayList<>();
    report.path("manifest").path(kind).path("examples").forEach(e -> examples.add(e.asText()));
    return examples;
  }

  /** The kinds that were found, with their counts. */
  static Map<String, Integer> kinds(JsonNode report) {
    Map<String, Integer> kinds = new TreeMap<>();
    report
        .path("manifest")
        .fields()
        .forEachRemaining(kind -> kinds.put(kind.getKey(), kind.getValue().path("count").asInt()));
    return kinds;
  }

  void assertAllAudited(JsonNode report) {
    assertThat(report.path("ok").asBoolean(), is(true));
    assertThat(report.path("outcomes").path("read").asInt(), is(RECORDS));
    for (Outcome outcome : Outcome.values()) {
      long sent = entries.stream().filter(e -> e.outcome().label().equals(outcome.label())).count();
      assertThat(report.path("outcomes").path(outcome.label()).asLong(), equalTo(sent));
    }
    assertThat(report.path("without_outcome").asInt(-1), is(0));
    assertThat(report.path("differences").asInt(-1), is(0));
    assertThat(report.path("tables").size(), is(4));
  }

  AuditReport audit(Path contract) {
    AuditCommand command = new AuditCommand();
    new CommandLine(command).parseArgs(output(), "--contract=" + contract);
    return command.report();
  }

  String number(String expression) {
    return stack
        .clickHouse()
        .query("SELECT " + expression + " FROM " + QUOTED + ".audit_exact")
        .strip();
  }

  LocalStack stack() {
    return stack;
  }

  Path manifest() {
    return manifest;
  }

  List<ManifestEntry> entries() {
    return entries;
  }
}
