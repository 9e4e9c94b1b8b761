package io.millrace.local.clickhouse;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.ServerException;
import com.clickhouse.client.api.insert.InsertResponse;
import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.client.api.query.GenericRecord;
import com.clickhouse.client.api.query.QueryResponse;
import com.clickhouse.data.ClickHouseFormat;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The official Java client and the official JDBC driver against the local ClickHouse. */
class ClickHouseClientsIT {
  private static final String USER = "tester";
  private static final String PASSWORD = "it's $ecret";

  @TempDir static Path directory;
  private static HttpFixture clickHouse;

  @BeforeAll
  static void start() {
    clickHouse = new HttpFixture(directory, USER, PASSWORD);
  }

  @AfterAll
  static void stop() {
    clickHouse.close();
  }

  private static Client.Builder client() {
    return new Client.Builder()
        .addEndpoint(clickHouse.server.address())
        .setUsername(USER)
        .setPassword(PASSWORD);
  }

  /** Rows of UInt32, String. */
  private static byte[] rows(int count) {
    ByteBuffer rows = ByteBuffer.allocate(count * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      rows.putInt(i).put((byte) 3).put((byte) '\n').put((byte) '\n').put((byte) i);
    }
    return rows.array();
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, false",
    "true, false, false",
    "true, true, false",
    "true, false, true",
    "true, true, true"
  })
  @SuppressWarnings("try") // close() of an answer may be interrupted
  void clientInsertsAndReads(boolean answers, boolean requests, boolean http) throws Exception {
    String table = "client_" + answers + requests + http;
    // The client's own LZ4 frame writer needs minutes for more rows that are as alike as these.
    int size = requests && http ? 2_000 : 100_000;
    try (Client client =
        client()
            .compressServerResponse(answers)
            .compressClientRequest(requests)
            .useHttpCompression(http)
            .build()) {
      assertThat(client.ping(), is(true));
      client
          .query("CREATE TABLE " + table + " (a UInt32, s String) ENGINE = MergeTree ORDER BY a")
          .get()
          .close();
      InsertSettings settings = new InsertSettings();
      settings.setDeduplicationToken("token");
      try (InsertResponse inserted =
          client
              .insert(
                  table,
                  List.of("a", "s"),
                  new ByteArrayInputStream(rows(size)),
                  ClickHouseFormat.RowBinary,
                  settings)
              .get()) {
        assertThat(inserted.getWrittenRows(), is((long) size));
      }
      List<GenericRecord> all =
          client.queryAll(
              "SELECT count() AS n, sum(a) AS sum, uniqExact(s) AS strings FROM " + table);
      assertThat(all.get(0).getLong("n"), is((long) size));
      assertThat(all.get(0).getLong("sum"), is(size * (size - 1L) / 2));
      assertThat(all.get(0).getLong("strings"), is(256L));
      try (QueryResponse response = client.query("SELECT a FROM " + table + " ORDER BY a").get()) {
        int count = 0;
        var reader = client.newBinaryFormatReader(response);
        while (reader.hasNext()) {
          reader.next();
          assertThat(reader.getLong("a"), is((long) count));
          count++;
        }
        assertThat(count, is(size));
      }
      assertThat(client.getTableSchema(table).getColumns().size(), is(2));
    }
  }

  @Test
  void clientSeesErrorCodes() {
    try (Client client = client().build()) {
      assertThat(code(() -> client.query("SELECT * FROM nosuch").get()), is(60));
      assertThat(
          code(
              () ->
                  client
                      .insert(
                          "nosuch",
                          new ByteArrayInputStream(rows(300_000)),
                          ClickHouseFormat.RowBinary)
                      .get()),
          is(60));
    }
    try (Client client = client().setPassword("wrong").build()) {
      assertThat(code(() -> client.query("SELECT 1").get()), is(516));
    }
  }

  /** The code of the server's error, wherever the client has put it. */
  private static int code(Executable request) {
    for (Throwable e = assertThrows(Exception.class, request); e != null; e = e.getCause()) {
      if (e instanceof ServerException server) {
        return server.getCode();
      }
    }
    return -1;
  }

  private static Connection jdbc() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", USER);
    properties.setProperty("password", PASSWORD);
    return DriverManager.getConnection(
        clickHouse.server.address().replaceFirst("http", "jdbc:clickhouse:http"), properties);
  }

  @Test
  void jdbcWritesAndReadsTypes() throws SQLException {
    Instant now = Instant.parse("2026-01-02T03:04:05.678Z");
    try (Connection connection = jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE jdbc (a UInt32, s String, d Float64, t DateTime64(3, 'UTC'),"
              + " n Nullable(Int64)) ENGINE = MergeTree ORDER BY a");
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO jdbc (a, s, d, t, n) VALUES (?, ?, ?, ?, ?)")) {
        for (int i = 0; i < 1000; i++) {
          insert.setInt(1, i);
          insert.setString(2, "it's\n\n;--" + i);
          insert.setDouble(3, i / 4.0);
          insert.setTimestamp(4, Timestamp.from(now));
          insert.setObject(5, i % 2 == 0 ? null : (Object) (long) i);
          insert.addBatch();
        }
        insert.executeBatch();
      }
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT a, s, d, toUnixTimestamp64Milli(t), n FROM jdbc ORDER BY a")) {
        int count = 0;
        while (rows.next()) {
          assertThat(rows.getInt(1), is(count));
          assertThat(rows.getString(2), is("it's\n\n;--" + count));
          assertThat(rows.getDouble(3), is(count / 4.0));
          assertThat(rows.getLong(4), is(now.toEpochMilli()));
          long nullable = rows.getLong(5);
          assertThat(rows.wasNull(), is(count % 2 == 0));
          assertThat(nullable, is(count % 2 == 0 ? 0L : count));
          count++;
        }
        assertThat(count, is(1000));
      }
      SQLException error =
          assertThrows(SQLException.class, () -> statement.executeQuery("SELECT * FROM nosuch"));
      assertThat(error.getMessage().contains("Code: 60"), is(true));
    }
  }
}
