package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accepted events are in the table of their route; the audit compares the sum. */
class RoutesIT {
  private static final int EVENTS = 60;

  private static LocalStack stack;
  @TempDir private Path directory;

  @BeforeAll
  static void startStack() {
    stack = SharedStack.clean();
  }

  private Path events() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < EVENTS; i++) {
      String line =
          "{\"id\": %d, \"at\": \"2026-03-01T10:00:%02dZ\", \"kind\": \"%s\", \"ms\": %d}\n"
              .formatted(i, i, List.of("page_view", "click", "purchase").get(i % 3), i);
      // Each tenth event twice.
      lines.append(line).append(i % 10 == 0 ? line : "");
    }
    return Files.writeString(directory.resolve("events.jsonl"), lines + "no event\n");
  }

  private List<String> flags(String tables) throws Exception {
    Path contract =
        Files.writeString(
            directory.resolve("contract.yaml"),
            """
            contract: visits
            fields:
              id:   {type: int64, required: true}
              at:   {type: timestamp, required: true}
              kind: {type: string, required: true, low_cardinality: true}
              ms:   {type: int64}
            event_time: {field: at}
            identity: [id, at]
            error: ms >= 58
            rollups:
              visits_per_minute: {window: {fixed: 1m}, measures: {n: {type: count}}}
            tables:
            """
                + tables);
    return List.of(
        "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/routes",
        "--contract=" + contract);
  }

  private static String query(String sql) {
    return stack.clickHouse().query(sql).strip();
  }

  @Test
  void eachAcceptedEventIsInTheTableOfItsRoute() throws Exception {
    List<String> flags =
        flags(
            """
              by: kind
              routes:
                slow: {when: "ms > 50", columns: [id, at, ms, extra], ttl: 3650d}
                page_view: {}
                click: {order_by: [id]}
            """);
    MillraceProcess.Result run = MillraceCommand.run("run", flags, "--input=file://" + events());
    assertThat(run.out() + run.err(), run.exitCode(), is(0));
    assertThat(run.out(), containsString("accepted 58 + error 2 + duplicate 6 + late 0 + dead 1"));
    // 51 to 57 are slow; 58 and 59 are errors.
    assertThat(
        query(
            "SELECT groupArray(id) FROM (SELECT id FROM routes.visits_slow_exact"
                + " ORDER BY id)"),
        is("[51,52,53,54,55,56,57]"));
    assertThat(
        query("SELECT count(), groupUniqArray(kind) FROM routes.visits_page_view_exact"),
        is("17\t['page_view']"));
    assertThat(
        query("SELECT count(), groupUniqArray(kind) FROM routes.visits_click_exact"),
        is("17\t['click']"));
    assertThat(
        query("SELECT count(), groupUniqArray(kind) FROM routes.visits_exact"),
        is("17\t['purchase']"));
    assertThat(query("SELECT sum(n) FROM routes.visits_per_minute_exact"), is("60"));
    MillraceProcess.Result audit = MillraceCommand.run("audit", flags);
    assertThat(audit.out() + audit.err(), audit.exitCode(), is(0));
    assertThat(
        audit.out(),
        containsString(
            "visits_exact + visits_slow_exact + visits_page_view_exact + visits_click_exact"));

    // A row that is in two tables is told.
    query("INSERT INTO routes.visits_click SELECT * FROM routes.visits_page_view LIMIT 1");
    query("ALTER TABLE routes.visits_click DELETE WHERE id = 1 SETTINGS mutations_sync = 2");
    MillraceProcess.Result both = MillraceCommand.run("audit", flags);
    assertThat(both.out() + both.err(), both.exitCode(), is(1));
    assertThat(both.out(), containsString("in BOTH tables"));

    MillraceProcess.Result beam =
        MillraceCommand.run(
            "check", flags, "--input=file://" + events(), "--clickHouseWriter=beam-io");
    assertThat(beam.out() + beam.err(), beam.exitCode(), is(2));
    assertThat(beam.out() + beam.err(), containsString("tables.routes: Beam's ClickHouseIO"));
  }
}
