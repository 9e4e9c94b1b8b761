package io.millrace.lookup.parquet;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.Lookup;
import io.millrace.contract.OnFailure;
import io.millrace.lookup.LookupException;
import io.millrace.lookup.LookupIndex;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParquetLoaderTest {
  private static final long ROOM = 16 << 20;
  private static final String USERS =
      """
      message users {
        optional binary id (STRING);
        optional binary country (STRING);
        optional group plan { optional int32 level; optional int64 since (TIMESTAMP(MILLIS,true)); }
        repeated binary tags (STRING);
      }
      """;

  private static LookupIndex load(byte[] file, String key, long room, String... sources)
      throws IOException, LookupException {
    List<Lookup.Column> columns =
        Stream.of(sources).map(source -> new Lookup.Column("c_" + source, source)).toList();
    return new ParquetLoader()
        .load(
            new Lookup(
                "users",
                Lookup.Kind.PARQUET,
                "file:///users.parquet",
                "id",
                key,
                columns,
                Duration.ofHours(1),
                OnFailure.NULL,
                room,
                Map.of()),
            columns.stream()
                .map(
                    c -> FieldDefinition.added(c.name(), FieldType.STRING, false, 0, 0, null, true))
                .toList(),
            new ByteArrayInputStream(file));
  }

  private static String problem(byte[] file, String key, String... sources) {
    return assertThrows(LookupException.class, () -> load(file, key, ROOM, sources)).getMessage();
  }

  private static String found(LookupIndex index, String key) {
    @Nullable Object[] values = index.find(key);
    return values == null ? "none" : Arrays.toString(values);
  }

  private static byte[] users(TestParquet file, int rows) throws IOException {
    for (int i = 0; i < rows; i++) {
      int number = i;
      file.row(
          row -> {
            row.append("id", "u" + number);
            if (number % 3 != 0) {
              row.append("country", "land-" + number % 7);
            }
            if (number % 5 != 0) {
              row.addGroup("plan").append("level", number).append("since", 1000L * number);
            }
            row.append("tags", "a").append("tags", "b");
          });
    }
    return file.bytes();
  }

  @ParameterizedTest
  @CsvSource({
    "UNCOMPRESSED, PARQUET_1_0, true",
    "SNAPPY, PARQUET_1_0, true",
    "SNAPPY, PARQUET_2_0, true",
    "SNAPPY, PARQUET_2_0, false",
    "GZIP, PARQUET_1_0, false",
    "GZIP, PARQUET_2_0, true",
    "ZSTD, PARQUET_1_0, true",
    "ZSTD, PARQUET_2_0, false",
  })
  void readsRowGroupsAndPages(CompressionCodecName codec, WriterVersion version, boolean dictionary)
      throws Exception {
    byte[] file = users(new TestParquet(USERS, codec, version, dictionary), 3_000);
    assertThat(ParquetFile.open(file, file.length).rowGroups(), greaterThan(1));
    LookupIndex index = load(file, "id", ROOM, "country", "plan.level", "plan.since");
    assertThat(index.rows(), is(3_000L));
    for (int i = 0; i < 3_000; i++) {
      String country = i % 3 == 0 ? "null" : "land-" + i % 7;
      String plan =
          i % 5 == 0 ? "null, null" : i + ", " + java.time.Instant.ofEpochMilli(1000L * i);
      assertThat(found(index, "u" + i), is("[" + country + ", " + plan + "]"));
    }
    assertThat(found(index, "u3000"), is("none"));
  }

  @Test
  void readsEachType() throws Exception {
    byte[] nanosAndDay =
        ByteBuffer.allocate(12)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(1_500_000_000L)
            .putInt(2_440_589)
            .array();
    byte[] uuid = ByteBuffer.allocate(16).putLong(0x0123456789abcdefL).putLong(-1).array();
    byte[] file =
        TestParquet.of(
                """
                message all {
                  required int64 id; required boolean b; required float f; required double d;
                  required int32 i32; required int32 u32 (INTEGER(32,false)); required int32 day (DATE);
                  required int32 d32 (DECIMAL(5,2)); required int64 u64 (INTEGER(64,false));
                  required int64 d64 (DECIMAL(12,3)); required int64 ms (TIMESTAMP(MILLIS,true));
                  required int64 us (TIMESTAMP(MICROS,true)); required int64 ns (TIMESTAMP(NANOS,false));
                  required int96 old; required binary raw; required binary text (STRING);
                  required binary kind (ENUM); required binary json (JSON);
                  required binary big (DECIMAL(20,2)); required fixed_len_byte_array(4) fd (DECIMAL(9,1));
                  required fixed_len_byte_array(16) uuid (UUID);
                }
                """)
            .row(
                row ->
                    row.append("id", 7L)
                        .append("b", true)
                        .append("f", 1.5f)
                        .append("d", -0.25)
                        .append("i32", -3)
                        .append("u32", -1)
                        .append("day", 20_000)
                        .append("d32", -12345)
                        .append("u64", -1L)
                        .append("d64", 1_002_003L)
                        .append("ms", 1_001L)
                        .append("us", 1_000_001L)
                        .append("ns", 1_000_000_001L)
                        .append("old", Binary.fromConstantByteArray(nanosAndDay))
                        .append("raw", "größe")
                        .append("text", "😀")
                        .append("kind", "A")
                        .append("json", "{}")
                        .append("big", Binary.fromConstantByteArray(new byte[] {-1, 0}))
                        .append("fd", Binary.fromConstantByteArray(new byte[] {0, 0, 1, 0}))
                        .append("uuid", Binary.fromConstantByteArray(uuid)))
            .bytes();
    String[] all =
        "b f d i32 u32 day d32 u64 d64 ms us ns old raw text kind json big fd uuid".split(" ", -1);
    assertThat(
        found(load(file, "id", ROOM, all), "7"),
        is(
            "[true, 1.5, -0.25, -3, 4294967295, 2024-10-04, -123.45, 18446744073709551615, 1002.003,"
                + " 1970-01-01T00:00:01.001Z, 1970-01-01T00:00:01.000001Z,"
                + " 1970-01-01T00:00:01.000000001Z, 1970-01-02T00:00:01.500Z, größe, 😀, A, {},"
                + " -2.56, 25.6, 01234567-89ab-cdef-ffff-ffffffffffff]"));
  }

  @Test
  void ignoresRowsWithoutAKeyAndTakesTheLastOfOneKey() throws Exception {
    byte[] file =
        TestParquet.of(USERS)
            .row(row -> row.append("country", "none"))
            .row(row -> row.append("id", "u").append("country", "first"))
            .row(row -> row.append("id", "u").append("country", "last"))
            .bytes();
    LookupIndex index = load(file, "id", ROOM, "country");
    assertThat(index.rows(), is(1L));
    assertThat(found(index, "u"), is("[last]"));
    byte[] empty = TestParquet.of(USERS).bytes();
    assertThat(load(empty, "id", ROOM, "country").rows(), is(0L));
  }

  @Test
  void saysWhatIsWrong() throws Exception {
    byte[] file = users(TestParquet.of(USERS), 100);
    assertThat(
        problem(file, "id", "age"),
        is("has no column `age`; its columns are id, country, plan.level, plan.since, tags"));
    assertThat(
        problem(file, "id", "tags"), containsString("the column `tags` has the type repeated"));
    assertThat(problem(new byte[0], "id", "country"), is("is no Parquet file"));
    assertThat(
        problem("id,country\nu1,DE\n".getBytes(StandardCharsets.UTF_8), "id", "country"),
        is("is no Parquet file"));
    assertThat(
        problem(Arrays.copyOf(file, file.length - 1), "id", "country"), is("is no Parquet file"));
    byte[] encrypted = file.clone();
    encrypted[file.length - 1] = 'E';
    assertThat(problem(encrypted, "id", "country"), containsString("is encrypted"));
    byte[] lz4 =
        users(
            new TestParquet(USERS, CompressionCodecName.LZ4_RAW, WriterVersion.PARQUET_1_0, true),
            10);
    assertThat(
        problem(lz4, "id", "country"),
        is("is compressed with LZ4_RAW; expected one of UNCOMPRESSED, SNAPPY, GZIP, ZSTD"));
    byte[] bytes =
        TestParquet.of("message m { required binary id; }")
            .row(row -> row.append("id", Binary.fromConstantByteArray(new byte[] {-1})))
            .bytes();
    assertThat(problem(bytes, "id", "id"), is("row 1: the value of `id` is not UTF-8"));
  }

  @Test
  void refusesMoreThanItsMemory() throws Exception {
    byte[] file = users(TestParquet.of(USERS), 2_000);
    assertThat(
        assertThrows(LookupException.class, () -> load(file, "id", 5_000, "country")).getMessage(),
        containsString("is larger than 5,000 bytes; raise `max_megabytes`"));
    assertThat(
        assertThrows(LookupException.class, () -> load(file, "id", file.length, "country"))
            .getMessage(),
        containsString("of memory after"));
  }

  /** Damage is found, or changes values only: it never ends the loader in another way. */
  @Test
  void survivesDamage() throws Exception {
    byte[] file =
        users(
            new TestParquet(USERS, CompressionCodecName.GZIP, WriterVersion.PARQUET_2_0, true),
            200);
    Random random = new Random(17);
    int refused = 0;
    for (int i = 0; i < 2_000; i++) {
      byte[] damaged = file.clone();
      damaged[random.nextInt(file.length - 8)] = (byte) random.nextInt();
      try {
        load(damaged, "id", ROOM, "country", "plan.level");
      } catch (LookupException e) {
        refused++;
      }
    }
    assertThat(refused, greaterThan(100));
  }
}
