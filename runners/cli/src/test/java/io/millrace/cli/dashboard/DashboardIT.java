package io.millrace.cli.dashboard;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import io.millrace.cli.RunningCommand;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.local.process.Ports;
import io.millrace.pipeline.WrongUseException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The figures of the dashboard beside those of SQL, over data that a run has written. */
class DashboardIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONTRACT = "query-events";
  private static final long HOUR = 3_600_000;

  @TempDir private static Path directory;
  private static LocalStack stack;
  private static DashboardConfig config;
  private static DashboardServer server;
  private static ApiClient api;
  private static long now;

  @BeforeAll
  static void runOnce() throws Exception {
    stack = SharedStack.clean();
    QueryStream stream = new QueryStream(stack);
    stream.send(3_000, true);
    String contract = "--contract=" + QueryStream.contract(directory);
    MillraceProcess.Result run =
        MillraceCommand.run("run", "--untilCaughtUp", stream.input(), stream.output(), contract);
    assertThat(run.err(), run.exitCode(), is(0));
    now = System.currentTimeMillis();
    config =
        CommandLine.populateCommand(new DashboardCommand(), stream.output(), contract, "--port=0")
            .config();
    server = DashboardServer.open(config);
    api = new ApiClient(server);
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static JsonNode ask(String question, Object... more) throws Exception {
    List<Object> parameters = new ArrayList<>(List.of("from", now - HOUR, "to", now));
    parameters.addAll(List.of(more));
    return api.ask(question, parameters.toArray());
  }

  /** Rows of SQL as arrays, with the database in place of {@code DB}. */
  private static List<JsonNode> sql(String query) throws Exception {
    List<JsonNode> rows = new ArrayList<>();
    String named = query.replace("DB.", "`" + QueryStream.DATABASE + "`.");
    for (String line :
        stack.clickHouse().query(named + " FORMAT JSONCompactEachRow").lines().toList()) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }

  private static long number(String query) throws Exception {
    return sql(query).get(0).get(0).asLong();
  }

  @Test
  void theEquationIsThatOfTheAudit() throws Exception {
    JsonNode audit = ask("audit");
    long events = 0;
    for (JsonNode row : sql("SELECT outcome, count() FROM DB.audit_exact GROUP BY outcome")) {
      String outcome = row.get(0).asText();
      assertThat(outcome, audit.at("/outcomes/" + outcome).asLong(), is(row.get(1).asLong()));
      long bars = 0;
      for (JsonNode bar : audit.at("/series/" + outcome)) {
        bars += bar.asLong();
      }
      assertThat("bars of " + outcome, bars, is(row.get(1).asLong()));
      events += row.get(1).asLong();
    }
    assertThat(audit.path("events").asLong(), is(events));
    assertThat(audit.at("/contracts/0/contract").asText(), is(CONTRACT));

    // A part of the range, in whole minutes.
    JsonNode part = api.ask("audit", "from", now - HOUR / 2, "to", now - HOUR / 4);
    long from = part.path("from").asLong();
    long to = part.path("to").asLong();
    assertThat(from % 60_000 + to % 60_000, is(0L));
    String millis = "toUnixTimestamp64Milli(record_time)";
    assertThat(
        part.path("events").asLong(),
        is(
            number(
                "SELECT count() FROM DB.audit_exact WHERE %1$s >= %2$d AND %1$s < %3$d"
                    .formatted(millis, from, to))));
    assertThat(part.path("events").asLong(), greaterThan(0L));
    assertThat(part.path("times").size(), lessThanOrEqualTo(16));
  }

  @Test
  void linesOfRollupsAreTheirRows() throws Exception {
    compare("queries_per_minute", "[]", "queries", "failed", "events");
    compare("query_duration", "[]", "duration_ms_p50", "duration_ms_p95", "duration_ms_p99");
    compare("error_rate_by_database", "[toString(database_name)]", "errors", "error_rate");
    compare(
        "by_type",
        "[toString(database_name), toString(event_type)]",
        "slowest",
        "rows_affected",
        "duration_p99");
  }

  /** Each point of each group that is drawn, beside its row. */
  private static void compare(String rollup, String group, String... columns) throws Exception {
    JsonNode drawn = ask("rollup", "contract", CONTRACT, "rollup", rollup);
    for (int c = 0; c < columns.length; c++) {
      for (JsonNode series : drawn.path("series")) {
        int points = 0;
        for (JsonNode row :
            sql(
                "SELECT toUnixTimestamp64Milli(window_start), toFloat64(%s) FROM DB.%s_exact WHERE toJSONString(%s) = '%s'"
                    .formatted(columns[c], rollup, group, series.path("group")))) {
          int at = indexOf(drawn.path("times"), row.get(0).asLong());
          JsonNode point = series.at("/columns/" + columns[c]).get(at);
          assertThat(columns[c] + " at " + row, point.isNull(), is(row.get(1).isNull()));
          assertThat(columns[c] + " at " + row, point.asDouble(), is(row.get(1).asDouble()));
          points++;
        }
        assertThat(rollup + series.path("group"), points, greaterThan(0));
      }
    }
  }

  private static int indexOf(JsonNode times, long time) {
    for (int i = 0; i < times.size(); i++) {
      if (times.get(i).asLong() == time) {
        return i;
      }
    }
    throw new AssertionError(time + " is not in " + times);
  }

  @Test
  void groupsAreRankedByTheirEvents() throws Exception {
    JsonNode answer = ask("rollup", "contract", CONTRACT, "rollup", "error_rate_by_database");
    List<JsonNode> rows =
        sql(
            "SELECT database_name, sum(events) AS e, sum(errors) FROM DB.error_rate_by_database_exact GROUP BY database_name ORDER BY e DESC, database_name LIMIT 20");
    assertThat(answer.path("ranking").size(), is(rows.size()));
    for (int i = 0; i < rows.size(); i++) {
      JsonNode ranked = answer.path("ranking").get(i);
      assertThat(ranked.at("/group/0").asText(), is(rows.get(i).get(0).asText()));
      assertThat(ranked.path("events").asLong(), is(rows.get(i).get(1).asLong()));
      assertThat(ranked.at("/sums/0").asLong(), is(rows.get(i).get(2).asLong()));
    }
    assertThat(answer.path("series").size(), is(8));
  }

  @Test
  void aLongRangeMergesWindows() throws Exception {
    JsonNode answer =
        api.ask(
            "rollup",
            "contract",
            CONTRACT,
            "rollup",
            "error_rate_by_database",
            "from",
            now - 31 * 24 * HOUR,
            "to",
            now);
    assertThat(answer.path("step").asLong(), is(35 * 60_000L));
    for (JsonNode series : answer.path("series")) {
      double errors = 0;
      for (int i = 0; i < answer.path("times").size(); i++) {
        JsonNode rate = series.at("/columns/error_rate").get(i);
        JsonNode events = series.at("/columns/events").get(i);
        double own = series.at("/columns/errors").get(i).asDouble();
        if (events.isNull()) {
          // The range of the events has the end of a merged window in it: this group is in one
          // only.
          assertThat(rate.isNull(), is(true));
        } else {
          // The share of the merged windows follows from their counts.
          assertThat(rate.asDouble(), is(closeTo(own / events.asDouble(), 1e-9)));
        }
        errors += own;
      }
      assertThat(
          (long) errors,
          is(
              number(
                  "SELECT sum(errors) FROM DB.error_rate_by_database_exact WHERE database_name = '%s'"
                      .formatted(series.at("/group/0").asText()))));
    }
  }

  @Test
  void sessionsAreMeansOfThoseThatBegin() throws Exception {
    JsonNode answer = ask("rollup", "contract", CONTRACT, "rollup", "sessions_of_databases");
    double sessions = 0;
    for (JsonNode series : answer.path("series")) {
      for (JsonNode point : series.at("/columns/windows")) {
        sessions += point.asDouble();
      }
    }
    assertThat(
        (long) sessions,
        is(
            number(
                "SELECT count() FROM DB.sessions_of_databases_exact WHERE NOT merged AND database_name IN (SELECT database_name FROM DB.sessions_of_databases_exact WHERE NOT merged GROUP BY database_name ORDER BY sum(events) DESC, database_name LIMIT 8)")));
  }

  @Test
  void deadLettersAreCountedListedAndShown() throws Exception {
    JsonNode summary = ask("letters");
    long all = number("SELECT count() FROM DB.dead_letters_exact");
    assertThat(summary.path("letters").asLong(), is(all));
    for (JsonNode group : summary.path("groups")) {
      String code = group.path("code").asText();
      long letters =
          number("SELECT count() FROM DB.dead_letters_exact WHERE code = '" + code + "'");
      assertThat(code, group.path("letters").asLong(), is(letters));
      long bars = 0;
      for (JsonNode bar : summary.at("/series/" + code)) {
        bars += bar.asLong();
      }
      assertThat("bars of " + code, bars, is(letters));
    }
    JsonNode wrong = ask("letters/list", "code", "wrong_type", "table", "dead_letters");
    assertThat(
        (long) wrong.path("letters").size(),
        is(number("SELECT count() FROM DB.dead_letters_exact WHERE code = 'wrong_type'")));
    assertThat(ask("letters/list", "code", "x' OR '1'='1").path("letters").size(), is(0));

    String place = wrong.at("/letters/0/place").asText();
    JsonNode letter = api.ask("letter", "table", "dead_letters", "place", place).at("/letters/0");
    assertThat(letter.path("place").asText(), is(place));
    assertThat(letter.path("code").asText(), is("wrong_type"));
    assertThat(letter.path("text").asText(), containsString("\"duration_ms\":\"slow\""));
    assertThat(
        letter.at("/now/0/line").asText(), startsWith("dead, wrong_type: metadata.duration_ms: "));
    assertThat(
        api.refused("letter", "table", "audit", "place", place),
        is("400 there is no table of dead letters audit"));
    assertThat(
        api.refused("letter", "table", "dead_letters", "place", "nowhere"),
        startsWith("400 expected topic/partition@offset"));

    replayed(place);
    assertThat(ask("letters").path("letters").asLong(), is(all - 1));
  }

  /** Marks a dead letter as a replay does that has brought it to life. */
  private static void replayed(String place) throws Exception {
    String at = place.substring(place.lastIndexOf('/') + 1);
    String marks = "`" + QueryStream.DATABASE + "`.dead_letters_replays";
    stack
        .clickHouse()
        .query(
            """
            CREATE TABLE %s ENGINE = ReplacingMergeTree ORDER BY (contract, topic, partition, offset) AS
            SELECT contract, topic, partition, offset, record_time, toInt32(0) AS element, 'accepted' AS outcome
            FROM `%s`.dead_letters_exact WHERE partition = %s AND offset = %s"""
                .formatted(
                    marks,
                    QueryStream.DATABASE,
                    at.substring(0, at.indexOf('@')),
                    at.substring(at.indexOf('@') + 1)));
  }

  @Test
  void alertsAreThoseOfTheTable() throws Exception {
    JsonNode answer = ask("alerts");
    assertThat(answer.path("alerts").size(), is(3));
    List<JsonNode> firing =
        sql(
            "SELECT alert, group_key, latest_summary FROM DB.sink_output_alerts_current WHERE latest_state = 'firing' ORDER BY alert, group_key");
    assertThat(firing, hasSize(answer.path("states").size()));
    for (int i = 0; i < firing.size(); i++) {
      JsonNode state = answer.path("states").get(i);
      assertThat(state.path("alert"), is(firing.get(i).get(0)));
      assertThat(state.path("group"), is(firing.get(i).get(1)));
      assertThat(state.path("summary"), is(firing.get(i).get(2)));
    }
    assertThat(
        (long) answer.path("changes").size(),
        is(number("SELECT count() FROM DB.sink_output_alerts_exact WHERE NOT revoked")));
    assertThat(answer.path("changes").size(), greaterThan(0));
  }

  @Test
  void withoutContractsAllIsCountedThatTheDatabaseKnows() throws Exception {
    DashboardConfig all = new DashboardConfig(config.output(), List.of(), null, 0);
    try (DashboardServer other = DashboardServer.open(all)) {
      ApiClient client = new ApiClient(other);
      JsonNode audit = client.ask("audit", "from", now - HOUR, "to", now);
      assertThat(audit.path("events"), is(ask("audit").path("events")));
      JsonNode letters = client.ask("letters", "from", now - HOUR, "to", now);
      assertThat(letters.path("letters").asLong(), greaterThan(0L));
      assertThat(client.ask("alerts", "from", 1, "to", 2).path("alerts").size(), is(0));
      String place = letters.at("/groups/0/place").asText();
      JsonNode letter = client.ask("letter", "table", "dead_letters", "place", place);
      assertThat(
          letter.at("/letters/0/unexplained").asText(),
          is("Give --contract with the contract " + CONTRACT));
    }
  }

  @Test
  void clickHouseRejectsChangesOfTheDashboard() {
    TableQueries queries = new TableQueries(config.output());
    WrongUseException e =
        assertThrows(
            WrongUseException.class,
            () -> queries.with(tables -> tables.rows("TRUNCATE TABLE audit")));
    assertThat(e.getMessage(), containsString("readonly"));
  }

  @Test
  void theCommandServesThePageUntilItIsStopped() throws Exception {
    int port = Ports.free(Ports.Range.PROXY);
    String address = "http://127.0.0.1:" + port + "/";
    try (RunningCommand command =
        new RunningCommand("dashboard", "--output=clickhouse://127.0.0.1:1/d", "--port=" + port)) {
      command.await("the page", () -> isServed(address));
      // It listens before it tells so.
      command.await("its address", () -> command.out().contains("#key="));
      MillraceProcess.Result ended = command.stop();
      assertThat(ended.out(), startsWith("dashboard: " + address + "#key="));
      assertThat(ended.err(), is(""));
    }
    assertThat(isServed(address), is(false));
  }

  private static boolean isServed(String address) {
    try {
      return new ApiClient(address, "none").send("GET", "").statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
