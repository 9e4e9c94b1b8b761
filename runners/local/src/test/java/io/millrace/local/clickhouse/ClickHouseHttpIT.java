package io.millrace.local.clickhouse;

import static io.millrace.local.clickhouse.HttpFixture.header;
import static io.millrace.local.clickhouse.HttpFixture.text;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.startsWith;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client of the real server's HTTP interface relies on, with plain HTTP requests. */
class ClickHouseHttpIT {
  @TempDir static Path directory;
  private static HttpFixture clickHouse;

  @BeforeAll
  static void start() {
    clickHouse = new HttpFixture(directory);
  }

  @AfterAll
  static void stop() {
    clickHouse.close();
  }

  private static String query(String sql) {
    return clickHouse.server.query(sql).strip();
  }

  private static void table(String name, String columns) {
    query("CREATE TABLE " + name + " (" + columns + ") ENGINE = MergeTree ORDER BY tuple()");
  }

  private static int get(String path) {
    try {
      return clickHouse
          .http
          .send(
              HttpRequest.newBuilder(URI.create(clickHouse.server.address() + path)).build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void healthPaths() {
    assertThat(get("/ping"), is(200));
    assertThat(get("/"), is(200));
    assertThat(get("/replicas_status"), is(200));
    assertThat(get("/nosuch"), is(404));
    HttpRequest.Builder head =
        HttpRequest.newBuilder().method("HEAD", HttpRequest.BodyPublishers.noBody());
    assertThat(clickHouse.send(head).statusCode(), is(200));
  }

  @Test
  void answersWithHeaders() {
    HttpResponse<byte[]> response =
        clickHouse.post("SELECT 1 AS a FORMAT JSONEachRow", "query_id", "my-id");
    assertThat(response.statusCode(), is(200));
    assertThat(text(response), is("{\"a\":1}\n"));
    assertThat(header(response, "X-ClickHouse-Query-Id"), is("my-id"));
    assertThat(header(response, "X-ClickHouse-Format"), is("JSONEachRow"));
    assertThat(header(response, "X-ClickHouse-Timezone").isEmpty(), is(false));
    assertThat(header(response, "X-ClickHouse-Server-Display-Name"), is("millrace"));
    assertThat(header(response, "X-ClickHouse-Summary"), containsString("\"read_rows\":\"1\""));
  }

  @Test
  void formatComesFromQueryThenHeaderThenParameter() {
    HttpRequest.Builder request =
        HttpRequest.newBuilder()
            .header("X-ClickHouse-Format", "CSV")
            .POST(HttpRequest.BodyPublishers.ofString("SELECT 'a', 1"));
    assertThat(text(clickHouse.send(request, "default_format", "JSON")), is("\"a\",1\n"));
    assertThat(text(clickHouse.post("SELECT 1", "default_format", "RowBinary")), is("\u0001"));
  }

  @Test
  void queryParameterAndBodyAreOneText() {
    assertThat(text(clickHouse.post("1 + 1", "query", "SELECT")), is("2\n"));
    table("both", "a Int32");
    clickHouse.post("(1),(2)", "query", "INSERT INTO both VALUES");
    clickHouse.post("3\n", "query", "INSERT INTO both FORMAT TSV\n");
    assertThat(query("SELECT sum(a) FROM both"), is("6"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "selec 1 | 400 | 62",
        "SELECT 1; SELECT 2 | 400 | 62",
        "SELECT * FROM nosuch | 404 | 60",
        "SELECT * FROM nosuch.t | 404 | 81",
        "SELECT nosuch(1) | 404 | 46",
        "SELECT x | 404 | 47",
        "SELECT 1 FORMAT Nosuch | 404 | 73",
        "SELECT 1 SETTINGS nosuch = 1 | 404 | 115",
        "SELECT toInt32('x') | 400 | 6",
        "SELECT throwIf(number = 300000) FROM numbers(1000000) | 500 | 395",
        "SELECT number FROM system.numbers FORMAT Null SETTINGS max_execution_time = 0.2 | 408 | 159",
        "CREATE TABLE default.x (a Int8) ENGINE = Nosuch | 403 | 497",
        "SELECT 1 INTO OUTFILE 'x' | 500 | 358",
        "INSERT INTO nosuch VALUES (1) | 404 | 60",
      })
  void errorsHaveTheirStatus(String sql, int status, String code) {
    HttpResponse<byte[]> response = clickHouse.post(sql);
    assertThat(text(response), startsWith("Code: " + code + ". DB::"));
    assertThat(text(response), containsString(") (version "));
    assertThat(response.statusCode(), is(status));
    assertThat(header(response, "X-ClickHouse-Exception-Code"), is(code));
  }

  @Test
  void getChangesNothing() {
    HttpResponse<byte[]> insert =
        clickHouse.send(
            HttpRequest.newBuilder().GET(), "query", "CREATE TABLE viaget (a Int8) ENGINE=Memory");
    assertThat(header(insert, "X-ClickHouse-Exception-Code"), is("164"));
    assertThat(query("EXISTS TABLE viaget"), is("0"));
    assertThat(
        text(clickHouse.send(HttpRequest.newBuilder().GET(), "query", "SELECT 5")), is("5\n"));
  }

  @Test
  void settingsHoldForOneRequest() {
    String sql = "SELECT getSetting('max_threads')";
    assertThat(text(clickHouse.post(sql, "max_threads", "7")), is("7\n"));
    assertThat(text(clickHouse.post(sql)).equals("7\n"), is(false));
    assertThat(
        header(clickHouse.post(sql, "nosuch", "7"), "X-ClickHouse-Exception-Code"), is("115"));
    assertThat(
        header(clickHouse.post(sql, "a=1,b", "7"), "X-ClickHouse-Exception-Code"), is("115"));
  }

  @Test
  void databaseAndParameters() {
    query("CREATE DATABASE other");
    assertThat(
        text(clickHouse.post("SELECT currentDatabase()", "database", "other")), is("other\n"));
    assertThat(query("SELECT currentDatabase()"), is("default"));
    assertThat(clickHouse.post("SELECT 1", "database", "nosuch").statusCode(), is(404));
    assertThat(
        text(
            clickHouse.post(
                "SELECT {a:UInt8} + 1, {s:String}", "param_a", "4", "param_s", "it's \\n")),
        is("5\tit\\'s \\n\n"));
  }

  @Test
  void sessionsKeepTemporaryTablesAndSet() {
    clickHouse.post("CREATE TEMPORARY TABLE mine (a Int32)", "session_id", "s1");
    clickHouse.post("INSERT INTO mine VALUES (42)", "session_id", "s1");
    assertThat(text(clickHouse.post("SELECT a FROM mine", "session_id", "s1")), is("42\n"));
    assertThat(clickHouse.post("SELECT a FROM mine").statusCode(), is(404));
    assertThat(clickHouse.post("SELECT a FROM mine", "session_id", "s2").statusCode(), is(404));
    clickHouse.post("SET max_threads = 3", "session_id", "s1");
    String threads = "SELECT getSetting('max_threads')";
    assertThat(text(clickHouse.post(threads, "session_id", "s1", "max_threads", "5")), is("5\n"));
    assertThat(text(clickHouse.post(threads, "session_id", "s1")), is("3\n"));
    assertThat(
        header(
            clickHouse.post("SELECT 1", "session_id", "none", "session_check", "1"),
            "X-ClickHouse-Exception-Code"),
        is("372"));
  }

  @Test
  void httpCompressionBothWays() throws IOException {
    table("zipped", "a UInt32");
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(body)) {
      gzip.write("1\n2\n".getBytes(StandardCharsets.UTF_8));
    }
    HttpRequest.Builder insert =
        HttpRequest.newBuilder()
            .header("Content-Encoding", "gzip")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()));
    assertThat(text(clickHouse.send(insert, "query", "INSERT INTO zipped FORMAT TSV")), is(""));
    HttpRequest.Builder select =
        HttpRequest.newBuilder()
            .header("Accept-Encoding", "gzip")
            .POST(HttpRequest.BodyPublishers.ofString("SELECT sum(a) FROM zipped"));
    HttpResponse<byte[]> response = clickHouse.send(select, "enable_http_compression", "1");
    assertThat(header(response, "Content-Encoding"), is("gzip"));
    try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
      assertThat(new String(plain.readAllBytes(), StandardCharsets.UTF_8), is("3\n"));
    }
    HttpRequest.Builder unknown =
        HttpRequest.newBuilder()
            .header("Content-Encoding", "br")
            .POST(HttpRequest.BodyPublishers.ofString("x"));
    assertThat(clickHouse.send(unknown).statusCode(), is(400));
    assertThat(
        clickHouse.post("no blocks, but long enough to be read", "decompress", "1").statusCode(),
        is(500));
  }

