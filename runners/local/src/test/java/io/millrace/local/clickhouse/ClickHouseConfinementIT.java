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
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        // Files, by functions
        "497 | SELECT * FROM file('@secret', 'LineAsString')",
        "497 | SELECT * FROM `file`('@secret', 'LineAsString')",
        "497 | SELECT * FROM `@secret`",
        "497 | DESCRIBE TABLE file('@secret')",
        "497 | SELECT * FROM view(SELECT * FROM file('@secret', 'LineAsString'))",
        "1   | CREATE VIEW door AS SELECT * FROM file('@secret', 'LineAsString')",
        "497 | SELECT * FROM loop(file('@secret', 'LineAsString'))",
        "497 | SELECT * FROM filesystem('@out')",
        "497 | SELECT * FROM sqlite('@secret', 't')",
        "497 | SELECT * FROM icebergLocal('@out')",
        "497 | SELECT * FROM deltaLakeLocal('@out')",
        "497 | INSERT INTO FUNCTION file('@out/new', 'CSV', 'a String') VALUES ('x')",
        "497 | INSERT INTO FUNCTION file('@secret', 'CSV', 'a String') SELECT 'x'",
        "395 | SELECT file('@secret')",
        "395 | SELECT `file`('@secret')",
        "497 | SELECT \"fil\\x65\"('@secret')",
        "36  | SELECT file('@secret', '')",
        "395 | INSERT INTO texts VALUES (file('@secret'))",
        "395 | SELECT * FROM format(JSONEachRow, 'a String, b String DEFAULT file(\\'@secret\\')',"
            + " '{\"a\":\"1\"}')",
        "395 | SELECT 1 SETTINGS additional_result_filter = 'file(\\'@secret\\')'",
        "497 | DROP FUNCTION file",
        "497 | CREATE OR REPLACE FUNCTION file AS x -> x",
        "497 | CREATE FUNCTION more AS x -> x",
        // Files, by clauses
        "358 | SELECT 1 INTO OUTFILE '@out/new'",
        "497 | EXPLAIN SELECT 1 INTO\u00a0OUTFILE '@out/new'",
        "358 | EXPLAIN SELECT $'$ $'$ INTO OUTFILE '@out/new' --'",
        "497 | SHOW TABLES INTO/**/OUTFILE\u3000'@out/new'",
        "78  | INSERT INTO texts FROM INFILE '@secret' FORMAT LineAsString",
        "497 | WITH q AS (SELECT 1) INSERT INTO texts FROM INFILE '@secret' FORMAT LineAsString",
        "497 | INSERT INTO texts FROM\u00a0INFILE '@secret' FORMAT LineAsString",
        "62  | SELECT 1\u00a0AS a",
        // Files, by settings
        "452 | SELECT 1 AS a FORMAT Template SETTINGS format_template_resultset = '@secret'",
        "452 | SELECT 1 AS a FORMAT Template SETTINGS format_template_row = '@secret'",
        "452 | SELECT * FROM format(Protobuf, 'x') SETTINGS format_schema = '@secret:A'",
        "452 | SELECT 'x' AS a FORMAT CapnProto SETTINGS output_format_schema = '@out/new'",
        "452 | SELECT * FROM format(CSV, 'a Int8', 'x') SETTINGS"
            + " input_format_record_errors_file_path = '@out/new', input_format_allow_errors_num ="
            + " 1",
        "452 | SELECT 1 SETTINGS dialect = 'prql'",
        "452 | SET allow_experimental_kusto_dialect = 1",
        // Files, by engines and disks
        "497 | CREATE TABLE door (a String) ENGINE = File(CSV, '@out/new')",
        "497 | CREATE TABLE door (a String) ENGINE = FileLog('@out', 'LineAsString')",
        "497 | CREATE TABLE door (a String) ENGINE = EmbeddedRocksDB(0, '@out/new') PRIMARY KEY a",
        "497 | CREATE TABLE door (a String) ENGINE = `EmbeddedRocks\\x44B`(0, '@out/new') PRIMARY"
            + " KEY a",
        "497 | CREATE TEMPORARY TABLE door (a String) ENGINE File(CSV)",
        "497 | CREATE TABLE door (a String) ENGINE = Executable('x.sh', 'CSV')",
        "497 | CREATE TABLE door (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS disk = disk(type ="
            + " local, path = '@out/new/')",
        "497 | CREATE DATABASE door ENGINE = Atomic SETTINGS disk = disk(type = object_storage,"
            + " object_storage_type = local, metadata_type = plain, path = '@out/new/')",
        "497 | CREATE DATABASE door ENGINE = Atomic SETTINGS disk = \"dis\\x6b\"(type ="
            + " object_storage, object_storage_type = local, metadata_type = plain, path ="
            + " '@out/new/')",
        "452 | CREATE TABLE door (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS storage_policy ="
            + " 'other'",
        "497 | CREATE DATABASE door ENGINE = Filesystem('@out')",
        "497 | CREATE DATABASE door ENGINE = SQLite('@out/new')",
        "497 | CREATE DATABASE door ENGINE = Overlay",
        "497 | ATTACH TABLE door UUID 'a1b2c3d4-0000-4000-8000-000000000001' FROM '@out' (a Int8)"
            + " ENGINE = MergeTree ORDER BY a",
        "497 | BACKUP TABLE texts TO File('@out/new')",
        "497 | RESTORE TABLE texts FROM File('@out')",
        // Other servers
        "497 | SELECT * FROM url('http://127.0.0.1:@port/', 'CSV', 'a String')",
        "497 | INSERT INTO FUNCTION url('http://127.0.0.1:@port/', 'CSV', 'a String') VALUES ('x')",
        "497 | SELECT * FROM remote('127.0.0.1:@port', 'default', 'texts')",
        "497 | SELECT * FROM remoteSecure('127.0.0.1:@port', 'default', 'texts')",
        "497 | SELECT * FROM s3('http://127.0.0.1:@port/bucket/a.csv')",
        "497 | SELECT * FROM azureBlobStorage('http://127.0.0.1:@port/', 'a', 'b', 'c', 'ZA==')",
        "497 | SELECT * FROM mysql('127.0.0.1:@port', 'd', 't', 'u', 'p')",
        "497 | SELECT * FROM postgresql('127.0.0.1:@port', 'd', 't', 'u', 'p')",
        "497 | SELECT * FROM mongodb('mongodb://127.0.0.1:@port/d', 'c', 'a String')",
        "497 | SELECT * FROM redis('127.0.0.1:@port', 'a', 'a String')",
        "497 | SELECT * FROM hdfs('hdfs://127.0.0.1:@port/a', 'CSV', 'a String')",
        "497 | SELECT * FROM jdbc('DSN=a', 'b', 'c')",
        "497 | SELECT * FROM odbc('DSN=a', 'b', 'c')",
        "497 | SELECT * FROM hudi('http://127.0.0.1:@port/bucket/a/')",
        "701 | SELECT * FROM clusterAllReplicas('default', system.one)",
        "701 | SELECT * FROM s3Cluster('default', 'http://127.0.0.1:@port/bucket/a.csv')",
        "701 | SELECT * FROM urlCluster('default', 'http://127.0.0.1:@port/', 'CSV', 'a String')",
        "497 | CREATE TABLE door (a String) ENGINE = URL('http://127.0.0.1:@port/', 'CSV')",
        "497 | CREATE TABLE door (a String) ENGINE = Kafka('127.0.0.1:@port', 't', 'g', 'CSV')",
        "497 | CREATE TABLE door (a String) ENGINE = S3('http://127.0.0.1:@port/bucket/a.csv',"
            + " 'CSV')",
        "497 | CREATE TABLE door (a String) ENGINE = MySQL('127.0.0.1:@port', 'd', 't', 'u', 'p')",
        "497 | CREATE DATABASE door ENGINE = MySQL('127.0.0.1:@port', 'd', 'u', 'p')",
        "497 | CREATE DATABASE door ENGINE = PostgreSQL('127.0.0.1:@port', 'd', 'u', 'p')",
        "497 | CREATE DATABASE door ENGINE = DataLakeCatalog('http://127.0.0.1:@port/')",
        "497 | CREATE DICTIONARY door (a String) PRIMARY KEY a SOURCE(HTTP(url"
            + " 'http://127.0.0.1:@port/' format 'CSV')) LAYOUT(COMPLEX_KEY_HASHED()) LIFETIME(0)",
        "497 | CREATE TABLE door (a Int8) ENGINE = MergeTree ORDER BY a SETTINGS disk = disk(type ="
            + " web, endpoint = 'http://127.0.0.1:@port/')",
        "497 | RESTORE TABLE texts FROM S3('http://127.0.0.1:@port/bucket/a/', 'a', 'b')",
        "452 | SELECT * FROM format(AvroConfluent, 'a String', '\\0\\0\\0\\0\\1x') SETTINGS"
            + " format_avro_schema_registry_url = 'http://127.0.0.1:@port/'",
        "497 | CREATE NAMED COLLECTION door AS url = 'http://127.0.0.1:@port/'",
        // Rights and the process
        "497 | GRANT ALL ON *.* TO default",
        "497 | CREATE USER other",
        "497 | SYSTEM SHUTDOWN",
        "497 | SELECT 1 PARALLEL WITH RESTORE TABLE texts FROM File('@out')",
        "1   | SELECT * FROM executable('../../../bin/ls', 'CSV', 'a String')",
      })
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
