package io.millrace.local.clickhouse;

import static io.millrace.local.clickhouse.HttpFixture.header;
import static io.millrace.local.clickhouse.HttpFixture.text;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Inserts as a client of the real server sends them, with plain HTTP requests. */
class ClickHouseInsertIT {
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

  @Test
  void insertFormats() {
    table("formats", "a UInt8, s String");
    byte[] rowBinary = {1, 3, '\n', '\n', 0};
    clickHouse.post(rowBinary, "query", "INSERT INTO formats FORMAT RowBinary");
    clickHouse.post("INSERT INTO formats FORMAT JSONEachRow {\"a\":2,\"s\":\"x\"}\n\n{\"a\":3}");
    clickHouse.post("INSERT INTO formats (s, a) FORMAT CSV\n\"q,\"\"\n\n\",4\n");
    clickHouse.post("INSERT INTO formats FORMAT TSV\n5\ta\\n\\nb\n");
    clickHouse.post("INSERT INTO formats VALUES (6, 'it''s;'), (7, concat('a', 'b'));");
    byte[] typed =
        clickHouse
            .post("SELECT toUInt8(8) AS a, 'n' AS s FORMAT RowBinaryWithNamesAndTypes")
            .body();
    clickHouse.post(typed, "query", "INSERT INTO formats FORMAT RowBinaryWithNamesAndTypes");
    byte[] nativeBlock = clickHouse.post("SELECT toUInt8(9) AS a, 'm' AS s FORMAT Native").body();
    clickHouse.post(nativeBlock, "query", "INSERT INTO formats FORMAT Native");
    clickHouse.post(
        "10\tx\n",
        "query",
        "INSERT INTO formats SELECT a + 1, s FROM input('a UInt8, s String') FORMAT TSV");
    query("INSERT INTO formats SELECT a + 100, s FROM formats WHERE a = 9");
    assertThat(
        query("SELECT a, hex(s) FROM formats ORDER BY a FORMAT TSV"),
        is(
            """
            1\t0A0A00
            2\t78
            3\t
            4\t712C220A0A
            5\t610A0A62
            6\t697427733B
            7\t6162
            8\t6E
            9\t6D
            11\t78
            109\t6D"""));
  }

  @Test
  void insertWithSettingsAndToken() {
    query(
        "CREATE TABLE dedupe (a Int32) ENGINE = MergeTree ORDER BY a"
            + " SETTINGS non_replicated_deduplication_window = 100");
    for (int i = 0; i < 3; i++) {
      HttpResponse<byte[]> response =
          clickHouse.post(
              "INSERT INTO dedupe SETTINGS async_insert = 1 VALUES (1), (2)",
              "insert_deduplication_token",
              "same token's");
      assertThat(text(response), is(""));
    }
    assertThat(query("SELECT count() FROM dedupe"), is("2"));
    clickHouse.post("INSERT INTO dedupe VALUES (1), (2)", "insert_deduplication_token", "other");
    assertThat(query("SELECT count() FROM dedupe"), is("4"));
  }

  @Test
  void refusedDataInsertsNothing() {
    table("whole", "a UInt32");
    byte[] ragged = new byte[4 * 1000 + 1];
    HttpResponse<byte[]> response =
        clickHouse.post(ragged, "query", "INSERT INTO whole FORMAT RowBinary");
    assertThat(header(response, "X-ClickHouse-Exception-Code"), is("33"));
    assertThat(query("SELECT count() FROM whole"), is("0"));
  }

  @ParameterizedTest
  @CsvSource({"Content-Length: 400000", "Transfer-Encoding: chunked"})
  void truncatedBodyInsertsNothing(String framing) throws IOException {
    String table = "cut" + framing.length();
    table(table, "a UInt32");
    URI uri = URI.create(clickHouse.server.address());
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST /?query=INSERT+INTO+"
                  + table
                  + "+FORMAT+RowBinary HTTP/1.1\r\nHost: localhost\r\n"
                  + framing
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      if (framing.startsWith("Transfer")) {
        out.write("30d40\r\n".getBytes(StandardCharsets.US_ASCII)); // 200 000
      }
      out.write(new byte[200_000]);
      if (framing.startsWith("Transfer")) {
        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
      }
      out.flush();
      // Only a client that dies after the server has begun to read shows anything.
      HttpFixture.await("the body is being spooled", () -> !spooled().isEmpty());
    }
    HttpFixture.await("the spool file is deleted", () -> spooled().isEmpty());
    assertThat(query("SELECT count() FROM " + table), is("0"));
  }

  /** Files of requests: in the memory of the server, and on disk. */
  private static List<Path> spooled() {
    List<Path> spooled = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory.resolve("clickhouse").resolve("spool"))) {
      files.forEach(spooled::add);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    ProcessHandle.current()
        .descendants()
        .forEach(
            process -> {
              Path descriptors = Path.of("/proc", Long.toString(process.pid()), "fd");
              try (Stream<Path> open = Files.list(descriptors)) {
                open.filter(ClickHouseInsertIT::isInMemory).forEach(spooled::add);
              } catch (IOException | UncheckedIOException e) {
                // The process has ended, or this system has no such directory.
              }
            });
    return spooled;
  }

  private static boolean isInMemory(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("/memfd:spool");
    } catch (IOException e) {
      // Closed meanwhile
      return false;
    }
  }

  /** Small bodies stay in memory, this one goes on in a file. */
  @Test
  void aBodyMayBeLargerThanIsKeptInMemory() throws Exception {
    clickHouse.post("CREATE TABLE large (s String) ENGINE = Memory");
    int megabyte = 1 << 20;
    int rows = 130;
    byte[] row = new byte[megabyte + 3];
    // Its length, in seven bits a byte.
    row[0] = (byte) 0x80;
    row[1] = (byte) 0x80;
    row[2] = 0x40;
    byte[] body = new byte[rows * row.length];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(row, 0, body, i * row.length, row.length);
    }
    clickHouse.post(body, "query", "INSERT INTO large FORMAT RowBinary");
    assertThat(
        text(clickHouse.post("SELECT count(), sum(length(s)) FROM large")),
        is(rows + "\t" + (long) rows * megabyte + "\n"));
  }
}
