package io.millrace.clickhouse;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.fixtures.AllTypes;
import io.millrace.fixtures.LocalClickHouseExtension;
import io.millrace.fixtures.TestEvents;
import io.millrace.io.SinkException;
import io.millrace.local.clickhouse.LocalClickHouse;
import io.millrace.local.process.Ports;
import io.millrace.security.SecretReference;
import io.millrace.security.UserName;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LocalClickHouseExtension.class)
class TablesIT {
  private static final String COLUMNS =
      "query_id String, event_type LowCardinality(String), query_text String,"
          + " user_id String, database_name LowCardinality(String),"
          + " duration_ms Nullable(Int64), rows_affected Nullable(Int64),"
          + " payload Nullable(String), event_time DateTime64(3, 'UTC'),"
          + " event_time_extra_ns Int32,"
          + " ingestion_time DateTime64(3, 'UTC')";
  private static final String KEYS =
      " PARTITION BY toYYYYMMDD(event_time) ORDER BY (event_type, query_id, event_time,"
          + " event_time_extra_ns)";

  @TempDir Path directory;

  private static ClickHouseSink sink(ClickHouseConfig config, Contract contract) {
    return ClickHouseSink.of(
        config, contract, DeadLetterFactory.of(contract, "test", Clock.system()), Clock.system());
  }

  private static ClickHouseSink sink(LocalClickHouse server, String database) {
    return sink(ClickHouseConfig.of(server.address(), database), TestEvents.queryEvents());
  }

  private static String count(LocalClickHouse server, String database) {
    return server
        .query("SELECT count() FROM system.tables WHERE database = '" + database + "'")
        .strip();
  }

  @Test
  void createsWhatIsMissingAndLeavesAloneWhatIsThere(LocalClickHouse server) {
    ClickHouseSink sink = sink(server, "created");
    assertThat(sink.check(), is(empty()));
    assertThat("checking changes nothing", count(server, "created"), is("0"));
    sink.prepare();
    assertThat(count(server, "created"), is("20"));
    server.query("DROP TABLE created.late_events");
    server.query(
        "INSERT INTO created.dead_letters (topic, offset, record_time) VALUES ('t', 1, now64(3))");
    sink.prepare();
    assertThat(count(server, "created"), is("20"));
    assertThat(server.query("SELECT count() FROM created.dead_letters_exact"), is("1\n"));
    assertThat(sink.check(), is(empty()));
  }

  @Test
  void everyTypeIsSpelledAsTheServerSpellsIt(LocalClickHouse server) {
    Contract contract = ContractLoader.parse(AllTypes.YAML, "all.yaml");
    ClickHouseSink sink = sink(ClickHouseConfig.of(server.address(), "spelled"), contract);
    sink.prepare();
    assertThat(sink.check(), is(empty()));
    assertThat(
        server.query(
            "SELECT comment FROM system.tables WHERE name = 'everything' AND database = 'spelled'"),
        is("Millrace contract all-types version 3\n"));
    ClickHouseSink users =
        sink(ClickHouseConfig.of(server.address(), "spelled"), TestEvents.userEvents());
    users.prepare();
    assertThat(users.check(), is(empty()));
  }

  private static List<String> differences(LocalClickHouse server, String database, String table) {
    server.query("CREATE DATABASE " + database);
    server.query("CREATE TABLE " + database + ".sink_output " + table);
    ClickHouseSink sink = sink(server, database);
    List<String> problems = sink.check();
    if (!problems.isEmpty()) {
      SinkException refused = assertThrows(SinkException.class, sink::prepare);
      assertThat(refused.problems(), is(problems));
      assertThat("nothing was created", count(server, database), is("1"));
    }
    return problems;
  }

  @Test
  void columnsThatDiffer(LocalClickHouse server) {
    assertThat(
        differences(
            server,
            "columns",
            "("
                + COLUMNS
                    .replace("duration_ms Nullable(Int64)", "duration_ms Int32")
                    .replace("rows_affected Nullable(Int64)", "rows_affected Nullable(String)")
                    .replace("query_text String", "query_text String MATERIALIZED ''")
                + ", surplus Int64, fine1 Int64 DEFAULT 1, fine2 Nullable(String),"
                + " fine3 UInt8 MATERIALIZED 1) ENGINE = ReplacingMergeTree"
                + KEYS),
        containsInAnyOrder(
            "table columns.sink_output, column duration_ms: expected Nullable(Int64), found"
                + " Int32 -> `scripts/millrace migrate` with the same flags widens it",
            "table columns.sink_output, column rows_affected: expected Nullable(Int64), found"
                + " Nullable(String) -> not safe to migrate: no type holds the values of both"
                + " (docs/migrate.md)",
            "table columns.sink_output, column query_text: expected a column that can be written,"
                + " found one that is MATERIALIZED -> not safe to migrate: older rows would keep the"
                + " values that the server has computed (docs/migrate.md)",
            "table columns.sink_output, column extra: expected String, found no such column ->"
                + " `scripts/millrace migrate` with the same flags adds it",
            "table columns.sink_output, column surplus: expected no such column, found Int64"
                + " without a default; give it one, or make it Nullable -> `scripts/millrace"
                + " migrate` with the same flags gives it one"));
  }

  @Test
  void aTableThatServesAsItIs(LocalClickHouse server) {
    assertThat(
        differences(
            server,
            "serves",
            "("
                + COLUMNS
                + ", extra String DEFAULT '', inserted DateTime DEFAULT now()) ENGINE ="
                + " ReplacingMergeTree"
                + KEYS),
        is(empty()));
  }

