package io.millrace.cli.deadletters;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters that are replayed: their outcomes, marks and attempts, and what the audit says. */
class ReplayIT {
  private static final String CONTRACT =
      """
      contract: NAME
      version: 1
      fields:
        id: {type: string, required: true}
        at: {type: timestamp, required: true}
        ms: {type: int64}
      event_time: {field: at}
      identity: [id, at]
      error: ms > 1000
      rollups:
        NAME_per_minute: {window: {fixed: 1m}, group_by: [], measures: {calls: {type: count}}}
      tables:
        audit: {name: audit}
      """;

  @TempDir private static Path directory;
  private static LocalStack stack;

  @BeforeAll
  static void start() {
    stack = SharedStack.clean();
  }

  private static String strict(String name) {
    return CONTRACT.replace("NAME", name);
  }

  /** Takes what the strict one rejects, and filters one event. */
  private static String lenient(String name) {
    return strict(name)
            .replace("ms: {type: int64}", "ms: {type: int64, lenient: true}")
            .replace("version: 1", "version: 2")
        + "filter: {probes: id == 'probe'}\n";
  }

  private static String event(String id, String second, Object ms) {
    return "{\"id\":\"%s\",\"at\":\"2026-03-01T10:00:%sZ\",\"ms\":%s}".formatted(id, second, ms);
  }

  @Test
  void eachGoesWhereItsEventBelongs() throws Exception {
    Letters calls = new Letters(stack, directory, "calls", strict("calls"));
    calls.send(
        event("a", "00", 1),
        event("b", "01", "\"2\""),
        event("c", "02", "\"2000\""),
        event("a", "00", "\"1\""),
        event("probe", "03", "\"3\""),
        event("d", "04", "\"fast\""),
        "{\"id\":\"e\",\"at\":\"2026-02-01T10:00:00Z\",\"ms\":\"5\"}",
        event("b", "01", "\"2\""));
    calls.run();
    assertThat(calls.outcomes(), is("accepted 1, dead 7"));
    String rollups = calls.query("SELECT sum(calls) FROM $.calls_per_minute_exact");
    calls.use(lenient("calls"));

    String planned = calls.out("replay", "--dryRun");
    assertThat(planned, startsWith("7 dead letters, of which 7 are replayed\n"));
    assertThat(
        planned,
        allOf(
            containsString("\n  accepted 1 (calls/0@1)\n"),
            containsString("\n  dead wrong_type 1 (calls/0@5)\n"),
            containsString("\n  duplicate 2 (calls/0@3, calls/0@7)\n"),
            containsString("\n  error 1 (calls/0@2)\n"),
            containsString("\n  filtered probes 1 (calls/0@4)\n"),
            containsString("\n  late 1 (calls/0@6)\n")));
    assertThat(calls.outcomes(), is("accepted 1, dead 7"));
    assertThat(
        calls.query("SELECT count() FROM system.tables WHERE name = 'calls_dead_replays'"),
        is("0"));

    JsonNode replayed = calls.json("replay", "--json");
    assertThat(replayed.path("balanced").asBoolean(), is(true));
    assertThat(replayed.path("read").asInt(), is(7));

    assertThat(
        calls.outcomes(), is("accepted 2, dead 1, duplicate 2, error 1, filtered 1, late 1"));
    assertThat(calls.audit(), is("ok"));
    assertThat(calls.query("SELECT id, ms FROM $.calls_exact ORDER BY id"), is("a\t1\nb\t2"));
    assertThat(calls.query("SELECT id FROM $.calls_error_exact"), is("c"));
    assertThat(calls.query("SELECT id FROM $.calls_late_exact"), is("e"));
    assertThat(
        "roll-ups stay",
        calls.query("SELECT sum(calls) FROM $.calls_per_minute_exact"),
        is(rollups));
    assertThat(
        "marked, not deleted", calls.query("SELECT count() FROM $.calls_dead_exact"), is("7"));
    assertThat(
        calls.query("SELECT offset, attempt FROM $.calls_dead_exact WHERE attempt > 1"),
        is("5\t2"));
    assertThat(
        calls.query("SELECT offset, outcome FROM $.calls_dead_replays FINAL ORDER BY offset"),
        is("1\taccepted\n2\terror\n3\tduplicate\n4\tfiltered\n5\tdead\n6\tlate\n7\tduplicate"));

    JsonNode open = calls.json("list", "--json");
    assertThat(open.path("letters").asInt(), is(1));
    assertThat(open.path("groups").path(0).path("example").asText(), is("calls/0@5"));
    assertThat(calls.json("list", "--json", "--all").path("letters").asInt(), is(7));
  }

  @Test
  void twiceReplayedIsOnceThere() throws Exception {
    Letters twice = new Letters(stack, directory, "twice", strict("twice"));
    stack.kafka().createTopic("twice-dead", 1);
    List<String> records = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      records.add(event("e" + i, "%02d".formatted(i % 60), "\"" + i + "\""));
    }
    twice.send(records);
    twice.run("--deadLetters=table," + twice.topic("twice-dead"));
    twice.use(lenient("twice"));

    String topic = "--from=" + twice.topic("twice-dead");
    assertThat(twice.json("replay", "--json", topic).path("accepted").asInt(), is(300));
    String rows = twice.query("SELECT count(), sum(cityHash64(*)) FROM $.twice_exact");
    JsonNode again = twice.json("replay", "--json", topic);
    JsonNode table = twice.json("replay", "--json");

