package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.local.process.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code migrate} as a user calls it. */
class MigrateCommandIT {
  private static final String CONTRACT = MillraceProcess.contract("query-events.yaml");

  @TempDir private static Path directory;
  private static LocalStack stack;

  @BeforeAll
  static void startStack() {
    stack = SharedStack.clean();
  }

  private static String output(String database) {
    return "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/" + database;
  }

  private static String count(String database) {
    return stack
        .clickHouse()
        .query("SELECT count() FROM system.tables WHERE database = '" + database + "'")
        .strip();
  }

  /** The shipped contract with one more field and a wider one. */
  private static String newer() throws IOException {
    Path file = directory.resolve("newer.yaml");
    String shipped = Files.readString(Path.of(CONTRACT.substring("--contract=".length())));
    Files.writeString(
        file,
        shipped
            .replace(
                "  payload:       {type: json}",
                "  tenant: {type: string}\n  payload: {type: json}")
            .replace("rows_affected,\n", "rows_affected, tenant,\n"));
    return "--contract=" + file;
  }

  @Test
  void fromNothingToANewerContract() throws Exception {
    MillraceProcess.Result created = MillraceProcess.run("migrate", output("command"), CONTRACT);
    assertThat(created.err(), equalTo(""));
    assertThat(created.exitCode(), equalTo(0));
    List<String> lines = created.out().lines().toList();
    assertThat(lines, hasSize(22));
    assertThat(
        lines,
        hasItem(startsWith("table command.sink_output: created: CREATE TABLE IF NOT EXISTS ")));
    assertThat(
        lines.get(21),
        startsWith("ok: 21 changes made; the tables match the contract: clickhouse://"));
    assertThat(count("command"), equalTo("20"));

    MillraceProcess.Result check =
        MillraceProcess.run(
            "check",
            "--input=kafka://" + stack.kafka().address() + "/none",
            output("command"),
            newer());
    assertThat(check.exitCode(), equalTo(2));
    assertThat(
        check.errLines(),
        hasItem(
            equalTo(
                "millrace: table command.sink_output, column tenant: expected Nullable(String),"
                    + " found no such column -> `scripts/millrace migrate` with the same flags adds"
                    + " it")));

    MillraceProcess.Result dry =
        MillraceCommand.run("migrate", "--dryRun", output("command"), newer());
    assertThat(dry.exitCode(), equalTo(0));
    assertThat(
        dry.out(),
        startsWith(
            "table command.sink_output, column tenant: added, older rows show NULL: ALTER TABLE"
                + " `command`.`sink_output` ADD COLUMN IF NOT EXISTS `tenant` Nullable(String)"
                + " CODEC(ZSTD(1))\nview command.sink_output_exact: created anew: CREATE OR REPLACE"
                + " VIEW "));
    assertThat(dry.out(), containsString("needed, none made (--dryRun)"));
    String hasColumn =
        "SELECT count() FROM system.columns WHERE name = 'tenant' AND database = 'command'";
    assertThat(stack.clickHouse().query(hasColumn), equalTo("0\n"));

    MillraceProcess.Result json =
        MillraceCommand.run("migrate", "--json", output("command"), newer());
    assertThat(json.exitCode(), equalTo(0));
    assertThat(
        json.out(),
        startsWith(
            "{\"ok\":true,\"dryRun\":false,\"changes\":[{\"where\":\"table command.sink_output,"
                + " column tenant\",\"what\":\"added, older rows show NULL\",\"statement\":\"ALTER"));
    assertThat(stack.clickHouse().query(hasColumn), equalTo("4\n"));

    for (String contract : List.of(newer(), CONTRACT)) {
      MillraceProcess.Result again = MillraceCommand.run("migrate", output("command"), contract);
      assertThat(again.exitCode(), equalTo(0));
      assertThat(
          again.out(),
          startsWith("ok: no changes needed; the tables match the contract: clickhouse://"));
    }
  }

  /** One event in the audit, the element {@code number} of {@code of}. */
  private static void audit(String database, int offset, String outcome, int number, int of) {
    stack
        .clickHouse()
        .query(
            "INSERT INTO %s.audit_batches SELECT 'query-events', 't', 0,".formatted(database)
                + " toStartOfMinute(at), '%s', now64(3), 1, [%d], [at], [at], "
                    .formatted(outcome, offset)
                + (of == 1 ? "[], []" : "[%d], [%d]".formatted(number, of))
                + " FROM (SELECT toDateTime64('2026-11-30 10:00:00', 3, 'UTC') AS at)");
  }

