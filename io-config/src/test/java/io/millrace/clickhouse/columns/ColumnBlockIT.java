package io.millrace.clickhouse.columns;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.fixtures.LocalClickHouseExtension;
import io.millrace.local.clickhouse.LocalClickHouse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine's own rows, taken apart into columns, are the same rows when it reads them. */
@ExtendWith(LocalClickHouseExtension.class)
class ColumnBlockIT {
  private static final String DATABASE = "columns";

  private final HttpClient http = HttpClient.newHttpClient();
  private final ChunkPool chunks = new ChunkPool();

  /** Every type, at the top and nested, with random values of the engine's. */
  @Test
  void randomRowsOfEveryType(LocalClickHouse server) throws Exception {
    List<String> types =
        List.of(
            "Bool",
            "Int8",
            "UInt16",
            "Int32",
            "UInt64",
            "Int128",
            "UInt256",
            "Float32",
            "Float64",
            "Decimal(9, 2)",
            "Decimal(18, 4)",
            "Decimal(38, 10)",
            "Decimal(76, 20)",
            "Date",
            "Date32",
            "DateTime('UTC')",
            "DateTime64(9, 'UTC')",
            "UUID",
            "IPv4",
            "IPv6",
            "FixedString(7)",
            "String",
            "Nullable(String)",
            "Nullable(Int64)",
            "Nullable(UUID)",
            "LowCardinality(String)",
            "LowCardinality(Nullable(String))",
            "LowCardinality(FixedString(2))",
            "LowCardinality(UInt16)",
            "LowCardinality(Nullable(DateTime('UTC')))",
            "Array(String)",
            "Array(Array(Nullable(Int32)))",
            "Array(LowCardinality(String))",
            "Array(LowCardinality(Nullable(String)))",
            "Map(String, String)",
            "Map(String, Array(Float64))",
            "Map(LowCardinality(String), LowCardinality(String))",
            "Map(LowCardinality(String), Map(String, UInt64))");
    String structure =
        IntStream.range(0, types.size())
            .mapToObj(i -> "c" + i + " " + types.get(i))
            .collect(Collectors.joining(", "));
    String rows = "SELECT * FROM generateRandom('%s', %d, 20, 6) LIMIT %d";
    for (int seed = 1; seed <= 4; seed++) {
      sameRows(
          server,
          types,
          rows.formatted(structure.replace("'", "\\'"), seed, seed == 1 ? 1 : 700 * seed));
    }
  }

  /** The numbers of a dictionary have one, two or four bytes. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 254, 255, 256, 257, 65_534, 65_535, 65_536, 65_537, 70_000})
  void dictionariesOfEverySize(int values, LocalClickHouse server) throws Exception {
    List<String> types =
        List.of(
            "LowCardinality(String)",
            "LowCardinality(Nullable(String))",
            "Array(LowCardinality(String))");
    sameRows(
        server,
        types,
        """
        SELECT toLowCardinality(value),
          toLowCardinality(if(number %% 5 = 1, NULL, value)),
          if(number %% 3 = 0, [], [toLowCardinality(value), '', toLowCardinality(value)])
        FROM (SELECT number,
          if(number %% %1$d = 0, '', toString(number * 7919 %% %1$d)) AS value
          FROM numbers(%2$d))"""
            .formatted(values, Math.max(1000, values * 3 / 2)));
  }

  @Test
  void arraysWithoutElements(LocalClickHouse server) throws Exception {
    sameRows(
        server,
        List.of("Array(LowCardinality(String))", "Array(Array(String))", "Map(String, Int32)"),
        "SELECT []::Array(LowCardinality(String)), []::Array(Array(String)), map()::Map(String,"
            + " Int32) FROM numbers(3)");
  }

  /** Longer than a chunk, and around its end. */
  @Test
  void longTexts(LocalClickHouse server) throws Exception {
    sameRows(
        server,
        List.of("String", "Nullable(String)", "LowCardinality(String)"),
        "SELECT randomPrintableASCII(65500 + number) AS a, if(number % 2, NULL, repeat(a, 3)),"
            + " toLowCardinality(a) FROM numbers(80)");
  }

  /** Of these the server compares less than the name. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Enum8('a' = 1)",
        "Array(Enum16('a' = 1))",
        "Map(String, Enum8('a' = 1))",
        "Nullable(Enum8('a' = 1))",
        "Tuple(a Int32, b Int32)",
        "Array(Tuple(a Int32))",
        "JSON",
        "JSON(max_dynamic_paths=8)",
        "Nullable(JSON)",
        "Point",
        "AggregateFunction(sum, UInt64)"
      })
  void someTypesHaveNoColumn(String type) {
    assertThat(ColumnBlock.of(List.of("a", "b"), List.of("String", type), chunks), is(nullValue()));
    assertThat(ColumnBlock.of(List.of("a"), List.of("String"), chunks), is(not(nullValue())));
  }

  /** Twice by the same block, because it is used for every batch. */
  private void sameRows(LocalClickHouse server, List<String> types, String rows) throws Exception {
    List<String> names = IntStream.range(0, types.size()).mapToObj(i -> "c" + i).toList();
    String columns =
        IntStream.range(0, types.size())
            .mapToObj(i -> names.get(i) + " " + types.get(i))
            .collect(Collectors.joining(", "));
    server.query("CREATE DATABASE IF NOT EXISTS " + DATABASE);
    String settings = " SETTINGS allow_suspicious_low_cardinality_types = 1";
    for (String table : List.of("sent", "found")) {
      server.query("DROP TABLE IF EXISTS " + DATABASE + "." + table);
      server.query(
          "CREATE TABLE "
              + DATABASE
              + "."
              + table
              + " ("
              + columns
              + ") ENGINE = Memory"
              + settings);
    }
    server.query("INSERT INTO columns.sent " + rows + settings);
    byte[] rowBinary = post(server, "SELECT * FROM columns.sent FORMAT RowBinary", new byte[0]);
    ColumnBlock block = ColumnBlock.of(names, types, chunks);
    assertThat(block, is(not(nullValue())));
    for (int time = 0; time < 2; time++) {
      block.add(rowBinary, 0, rowBinary.length);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      block.writeTo(out);
      block.clear();
      server.query("TRUNCATE TABLE columns.found");
      post(server, "INSERT INTO columns.found FORMAT Native", out.toByteArray());
      assertThat(hash(server, "found"), is(hash(server, "sent")));
    }
  }

  /** Of the text of every row, because not every type has a hash. */
  private static String hash(LocalClickHouse server, String table) {
    return server.query(
        "SELECT count(), groupBitXor(sipHash64(formatRow('TSV', *))), sum(sipHash64(formatRow("
            + "'TSV', *))) FROM columns."
            + table);
  }

  private byte[] post(LocalClickHouse server, String query, byte[] body)
      throws IOException, InterruptedException {
    String settings =
        ColumnBlock.SETTINGS.stream().map(s -> "&" + s + "=0").collect(Collectors.joining());
    HttpResponse<byte[]> answer =
        http.send(
            HttpRequest.newBuilder(
                    URI.create(
                        server.address()
                            + "/?query="
                            + URLEncoder.encode(query, StandardCharsets.UTF_8)
                            + settings))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(
        new String(answer.body(), StandardCharsets.UTF_8).lines().findFirst().orElse(""),
        answer.statusCode(),
        is(200));
    return answer.body();
  }
}