    assertThat(again.path("replayed").asInt(), is(0));
    assertThat(
        again.path("not_replayed").path("its outcome is accepted by now").path("count").asInt(),
        is(300));
    assertThat(table.path("letters").asInt(), is(0));
    assertThat(twice.query("SELECT count(), sum(cityHash64(*)) FROM $.twice_exact"), is(rows));
    assertThat(twice.outcomes(), is("accepted 300"));
    assertThat(twice.audit(), is("ok"));
  }

  @Test
  void attemptsCountUp() throws Exception {
    Letters up = new Letters(stack, directory, "attempts", strict("attempts"));
    up.send(event("a", "00", "\"fast\""), null);
    up.run();
    String seen = up.query("SELECT offset, first_seen FROM $.attempts_dead_exact ORDER BY offset");

    up.out("replay");
    up.out("replay", "--code=wrong_type");

    assertThat(
        up.query("SELECT offset, attempt FROM $.attempts_dead_exact ORDER BY offset"),
        is("0\t3\n1\t2"));
    assertThat(
        up.query("SELECT offset, first_seen FROM $.attempts_dead_exact ORDER BY offset"), is(seen));
    assertThat(
        "no header of a replay is kept twice",
        up.query("SELECT max(length(mapKeys(headers))) FROM $.attempts_dead_exact"),
        is("2"));
    assertThat(up.outcomes(), is("dead 2"));
    assertThat(up.audit(), is("ok"));
  }

  @Test
  void latenessIsThatOfTheArrivalOrIgnored() throws Exception {
    Letters late = new Letters(stack, directory, "lateness", strict("lateness"));
    late.send("{\"id\":\"e\",\"at\":\"2026-02-01T10:00:00Z\",\"ms\":\"5\"}");
    late.run();
    late.use(lenient("lateness"));

    assertThat(late.out("replay", "--dryRun"), containsString("\n  late 1 "));
    assertThat(late.json("replay", "--json", "--lateness=ignore").path("accepted").asInt(), is(1));

    assertThat(late.outcomes(), is("accepted 1"));
    assertThat(late.audit(), is("ok"));
  }

  @Test
  void aLimitAndARate() throws Exception {
    Letters slow = new Letters(stack, directory, "slow", strict("slow"));
    List<String> records = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      records.add(event("e" + i, "%02d".formatted(i), "\"" + i + "\""));
    }
    slow.send(records);
    slow.run();
    slow.use(lenient("slow"));

    long start = System.nanoTime();
    JsonNode some = slow.json("replay", "--json", "--limit=40", "--rate=20");
    double seconds = (System.nanoTime() - start) / 1e9;

    assertThat(some.path("accepted").asInt(), is(40));
    assertThat("40 at 20 a second", seconds > 1.9);
    assertThat(slow.outcomes(), is("accepted 40, dead 20"));
    assertThat(slow.json("list", "--json").path("letters").asInt(), is(20));
    assertThat(slow.audit(), is("ok"));
  }

  /** As a SIGKILL leaves it after the row of the event, and before that of the audit. */
  @Test
  void anEventThatWasWrittenWithoutItsAuditIsNoDuplicateOfItself() throws Exception {
    Letters cut = new Letters(stack, directory, "cut", strict("cut"));
    cut.send(event("a", "00", "\"1\""), event("b", "01", "\"2\""));
    cut.run();
    cut.use(lenient("cut"));
    assertThat(cut.json("replay", "--json").path("accepted").asInt(), is(2));
    String row = "topic, partition, offset, record_time";
    for (String statement :
        List.of(
            "INSERT INTO $.audit_batches SELECT * REPLACE (written_at - 3600 AS written_at) FROM"
                + " $.audit_batches WHERE outcome = 'dead'",
            "INSERT INTO $.cut_dead_replays (contract, %s, element, first, claimed_at) SELECT"
                + " contract, %s, element, first, claimed_at FROM $.cut_dead_replays FINAL")) {
      String unused = cut.query(statement.formatted(row, row));
    }
    assertThat(cut.outcomes(), is("dead 2"));

    JsonNode again = cut.json("replay", "--json");

    assertThat(again.path("accepted").asInt(), is(2));
    assertThat(cut.outcomes(), is("accepted 2"));
    assertThat(cut.query("SELECT count() FROM $.cut_exact"), is("2"));
    assertThat(cut.audit(), is("ok"));
  }

  /** Reading the topic again from its beginning replaces what the audit says of each record. */
  @Test
  void aRunThatReadsTheRecordsAgainChangesTheirMarks() throws Exception {
    Letters again = new Letters(stack, directory, "again", strict("again"));
    again.send(event("a", "00", "\"1\""), event("b", "01", "\"2\""));
    again.run();
    again.use(lenient("again"));
    again.run();
    assertThat("dead letters of which the audit says accepted", again.outcomes(), is("accepted 2"));
    assertThat(again.json("replay", "--json").path("replayed").asInt(), is(0));
    assertThat("they are marked", again.json("list", "--json").path("letters").asInt(), is(0));
    assertThat(again.audit(), is("ok"));

    again.use(strict("again"));
    again.run();
    assertThat(again.outcomes(), is("dead 2"));
    again.use(lenient("again"));
    assertThat(again.json("replay", "--json").path("letters").asInt(), is(2));
    assertThat("their rows are their own", again.outcomes(), is("accepted 2"));
    assertThat(again.audit(), is("ok"));
  }
}