  @Test
  void anEngineThatKeepsRepeats(LocalClickHouse server) {
    assertThat(
        differences(server, "engines", "(" + COLUMNS + ", extra String) ENGINE = MergeTree" + KEYS),
        contains(
            "table engines.sink_output: engine: expected a ReplacingMergeTree, found MergeTree:"
                + " duplicates of an event would stay -> not safe to migrate: a table keeps its engine:"
                + " write a new table and exchange the two (docs/migrate.md)"));
  }

  @Test
  void keysThatAreNotTheIdentity(LocalClickHouse server) {
    assertThat(
        differences(
            server,
            "sorted",
            "("
                + COLUMNS
                + ", extra String) ENGINE = ReplacingMergeTree PARTITION BY database_name"
                + " ORDER BY (event_type, user_id, toStartOfHour(event_time), query_id,"
                + " event_time_extra_ns)"),
        containsInAnyOrder(
            startsWith(
                "table sorted.sink_output: sorting key: expected event_time in it, found"
                    + " (event_type, user_id, toStartOfHour(event_time), query_id,"
                    + " event_time_extra_ns): events that differ only there would be collapsed -> not safe to migrate: "),
            startsWith(
                "table sorted.sink_output: sorting key: expected columns of the identity only,"
                    + " found user_id: duplicates of an event would stay -> not safe to migrate: "),
            startsWith(
                "table sorted.sink_output: partition key: expected columns of the identity only,"
                    + " found database_name: duplicates of an event would stay -> not safe to"
                    + " migrate: ")));
  }

  @Test
  void aViewThatIsNotTheTables(LocalClickHouse server) {
    sink(server, "views").prepare();
    server.query("DROP VIEW views.error_events_exact");
    server.query("CREATE VIEW views.error_events_exact AS SELECT 1 AS x");
    server.query("DROP VIEW views.audit_per_minute");
    server.query("CREATE VIEW views.audit_per_minute AS SELECT 1 AS y");
    List<String> problems = sink(server, "views").check();
    assertThat(problems, hasSize(2));
    assertThat(
        problems.get(0),
        startsWith("view views.error_events_exact: expected query_id, found no such column;"));
    assertThat(
        problems.get(0),
        endsWith(
            " -> not safe to migrate: Millrace did not create its columns x; drop the view,"
                + " `scripts/millrace migrate` creates it anew (docs/migrate.md)"));
    assertThat(
        problems.get(1),
        startsWith("view views.audit_per_minute: expected contract, found no such column;"));
  }

  /** With more time than a busy machine needs for an answer. */
  private static List<String> check(String endpoint) {
    return check(endpoint, Duration.ofMinutes(1));
  }

  private static List<String> check(String endpoint, Duration timeout) {
    return sink(
            ClickHouseConfig.of(endpoint, "db").withTimeouts(timeout, Duration.ofMinutes(1)),
            TestEvents.queryEvents())
        .check();
  }

  @Test
  void nobodyListens() {
    String endpoint = "http://127.0.0.1:" + Ports.free(Ports.Range.CLICKHOUSE);
    assertThat(
        check(endpoint),
        contains(
            "ClickHouse at "
                + endpoint
                + ": refused the connection; is ClickHouse running, and is the port right?"));
  }

  @Test
  void nobodyAnswers() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      assertThat(
          check("http://127.0.0.1:" + socket.getLocalPort(), Duration.ofMillis(300)).get(0),
          containsString("no answer within 300 ms; is the address right?"));
    }
  }

  @Test
  void somethingElseAnswers() throws IOException {
    HttpServer other =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.start();
    try {
      assertThat(
          check("http://127.0.0.1:" + other.getAddress().getPort()).get(0),
          containsString(
              "something answers there, but not ClickHouse (HTTP status 404 to /ping); expected the"
                  + " port of ClickHouse's HTTP interface, usually 8123"));
    } finally {
      other.stop(0);
    }
  }

  @Test
  void somethingAnswersThatIsNotHttp() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Thread answers =
          new Thread(
              () -> {
                try (Socket client = socket.accept();
                    OutputStream out = client.getOutputStream()) {
                  out.write("SSH-2.0-no\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                  // The test sees what the client saw.
                }
              });
      answers.start();
      assertThat(
          check("http://127.0.0.1:" + socket.getLocalPort()).get(0),
          containsString("something answers there, but not in HTTP"));
      answers.join(60_000);
    }
  }

  @Test
  void aUserWhoIsNotLetIn(LocalClickHouse server) throws IOException {
    Path password = Files.writeString(directory.resolve("password"), "s3cret-w0rd\n");
    ClickHouseConfig config =
        ClickHouseConfig.of(server.address(), "db")
            .withUser(UserName.parse("nobody"), SecretReference.parse("file:" + password));
    List<String> problems = sink(config, TestEvents.queryEvents()).check();
    assertThat(
        problems,
        contains(
            "ClickHouse at "
                + server.address()
                + ": refused the user nobody with file:"
                + password
                + " (code 516); check the user and the reference to the password"));
    assertThat(problems.get(0), not(containsString("s3cret-w0rd")));
  }

  @Test
  void aSecretThatIsNotThere(LocalClickHouse server) {
    ClickHouseConfig config =
        ClickHouseConfig.of(server.address(), "db")
            .withUser(UserName.parse("default"), SecretReference.parse("env:MILLRACE_NOT_SET"));
    assertThat(
        sink(config, TestEvents.queryEvents()).check(),
        contains("ClickHouse: secret env:MILLRACE_NOT_SET: the environment variable is not set"));
  }
}