  @Test
  void longQueriesHoldUpNothing() {
    table("meanwhile", "a Int32");
    List<CompletableFuture<HttpResponse<byte[]>>> slow = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    // 15 s, in blocks that may each sleep for up to 3: a busy machine takes its time to start all.
    String query =
        "SELECT sleepEachRow(1), 'slow' FROM numbers(15) SETTINGS max_block_size = 1,"
            + " max_threads = 1";
    long begin = System.nanoTime();
    for (int i = 0; i < 8; i++) {
      slow.add(CompletableFuture.supplyAsync(() -> clickHouse.post(query), threads));
    }
    threads.shutdown();
    HttpFixture.await(
        "all run",
        () ->
            query("SELECT count() FROM system.processes WHERE query LIKE 'SELECT sleepEachRow(1)%'")
                .equals("8"));
    assertThat(get("/ping"), is(200));
    query("INSERT INTO meanwhile VALUES (1)");
    assertThat(query("SELECT count() FROM meanwhile"), is("1"));
    assertThat(slow.stream().noneMatch(CompletableFuture::isDone), is(true));
    slow.forEach(answer -> assertThat(answer.join().statusCode(), is(200)));
    // One after the other would take two minutes.
    assertThat((System.nanoTime() - begin) / 1_000_000_000L, lessThan(60L));
  }

