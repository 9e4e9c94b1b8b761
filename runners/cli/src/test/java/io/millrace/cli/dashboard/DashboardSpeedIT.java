package io.millrace.cli.dashboard;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * How long the answers for a day of query events take: 43.2 million events at 500 a second, in
 * roll-ups of up to 144 000 rows, 43 200 dead letters, and the audit of all events in 432 000 rows.
 */
@Tag("alone")
class DashboardSpeedIT {
  private static final long EVENTS = 43_200_000;
  private static final int TIMES = 5;
  private static final String AUDIT =
      "audit_batches (contract, topic, partition, minute, outcome, written_at, records, offsets,"
          + " record_times, event_times)";
  private static final long DAY = 86_400_000;
  private static final long END = System.currentTimeMillis() / 60_000 * 60_000;

  /** Windows of a size in seconds for some groups; {@code g} is the group, {@code w} the window. */
  private static final String WINDOWS =
      "SELECT toDateTime64(%d - 86400 + w * %d, 3, 'UTC') AS s, s + %2$d AS e, %s FROM (SELECT intDiv(number, %d) AS w, number %% %4$d AS g, rand(number) %% 1000 AS r FROM numbers(%d))";

  @TempDir private static Path directory;
  private static LocalStack stack;
  private static DashboardServer server;

  @BeforeAll
  static void fill() throws Exception {
    stack = SharedStack.clean();
    String output =
        "--output=clickhouse"
            + stack.clickHouse().address().substring(4)
            + "/"
            + QueryStream.DATABASE;
    String contract = "--contract=" + QueryStream.contract(directory);
    MillraceProcess.Result tables = MillraceCommand.run("migrate", output, contract);
    assertThat(tables.err() + tables.out(), tables.exitCode(), is(0));
    windows(
        "queries_per_minute (window_start, window_end, queries, failed, events)",
        60,
        1,
        "8000, 100 + r, 30000");
    windows(
        "error_rate_by_database (window_start, window_end, database_name, errors, error_rate, events)",
        300,
        50,
        "concat('database', toString(g)), 60 + g, (60 + g) / 3000, 3000");
    windows(
        "query_duration (window_start, window_end, duration_ms_p50, duration_ms_p95, duration_ms_p99, events)",
        300,
        1,
        "20. + r, 90. + r, 300. + r, 70000");
    windows(
        "by_type (window_start, window_end, database_name, event_type, slowest, rows_affected, duration_p50, duration_p99, events)",
        60,
        100,
        "concat('database', toString(g % 50)), if(g < 50, 'query_finished', 'query_started'), r, r * 100, 10. + r, 90. + r, 300");
    insert(
        "dead_letters (topic, partition, offset, value, code, message, stage, contract, contract_version, record_time, first_seen, attempt)",
        "SELECT 'queries', number % 3, number, '{\"query_id\":', if(number % 4 = 0, 'wrong_type', 'truncated'), 'the JSON ends before its object is complete', 'DecodeEvents', 'query-events', 1, "
            + time(EVENTS / 1000)
            + ", "
            + time(EVENTS / 1000)
            + ", 1 FROM numbers("
            + EVENTS / 1000
            + ")");
    // A hundred events a row, as batches of a second at 300 events a second and partition.
    insert(
        AUDIT,
        """
        WITH intDiv(number, 300) AS m, intDiv(number %% 300, 3) AS b, %d + m * 60000 AS start,
          arrayMap(i -> fromUnixTimestamp64Milli(toInt64(start + b * 600 + i * 6), 'UTC'), range(100)) AS times
        SELECT 'query-events', 'queries', number %% 3, fromUnixTimestamp64Milli(toInt64(start), 'UTC'),
          if(b %% 50 = 0, 'duplicate', 'accepted'), times[100], 100,
          arrayMap(i -> (m * 100 + b) * 100 + i, range(100)), times, times
        FROM numbers(%d)"""
            .formatted(END - DAY, EVENTS / 100));
    server =
        DashboardServer.open(
            CommandLine.populateCommand(new DashboardCommand(), output, contract, "--port=0")
                .config());
  }

  /** The time of a row, evenly over the day. */
  private static String time(long rows) {
    return "fromUnixTimestamp64Milli(toInt64(%d + number * %d / %d), 'UTC')"
        .formatted(END - DAY, DAY, rows);
  }

  private static void windows(String table, int seconds, int groups, String figures) {
    insert(
        table, WINDOWS.formatted(END / 1000, seconds, figures, groups, 86_400L / seconds * groups));
  }

  private static void insert(String table, String rows) {
    stack.clickHouse().query("INSERT INTO `" + QueryStream.DATABASE + "`." + table + " " + rows);
  }

  @AfterAll
  static void close() {
    server.close();
  }

  @Test
  void aDayIsAnsweredWithinASecond() throws Exception {
    ApiClient api = new ApiClient(server);
    Map<String, Long> medians = new LinkedHashMap<>();
    for (String rollup :
        List.of("queries_per_minute", "error_rate_by_database", "query_duration", "by_type")) {
      medians.put(rollup, median(api, "rollup", "contract", "query-events", "rollup", rollup));
    }
    for (String question : List.of("letters", "letters/list", "alerts", "audit")) {
      medians.put(question, median(api, question));
    }
    System.out.println("dashboard, ms for a day: " + medians);
    assertThat(
        api.ask(
                "rollup",
                "contract",
                "query-events",
                "rollup",
                "queries_per_minute",
                "from",
                END - DAY,
                "to",
                END)
            .at("/ranking/0/events")
            .asLong(),
        is(EVENTS));
    assertThat(
        api.ask("audit", "from", END - DAY, "to", END).at("/outcomes/duplicate").asLong(),
        is(EVENTS / 50));
    medians.forEach((question, millis) -> assertThat(question, millis, lessThan(1000L)));

    insert(
        AUDIT,
        "SELECT contract, topic, partition, minute, 'error', written_at, records, offsets,"
            + " record_times, event_times FROM `"
            + QueryStream.DATABASE
            + "`.audit_batches WHERE outcome = 'accepted' ORDER BY minute DESC LIMIT 1");
    System.out.println(
        "dashboard, ms with an event read twice: day=%d, hour=%d"
            .formatted(median(api, "audit"), medianOf(api, "audit", END - DAY / 24)));
    JsonNode readAgain = api.ask("audit", "from", END - DAY, "to", END);
    assertThat(readAgain.path("events").asLong(), is(EVENTS));
    assertThat(readAgain.at("/outcomes/error").asLong(), is(100L));
    assertThat(readAgain.at("/outcomes/accepted").asLong(), is(EVENTS - EVENTS / 50 - 100));
  }

  private static long median(ApiClient api, String question, Object... more) throws Exception {
    return medianOf(api, question, END - DAY, more);
  }

  private static long medianOf(ApiClient api, String question, long from, Object... more)
      throws Exception {
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < TIMES; i++) {
      long start = System.nanoTime();
      List<Object> parameters = new ArrayList<>(List.of("from", from, "to", END));
      parameters.addAll(List.of(more));
      api.ask(question, parameters.toArray());
      times.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }
    times.sort(null);
    return times.get(TIMES / 2);
  }
}
