package io.millrace.cli.contract.grafana;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every query of the dashboards, as Grafana's data source would send it, over data of a run. */
class DashboardQueriesIT {
  private static final String DATABASE = "dash-board";
  private static final int EVENTS = 3_000;
  private static final Pattern FILTER = Pattern.compile("\\$__timeFilter\\(([^)]*)\\)");
  private static final Pattern INTERVAL = Pattern.compile("\\$__timeInterval\\(([^)]*)\\)");

  @TempDir private static Path directory;
  private static LocalStack stack;
  private static String contract;

  @BeforeAll
  static void generateAndRun() throws Exception {
    stack = SharedStack.clean();
    // With a roll-up of sessions and one of several groups, beside those of the contract.
    Path file = directory.resolve("query-events.yaml");
    Files.writeString(
        file,
        Files.readString(MillraceProcess.root().resolve("test-data/contracts/query-events.yaml"))
            + """
              users_sessions:
                window: {session: 5m}
                early: 1s
                group_by: [database_name]
                measures:
                  slowest: {type: max, field: duration_ms}
              types_by_database:
                window: {fixed: 1m}
                early: 1s
                group_by: [database_name, event_type]
                measures:
                  rows: {type: sum, field: rows_affected}
                  first: {type: min, field: event_time}
            alerts:
              errors_of_database:
                on: error_rate_by_database
                when: errors >= 1
                early: true
            """);
    contract = "--contract=" + file;
    String topic = "kafka://" + stack.kafka().address() + "/dashboards";
    ok("generate", "--to=" + topic, "--count=" + EVENTS, "--malformed=0.05", "--errors=0.1");
    ok("run", "--untilCaughtUp", "--input=" + topic, output(), contract);
  }

  private static String output() {
    return "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/" + DATABASE;
  }

  private static String ok(String... args) {
    MillraceProcess.Result result = MillraceCommand.run(args);
    assertThat(result.err(), result.exitCode(), is(0));
    return result.out();
  }

  private static JsonNode dashboard(String as) throws Exception {
    String file = contract.substring("--contract=".length());
    return new ObjectMapper()
        .readTree(ok("contract", "show", file, "--as=" + as, "--database=" + DATABASE));
  }

  /** A panel's query with the macros of Grafana's data source as it writes them. */
  private static String expanded(String sql) {
    Matcher filter = FILTER.matcher(sql);
    String filtered =
        filter.replaceAll("$1 >= toDateTime(1000000000) AND $1 <= toDateTime(4000000000)");
    return INTERVAL
        .matcher(filtered)
        .replaceAll("toStartOfInterval(toDateTime($1), INTERVAL 60 second)");
  }

  private static List<JsonNode> panels(JsonNode dashboard, String type) {
    List<JsonNode> panels = new ArrayList<>();
    dashboard
        .path("panels")
        .forEach(
            panel -> {
              if (panel.at("/datasource/type").asText().equals(type)) {
                panels.add(panel);
              }
            });
    return panels;
  }

  private static JsonNode answer(JsonNode panel) throws Exception {
    String sql = expanded(panel.at("/targets/0/rawSql").asText());
    assertThat(sql, not(containsString("$")));
    return new ObjectMapper().readTree(stack.clickHouse().query(sql + "\nFORMAT JSON"));
  }

  @Test
  void everyPanelOfTheRollupsHasRows() throws Exception {
    JsonNode dashboard = dashboard("grafana");
    List<JsonNode> panels = panels(dashboard, "grafana-clickhouse-datasource");
    // 2 + 2 + 1 measures, 1 of sessions, 1 of 2 because a time has no line; events of 5; alerts 2;
    // groups of
    // 3
    assertThat(panels, hasSize(17));
    for (JsonNode panel : panels) {
      JsonNode answer = answer(panel);
      assertThat(panel.path("title").asText(), answer.path("rows").asInt(), greaterThan(0));
      String first = answer.at("/meta/0/name").asText();
      boolean lines = panel.path("type").asText().equals("timeseries");
      assertThat(panel.path("title").asText(), first.equals("time"), is(lines));
    }
  }

  @Test
  void figuresAreThoseOfTheRollups() throws Exception {
    long events = 0;
    for (JsonNode panel : panels(dashboard("grafana"), "grafana-clickhouse-datasource")) {
      if (panel.path("title").asText().equals("groups of types_by_database")) {
        for (JsonNode row : answer(panel).path("data")) {
          events += row.path("events").asLong();
        }
      }
    }
    String accepted = "SELECT count() FROM `%1$s`.sink_output_exact".formatted(DATABASE);
    String errors = "SELECT count() FROM `%1$s`.error_events_exact".formatted(DATABASE);
    assertThat(
        events,
        is(
            Long.parseLong(stack.clickHouse().query(accepted).strip())
                + Long.parseLong(stack.clickHouse().query(errors).strip())));
  }

  @Test
  void theHealthOfTheRunIsInTheAuditAndTheDeadLetters() throws Exception {
    JsonNode dashboard = dashboard("grafana-health");
    List<JsonNode> panels = panels(dashboard, "grafana-clickhouse-datasource");
    assertThat(panels, hasSize(3));
    long audited = 0;
    for (JsonNode panel : panels) {
      JsonNode answer = answer(panel);
      assertThat(panel.path("title").asText(), answer.path("rows").asInt(), greaterThan(0));
      if (panel.path("title").asText().equals("outcomes a minute")) {
        for (JsonNode row : answer.path("data")) {
          audited += row.path("records").asLong();
        }
      }
    }
    assertThat(audited, is((long) EVENTS));
    assertThat(panels(dashboard, "prometheus"), not(hasSize(0)));
  }

  @Test
  void panelsStandBesideEachOtherAndHaveIdsOfTheirOwn() throws Exception {
    for (String as : List.of("grafana", "grafana-health")) {
      JsonNode all = dashboard(as).path("panels");
      boolean[][] taken = new boolean[500][24];
      boolean[] ids = new boolean[500];
      for (JsonNode panel : all) {
        int id = panel.path("id").asInt();
        assertThat(ids[id], is(false));
        ids[id] = true;
        JsonNode at = panel.path("gridPos");
        for (int y = 0; y < at.path("h").asInt(); y++) {
          for (int x = 0; x < at.path("w").asInt(); x++) {
            int row = at.path("y").asInt() + y;
            int column = at.path("x").asInt() + x;
            assertThat(panel.path("title").asText(), taken[row][column], is(false));
            taken[row][column] = true;
          }
        }
      }
    }
  }
}
