package io.millrace.local.clickhouse;

import static io.millrace.local.clickhouse.HttpFixture.header;
import static io.millrace.local.clickhouse.HttpFixture.text;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.millrace.local.process.Lifetime;
import io.millrace.local.process.Ports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The local ClickHouse is no door into the computer that it runs on: each test tries to read or
 * write a file outside of the stack, to call another server, or to speak as a web page can.
 *
 * <p>In statements, {@code @out} is a directory outside of the stack, {@code @secret} a file in it,
 * {@code @port} the port of a server that counts who calls.
 */
class ClickHouseConfinementIT {
  private static final String SECRET = "the-content-of-a-file";

  @TempDir static Path directory;
  private static HttpFixture clickHouse;
  private static Path outside;
  private static ServerSocket other;
  private static volatile boolean called;

  @BeforeAll
  static void start() throws IOException {
    outside = Files.createDirectories(directory.resolve("outside"));
    Files.writeString(outside.resolve("secret"), SECRET + "\n");
    clickHouse = new HttpFixture(Files.createDirectories(directory.resolve("stack")));
    other = new ServerSocket();
    other.bind(new InetSocketAddress(Ports.loopback(), 0));
    Thread counts = new Thread(ClickHouseConfinementIT::count, "called");
    counts.setDaemon(true);
    counts.start();
    query("CREATE TABLE texts (a String) ENGINE = MergeTree ORDER BY a");
  }

  @AfterAll
  static void stop() throws IOException {
    clickHouse.close();
    other.close();
  }

  private static void count() {
    while (!other.isClosed()) {
      try (Socket caller = other.accept()) {
        called |= caller.isConnected();
      } catch (IOException e) {
        return; // Closed at the end of the tests.
      }
    }
  }

  private static String query(String sql) {
    return clickHouse.server.query(sql).strip();
  }

  private static String placed(String sql) {
    return sql.replace("@out", outside.toString())
        .replace("@secret", outside.resolve("secret").toString())
        .replace("@port", String.valueOf(other.getLocalPort()));
  }

  private static Set<Path> filesOutside() throws IOException {
    try (Stream<Path> files = Files.walk(outside)) {
      return new HashSet<>(files.toList());
    }
  }