  @Test
  void killFindsAQueryByTheClientsId() {
    CompletableFuture<HttpResponse<byte[]>> endless =
        CompletableFuture.supplyAsync(
            () ->
                clickHouse.post(
                    "SELECT count() FROM system.numbers WHERE NOT ignore(sipHash64(number))",
                    "query_id",
                    "endless"));
    HttpFixture.await(
        "the query runs",
        () ->
            query("SELECT count() FROM system.processes WHERE query LIKE '%ignore%'").equals("2"));
    query("KILL QUERY WHERE query_id = 'endless' SYNC");
    assertThat(header(endless.join(), "X-ClickHouse-Exception-Code"), is("394"));
  }

  @Test
  void administration() {
    table("parts", "a Int32");
    query("SYSTEM STOP MERGES parts");
    query("INSERT INTO parts VALUES (1)");
    query("INSERT INTO parts VALUES (2)");
    assertThat(query("SELECT count() FROM system.parts WHERE table = 'parts' AND active"), is("2"));
    query("SYSTEM START MERGES parts");
    query("SYSTEM FLUSH LOGS");
    query("CREATE VIEW seen AS SELECT sum(a) AS s FROM parts");
    assertThat(query("SELECT s FROM seen"), is("3"));
    query("DROP TABLE parts SYNC");
    assertThat(query("EXISTS TABLE parts"), is("0"));
    table("parts", "a Int32");
    assertThat(query("SELECT count() FROM parts"), is("0"));
  }

  @Test
  void basicAuthorisationOfTheDefaultUser() {
    String right = Base64.getEncoder().encodeToString("default:".getBytes(StandardCharsets.UTF_8));
    HttpRequest.Builder request =
        HttpRequest.newBuilder()
            .header("Authorization", "Basic " + right)
            .POST(HttpRequest.BodyPublishers.ofString("SELECT 1"));
    assertThat(clickHouse.send(request).statusCode(), is(200));
    HttpResponse<byte[]> wrong = clickHouse.post("SELECT 1", "user", "nobody");
    assertThat(wrong.statusCode(), is(403));
    assertThat(header(wrong, "X-ClickHouse-Exception-Code"), is("516"));
  }

  @Test
  void largeResultsAreStreamed() {
    // 0.6 GB through a JVM of 512 MB
    long begin = System.nanoTime();
    long[] size = new long[1];
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(clickHouse.server.address()))
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "SELECT repeat('x', 600) FROM numbers(1000000) FORMAT RowBinary"))
            .build();
    clickHouse
        .http
        .sendAsync(
            request,
            HttpResponse.BodyHandlers.ofByteArrayConsumer(
                bytes -> bytes.ifPresent(part -> size[0] += part.length)))
        .join();
    assertThat(size[0], is(602_000_000L));
    System.out.printf("0.6 GB result in %.1f s%n", (System.nanoTime() - begin) / 1e9);
    assertThat(query("SELECT 1"), is("1"));
  }
}