  /** Contracts share the audit table, whether their records hold one event or many. */
  @Test
  void toRecordsThatHoldManyEventsAndBack() throws Exception {
    String one = Files.readString(Path.of(CONTRACT.substring("--contract=".length())));
    Path file = directory.resolve("many.yaml");
    Files.writeString(file, one.replace("format: json\n", "format: json\nevents: lines\n"));
    String many = "--contract=" + file;
    String database = output("elements");
    assertThat(MillraceCommand.run("migrate", database, CONTRACT).exitCode(), equalTo(0));
    audit("elements", 1, "accepted", 0, 1);

    MillraceProcess.Result dry = MillraceCommand.run("migrate", "--dryRun", database, many);
    assertThat(dry.err(), dry.exitCode(), equalTo(0));
    assertThat(
        dry.out(),
        allOf(
            containsString("table elements.dead_letters: sorting key: becomes (topic"),
            not(containsString("elements.audit"))));
    assertThat(MillraceCommand.run("migrate", database, many).exitCode(), equalTo(0));
    audit("elements", 2, "accepted", 0, 2);
    audit("elements", 2, "dead", 1, 2);

    for (String contract : List.of(many, CONTRACT)) {
      assertThat(
          MillraceCommand.run("migrate", database, contract).out(),
          startsWith("ok: no changes needed"));
      MillraceProcess.Result audit = MillraceCommand.run("audit", "--json", database, contract);
      assertThat(
          audit.out() + audit.err(),
          audit.out(),
          containsString("\"outcomes\":{\"read\":2,\"events\":3,\"accepted\":2,"));
    }

    String other = output("elements_first");
    for (String contract : List.of(many, CONTRACT)) {
      MillraceProcess.Result first = MillraceCommand.run("migrate", other, contract);
      assertThat(first.out(), first.exitCode(), equalTo(0));
    }
    assertThat(MillraceCommand.run("migrate", other, CONTRACT).out(), startsWith("ok: no changes"));
    audit("elements_first", 1, "accepted", 0, 1);
    assertThat(
        stack.clickHouse().query("SELECT element, elements FROM elements_first.audit_exact"),
        equalTo("0\t1\n"));
  }

  @Test
  void whatIsNotSafe() throws Exception {
    stack.clickHouse().query("CREATE DATABASE misfit");
    stack.clickHouse().query("CREATE TABLE misfit.sink_output (query_id UInt64) ENGINE = Memory");
    MillraceProcess.Result result =
        MillraceCommand.run("migrate", "--dryRun", output("misfit"), CONTRACT);
    assertThat(result.exitCode(), equalTo(2));
    assertThat(
        result.errLines(),
        everyItem(
            allOf(
                startsWith("millrace: table misfit.sink_output"),
                containsString(" -> not safe to migrate: "),
                containsString("; nothing of this table is changed"))));
    assertThat(result.err(), containsString("expected a ReplacingMergeTree, found Memory"));
    assertThat(result.err(), containsString("column query_id: expected String, found UInt64"));
    assertThat(count("misfit"), equalTo("1"));
  }

  @Test
  void mistakesInFlagsAtOnce() throws Exception {
    MillraceProcess.Result result =
        MillraceCommand.run(
            "migrate", "--output=clickhouse://x", "--input=s3://x", "--maxBatchRows=0");
    assertThat(result.exitCode(), equalTo(2));
    assertThat(result.out(), equalTo(""));
    assertThat(
        result.errLines(),
        contains(
            startsWith("millrace: --input: `s3://`"),
            startsWith("millrace: --output: `clickhouse://x`: expected clickhouse://host:port/"),
            equalTo("millrace: --contract is missing"),
            startsWith("millrace: --maxBatchRows: expected at least 1")));
  }

  @Test
  void anUnknownFlag() throws Exception {
    MillraceProcess.Result result =
        MillraceCommand.run("migrate", output("x"), CONTRACT, "--dryrun");
    assertThat(result.exitCode(), equalTo(2));
    assertThat(result.errLines(), contains(containsString("unknown option --dryrun")));
    assertThat(count("x"), equalTo("0"));
  }

  @Test
  void nobodyAnswers() throws Exception {
    int nobody = Ports.free(Ports.Range.CLICKHOUSE);
    MillraceProcess.Result result =
        MillraceCommand.run(
            "migrate", "--output=clickhouse://127.0.0.1:" + nobody + "/db", CONTRACT);
    assertThat(result.exitCode(), equalTo(2));
    assertThat(result.out(), equalTo(""));
    assertThat(
        result.errLines(),
        contains(containsString("127.0.0.1:" + nobody + ": refused the connection")));
  }

  @Test
  void help() throws Exception {
    MillraceProcess.Result result = MillraceCommand.run("migrate", "--help");
    assertThat(result.exitCode(), equalTo(0));
    assertThat(result.errLines(), equalTo(List.of()));
    assertThat(
        result.out(), startsWith("Usage: scripts/millrace migrate [--dryRun] [--json] FLAGS"));
    assertThat(result.out(), containsString("--clickHousePassword"));
    assertThat(result.out(), containsString("Exit code: 0"));
  }
}