  /** Nothing came of it: no file's content, no new file, no call, no row. */
  private static void assertHarmless(HttpResponse<byte[]> response) throws IOException {
    assertThat(text(response), not(containsString(SECRET)));
    assertThat(filesOutside(), is(Set.of(outside, outside.resolve("secret"))));
    assertThat(Files.readString(outside.resolve("secret")), is(SECRET + "\n"));
    assertThat("another server was called", called, is(false));
    assertThat(query("SELECT count() FROM texts"), is("0"));
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/confinement.txt", delimiter = '|', quoteCharacter = '\u0001')
  void statementsStayInside(int code, String sql) throws IOException {
    HttpResponse<byte[]> response = clickHouse.post(placed(sql));
    assertThat(text(response), startsWith("Code: " + code + ". DB::"));
    assertHarmless(response);
  }

  /** Whatever engine a later library brings: it is closed until it has been looked at. */
  @Test
  void everyEngineIsLookedAt() {
    Set<String> open = new TreeSet<>();
    for (String engine :
        query("SELECT name FROM system.table_engines ORDER BY name FORMAT TSVRaw")
            .split("\n", -1)) {
      String answer = text(clickHouse.post("CREATE TABLE door (a String) ENGINE = " + engine));
      if (!answer.startsWith("Code: 497. ")) {
        open.add(engine);
        query("DROP TABLE IF EXISTS door");
      }
    }
    assertThat(
        open,
        is(
            Set.of(
                "AggregatingMergeTree",
                "Alias",
                "Buffer",
                "CoalescingMergeTree",
                "CollapsingMergeTree",
                "GenerateRandom",
                "GraphiteMergeTree",
                "Join",
                "Log",
                "MaterializedView",
                "Memory",
                "Merge",
                "MergeTree",
                "Null",
                "ReplacingMergeTree",
                "Set",
                "StripeLog",
                "SummingMergeTree",
                "TinyLog",
                "VersionedCollapsingMergeTree",
                "View",
                "WindowView")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CSV INTO OUTFILE '/nosuch/new'",
        "CSV SETTINGS dialect='prql'",
        "LineAsString FROM INFILE '/etc/passwd'"
      })
  void theFormatIsNotMoreThanAName(String format) throws IOException {
    assertThat(
        text(clickHouse.post("SELECT 1", "default_format", format)), startsWith("Code: 73."));
    assertThat(
        text(clickHouse.post("INSERT INTO texts", "default_format", format)),
        anyOf(startsWith("Code: 73."), startsWith("Code: 108.")));
    assertHarmless(clickHouse.post("SELECT 1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'a String) ENGINE = EmbeddedRocksDB(0, \\'@out/new\\') PRIMARY KEY (a'",
        "'a String) AS SELECT 1 INTO OUT\\x46ILE \\'@out/new\\' --'",
        "'a String) #!'",
      })
  void theStructureOfInputIsNotMoreThanColumns(String structure) throws IOException {
    HttpResponse<byte[]> response =
        clickHouse.post(
            "x\n",
            "query",
            placed("INSERT INTO texts SELECT a FROM input(" + structure + ") FORMAT TSV"));
    assertThat(text(response), startsWith("Code: 36. "));
    assertHarmless(response);
  }

  @Test
  void whatIsAllowedStillWorks() {
    query("CREATE DATABASE inside");
    query("CREATE TABLE inside.t (disk String, engine String) ENGINE = Memory");
    query("INSERT INTO inside.t VALUES (concat('in', 'side'), 'file(x)')");
    assertThat(
        query("SELECT disk, engine FROM inside.t WHERE disk = 'inside' AND engine LIKE 'fi%'"),
        is("inside\tfile(x)"));
    query("DETACH TABLE inside.t");
    query("ATTACH TABLE inside.t");
    query("CREATE TABLE inside.parts (a Int8) ENGINE = MergeTree ORDER BY a PARTITION BY a");
    query("INSERT INTO inside.parts VALUES (1)");
    query("ALTER TABLE inside.parts DETACH PARTITION 1");
    query("ALTER TABLE inside.parts ATTACH PARTITION 1");
    assertThat(query("SELECT count() FROM inside.parts"), is("1"));
    assertThat(query("SELECT 'über' AS `Größe` -- schön"), is("über"));
  }

  private static String exchange(String path, List<String> headers, String body)
      throws IOException {
    URI uri = URI.create(clickHouse.server.address());
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      String request =
          (body.isEmpty() ? "GET " : "POST ")
              + path
              + " HTTP/1.1\r\n"
              + String.join("\r\n", headers).replace("@port", String.valueOf(uri.getPort()))
              + "\r\nContent-Length: "
              + body.length()
              + "\r\nConnection: close\r\n\r\n"
              + body;
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "403 | Host: evil.example",
        "403 | Host: evil.example:@port",
        "403 | Host: 127.0.0.1.evil.example:@port",
        "403 | Host: localhost.evil.example",
        "403 | Host: 127.0.0.1:@port; Host: evil.example",
        "403 | Host: 127.0.0.1:@port; Origin: http://evil.example; Content-Type: text/plain",
        "403 | Host: 127.0.0.1:@port; Origin: null",
        "403 | Host: 127.0.0.1:@port; Origin: http://127.0.0.1:8080",
        "403 | Host: 127.0.0.1:@port; Origin: https://127.0.0.1:@port",
        "403 | Host: 127.0.0.1:@port; Sec-Fetch-Site: cross-site",
        "403 | Host: localhost:@port; Sec-Fetch-Site: same-site",
        "403 | Accept: */*",
        "200 | Host: 127.0.0.1:@port",
        "200 | Host: LocalHost:@port",
        "200 | Host: [::1]:@port",
        "200 | Host: localhost",
        "200 | Host: 127.0.0.1:4711",
        "200 | Host: 127.0.0.1:@port; Origin: http://127.0.0.1:@port; Sec-Fetch-Site: same-origin",
        "200 | Host: 127.0.0.1:@port; Sec-Fetch-Site: none",
      })
  void webPagesAreRefused(int status, String headers) throws IOException {
    List<String> lines = List.of(headers.split("; "));
    for (String answer :
        List.of(
            exchange("/", lines, "SELECT 12345"),
            exchange("/?query=SELECT+12345", lines, ""),
            exchange("/ping", lines, ""))) {
      assertThat(answer, startsWith("HTTP/1.1 " + status + " "));
      assertThat(answer, not(containsString("Access-Control-Allow-Origin")));
      if (status == 403) {
        assertThat(answer, not(containsString("12345")));
      }
    }
  }

  @Test
  void withoutThePasswordNothingIsAnswered() throws IOException {
    try (HttpFixture locked =
        new HttpFixture(
            Files.createDirectories(directory.resolve("locked")), "default", "a password")) {
      assertThat(locked.server.query("SELECT 1"), is("1\n"));
      for (HttpResponse<byte[]> refused :
          List.of(
              locked.post("SELECT 12345"),
              locked.post("SELECT 12345", "user", "default"),
              locked.post("SELECT 12345", "password", "another"))) {
        assertThat(refused.statusCode(), is(403));
        assertThat(header(refused, "X-ClickHouse-Exception-Code"), is("516"));
        assertThat(text(refused), not(containsString("12345")));
      }
    }
  }

  /** As in the measurements, where a contender is ClickHouse's own reader. */
  @Test
  void kafkaTablesCanBeMadeWhereTheyAreAllowed() throws IOException {
    try (LocalClickHouse reader =
        LocalClickHouse.create(
            Files.createDirectories(directory.resolve("reader")),
            0,
            Lifetime.WITH_PARENT,
            "bench",
            "a password",
            Optional.empty(),
            true,
            "",
            line -> {})) {
      reader.start();
      reader.query("CREATE TABLE taken (raw String) ENGINE = MergeTree ORDER BY raw");
      reader.query(
          "CREATE TABLE topic (raw String) ENGINE = Kafka SETTINGS kafka_broker_list ="
              + " '127.0.0.1:1', kafka_topic_list = 't', kafka_group_name = 'g', kafka_format ="
              + " 'RawBLOB'");
      reader.query("CREATE MATERIALIZED VIEW takes TO taken AS SELECT raw FROM topic");
      assertThat(reader.query("SELECT count() FROM taken"), is("0\n"));
      reader.query("DROP TABLE takes SYNC");
      reader.query("DROP TABLE topic SYNC");
    }
  }
}
