package io.millrace.cli.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import io.millrace.local.process.Ports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the server answers, and what it refuses. Its ClickHouse does not respond. */
class DashboardServerTest {
  private static final String RANGE = "from=1&to=60001";
  private static final int NOBODY = Ports.free(Ports.Range.CLICKHOUSE);

  private DashboardServer server;
  private ApiClient client;

  @BeforeEach
  void open() {
    server = DashboardServer.open(config());
    client = new ApiClient(server);
  }

  private static DashboardConfig config(String... more) {
    DashboardCommand command = new DashboardCommand();
    List<String> args =
        new ArrayList<>(
            List.of("--output=clickhouse://127.0.0.1:" + NOBODY + "/telemetry", "--port=0"));
    args.addAll(List.of(more));
    return CommandLine.populateCommand(command, args.toArray(String[]::new)).config();
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void thePageAndItsFilesAreServedUnderAPolicy() throws Exception {
    for (String path : List.of("", "style.css", "app.js", "uplot/uPlot.esm.js", "icon.svg")) {
      HttpResponse<String> answer = client.send("GET", path);
      assertThat(path, answer.statusCode(), is(200));
      assertThat(header(answer, "Content-Security-Policy"), startsWith("default-src 'self';"));
      assertThat(header(answer, "X-Content-Type-Options"), is("nosniff"));
    }
    assertThat(header(client.send("GET", "app.js"), "Content-Type"), startsWith("text/javascript"));
    assertThat(client.send("GET", "").body(), containsString("<title>Millrace</title>"));
    assertThat(client.send("GET", "../pom.xml").statusCode(), is(404));
    assertThat(client.send("GET", "page/app.js").statusCode(), is(404));
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  @Test
  void onlyGetIsAllowed() throws Exception {
    for (String method : List.of("POST", "PUT", "DELETE", "HEAD", "OPTIONS")) {
      for (String path : List.of("", "api/overview")) {
        HttpResponse<String> answer = client.send(method, path);
        assertThat(method, answer.statusCode(), is(405));
        assertThat(header(answer, "Allow"), is("GET"));
      }
    }
  }

  @Test
  void otherPagesAreRefused() throws Exception {
    assertThat(client.send("GET", "api/overview").statusCode(), is(200));
    for (String[] headers :
        List.of(
            new String[] {"Origin", "http://example.com"},
            new String[] {"Origin", "null"},
            new String[] {"Sec-Fetch-Site", "cross-site"},
            new String[] {"Sec-Fetch-Site", "same-site"},
            new String[] {"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"})) {
      assertThat(client.send("GET", "api/overview", headers).statusCode(), is(403));
    }
    // A link may open the page, but nothing else may load it.
    String[] link = {"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"};
    assertThat(client.send("GET", "", link).statusCode(), is(200));
    String[] script = {"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"};
    assertThat(client.send("GET", "app.js", script).statusCode(), is(403));
  }

  @Test
  void figuresNeedTheKeyThatTheAddressHolds() throws Exception {
    assertThat(server.link(), is(server.address() + "#key=" + server.key()));
    assertThat(server.key().matches("[0-9a-f]{32}"), is(true));
    String missing = "401 The key is missing or old. Open the address that the command has printed";
    for (String key : List.of("none", server.key().substring(1), server.key() + "0")) {
      ApiClient other = new ApiClient(server.address(), key);
      assertThat(other.refused("overview"), is(missing));
      assertThat(other.refused("unknown"), is(missing));
      // Without figures, the page is no secret.
      assertThat(other.send("GET", "").statusCode(), is(200));
    }
    try (DashboardServer second = DashboardServer.open(config())) {
      assertThat(second.key().equals(server.key()), is(false));
    }
  }

  @Test
  void theHostMustBeLoopback() throws Exception {
    assertThat(statusForHost("127.0.0.1"), is("200"));
    assertThat(statusForHost("localhost:9999"), is("200"));
    assertThat(statusForHost("[::1]:80"), is("200"));
    assertThat(statusForHost("rebound.example.com"), is("403"));
    assertThat(statusForHost("127.0.0.1.example.com"), is("403"));
    assertThat(statusForHost("localhost@example.com"), is("403"));
    assertThat(statusForHost(""), is("403"));
  }

  /** Raw, because Java's client writes the header Host itself. */
  private String statusForHost(String host) throws IOException {
    URI address = URI.create(server.address());
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(Ports.loopback(), address.getPort()));
      socket
          .getOutputStream()
          .write(
              ("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                  .getBytes(UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      return answer.split(" ", 3)[1];
    }
  }

  @Test
  void wrongQuestionsAreExplained() throws Exception {
    assertThat(client.refused("unknown"), is("404 there is no such question: /api/unknown"));
    assertThat(client.refused("audit"), is("400 the parameter from is missing"));
    assertThat(
        client.refused("audit", "from", "x", "to", 5),
        is("400 the parameter from must be a number from 0 to 7258118400000"));
    assertThat(
        client.refused("audit", "from", 6, "to", 5),
        is("400 the range is empty: from must be before to"));
    assertThat(
        client.refused("letters", "from", 0, "to", 33 * 86_400_000L),
        is("400 the range is longer than 32 days"));
    assertThat(
        client.refused("rollup", "contract", "a", "rollup", "b", "from", 1, "to", 2),
        is("400 no contract of --contract has the name a and a roll-up b"));
  }

  @Test
  void withoutClickHouseOneLineSaysSo() throws Exception {
    for (String question : List.of("audit", "letters", "letters/list")) {
      assertThat(
          client.refused(question, "from", 1, "to", 60_001),
          is(
              "503 ClickHouse at http://127.0.0.1:%d does not respond (connection refused)"
                  .formatted(NOBODY)));
    }
    assertThat(client.ask("run").path("known").asBoolean(), is(false));
    assertThat(client.ask("overview").path("database").asText(), is("telemetry"));
    assertThat(client.send("GET", "api/audit?" + RANGE).statusCode(), is(503));
  }

  @Test
  void whatARunAnswersIsReadWithoutClickHouse() throws Exception {
    HttpServer run = HttpServer.create(new InetSocketAddress(Ports.loopback(), 0), 0);
    String metrics =
        """
        # HELP millrace_up 1
        millrace_up 1.0
        millrace_events_read_total{contract="c"} 10.0
        millrace_events_total{contract="c",sink="clickhouse",outcome="accepted"} 6.0
        millrace_events_total{contract="c",sink="clickhouse",outcome="dead"} 1.0
        millrace_events_in_flight{contract="c",sink="clickhouse"} 3.0
        millrace_rows_waiting{contract="c",sink="clickhouse",table="t"} 3.0
        millrace_rows_waiting{contract="c",sink="clickhouse",table="audit"} 0.0
        millrace_rows_waiting_seconds{contract="c",sink="clickhouse",table="t"} 14.5
        millrace_consumer_lag_records{topic="q",partition="0"} 120.0
        millrace_consumer_lag_seconds{topic="q",partition="0"} 7.0
        millrace_freshness_seconds_bucket{contract="c",sink="clickhouse",le="0.5"} 4
        millrace_freshness_seconds_bucket{contract="c",sink="clickhouse",le="+Inf"} 6
        """;
    String line = "ClickHouse table t: 3 rows waiting for 14 s: connection refused";
    answer(run, "/metrics", 200, metrics);
    answer(run, "/healthz", 503, line + "\n");
    run.start();
    String flag = "--metrics=http://127.0.0.1:" + run.getAddress().getPort();
    try (DashboardServer other = DashboardServer.open(config(flag))) {
      JsonNode told = new ApiClient(other).ask("run");
      assertThat(told.path("healthy").asBoolean(), is(false));
      assertThat(told.path("line").asText(), is(line));
      assertThat(told.at("/equations/0/events").asLong(), is(10L));
      assertThat(told.at("/equations/0/outcomes/accepted").asLong(), is(6L));
      assertThat(told.at("/equations/0/in_flight").asLong(), is(3L));
      assertThat(told.path("waiting").size(), is(1));
      assertThat(told.at("/waiting/0/where").asText(), is("t"));
      assertThat(told.at("/waiting/0/seconds").asDouble(), is(14.5));
      assertThat(told.at("/partitions/0/records").asLong(), is(120L));
      assertThat(told.at("/freshness/1/count").asLong(), is(6L));
      run.stop(0);
      assertThat(
          new ApiClient(other).ask("run").path("problem").asText(),
          containsString("The run does not answer at http://127.0.0.1:"));
    } finally {
      run.stop(0);
    }
  }

  private static void answer(HttpServer server, String path, int status, String text) {
    server.createContext(
        path,
        exchange -> {
          exchange.sendResponseHeaders(status, text.length());
          exchange.getResponseBody().write(text.getBytes(UTF_8));
          exchange.close();
        });
  }

  @Test
  void problemsOfFlagsAreReportedTogether() {
    MillraceProcess.Result result =
        MillraceCommand.run(
            "dashboard",
            "--output=kafka://x/y",
            "--contract=missing.yaml",
            "--metrics=ftp://example.com",
            "--port=70000");
    assertThat(result.exitCode(), is(2));
    assertThat(result.err(), containsString("--output"));
    assertThat(result.err(), containsString("missing.yaml"));
    assertThat(
        result.err(),
        containsString("--metrics: expected http://host:port without user and query"));
    assertThat(
        result.err(), containsString("--port: expected a port from 0 to 65535, found `70000`"));
  }

  @Test
  void aPortInUseIsReported() {
    int taken = URI.create(server.address()).getPort();
    MillraceProcess.Result result =
        MillraceCommand.run("dashboard", "--output=clickhouse://127.0.0.1:1/d", "--port=" + taken);
    assertThat(result.exitCode(), is(2));
    assertThat(result.err(), containsString("--port: cannot listen on 127.0.0.1:" + taken));
  }
}
