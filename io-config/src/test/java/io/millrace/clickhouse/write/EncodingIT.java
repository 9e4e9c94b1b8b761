package io.millrace.clickhouse.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.clickhouse.encoding.RowBlockBuilder;
import io.millrace.clickhouse.encoding.TableRowWriter;
import io.millrace.clickhouse.encoding.ValueEncoders;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.clickhouse.schema.Creations;
import io.millrace.clickhouse.schema.DeadLetterTable;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.RowSchemas;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import io.millrace.fixtures.AllTypes;
import io.millrace.fixtures.LocalClickHouseExtension;
import io.millrace.fixtures.TestEvents;
import io.millrace.local.clickhouse.LocalClickHouse;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is encoded is what the engine reads. */
@ExtendWith(LocalClickHouseExtension.class)
class EncodingIT {
  private static final String ID = "00112233-4455-6677-8899-aabbccddeeff";
  private static final String UNICODE = "naïve \uD83D\uDE80\n\t\"'\\ \u0000 end";

  private final Contract contract = ContractLoader.parse(AllTypes.YAML, "all.yaml");

  private String roundTrip(
      LocalClickHouse server, String database, Map<String, Object> values, String select)
      throws InvalidRowException {
    ClickHouseTable table = ClickHouseTable.of(contract).get(0);
    Creations.of(database, List.of(table)).forEach(server::query);
    SourceRecord origin = TestEvents.origin(1, 5);
    Event event = TestEvents.event(contract, values, TestEvents.BASE_TIME, origin);
    RowBlockBuilder builder = new RowBlockBuilder();
    builder.add(event.values(), TableRowWriter.of(contract.tables().normal()), 0, origin);
    insert(server, database, table, builder.build());
    return server
        .query("SELECT " + select + " FROM " + database + "." + table.name() + " FORMAT TSVRaw")
        .stripTrailing();
  }

  private static void insert(
      LocalClickHouse server, String database, ClickHouseTable table, RowBlock block) {
    try (InsertClient client =
        new HttpInsertClient(ClickHouseConfig.of(server.address(), database))) {
      client.insert(table, Batch.of(List.of(block)));
    }
  }

  private static Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("id", ID);
    values.put("event_time", Instant.parse("2026-03-01T10:00:00.123456789Z"));
    values.put("ingestion_time", Instant.parse("2026-03-01T10:00:00.456Z"));
    return values;
  }

  @Test
  void ordinaryValuesOfEveryType(LocalClickHouse server) throws Exception {
    Map<String, Object> values = values();
    values.put("text", UNICODE);
    values.put("either", "either");
    values.put("raw", "{\"a\": 1.0}");
    values.put("label", "red");
    values.put("i32", -7);
    values.put("i64", 1L << 40);
    values.put("f64", -0.1);
    values.put("d9", new BigDecimal("-12.3"));
    values.put("d18", new BigDecimal("123456.000001"));
    values.put("d38", new BigDecimal("-1E+3"));
    values.put("flag", true);
    values.put("other_time", Instant.parse("1969-12-31T23:59:59.999Z"));
    values.put("names", List.of("a", "", "é"));
    values.put("numbers", List.of(1L, -1L));
    FieldDefinition step = contract.fields().get(contract.indexOf("steps")).items();
    values.put(
        "steps",
        List.of(
            Row.withSchema(RowSchemas.of(step.fields()))
                .attachValues(
                    "scan", new BigDecimal("1.50"), Instant.parse("2026-03-01T10:00:00.001002Z")),
            Row.withSchema(RowSchemas.of(step.fields()))
                .attachValues(Arrays.asList("x", null, null))));
    values.put("extra", Map.of("k.é", "v"));
    assertThat(
        roundTrip(
            server,
            "ordinary",
            values,
            "id, hex(text), either, raw, label, i32, i64, f64, d9, d18, d38, flag, other_time,"
                + " names, numbers, steps, event_time, ingestion_time, extra"),
        is(
            String.join(
                "\t",
                ID,
                HexFormat.of().withUpperCase().formatHex(UNICODE.getBytes(StandardCharsets.UTF_8)),
                "either",
                "{\"a\": 1.0}",
                "red",
                "-7",
                "1099511627776",
                "-0.1",
                "-12.3",
                "123456.000001",
                "-1000",
                "true",
                "1969-12-31 23:59:59.999",
                "['a','','é']",
                "[1,-1]",
                "[('scan',1.5,'2026-03-01 10:00:00.001002'),('x',NULL,NULL)]",
                "2026-03-01 10:00:00.123456789",
                "2026-03-01 10:00:00.456",
                "{'k.é':'v'}")));
  }

  @Test
  void nullsAndEmptyCollections(LocalClickHouse server) throws Exception {
    assertThat(
        roundTrip(
            server,
            "nulls",
            values(),
            "text, either, raw, label, i32, i64, f64, d9, d18, d38, flag, other_time, names,"
                + " numbers, steps, extra"),
        is("\\N\t".repeat(12) + "[]\t[]\t[]\t{}"));
  }

  @Test
  void emptyStringsAreNotNull(LocalClickHouse server) throws Exception {
    Map<String, Object> values = values();
    values.put("text", "");
    values.put("label", "");
    assertThat(
        roundTrip(server, "empties", values, "isNull(text), length(text), isNull(label)"),
        is("0\t0\t0"));
  }

  @Test
  void smallestValues(LocalClickHouse server) throws Exception {
    Map<String, Object> values = values();
    values.put("i32", Integer.MIN_VALUE);
    values.put("i64", Long.MIN_VALUE);
    values.put("f64", -Double.MAX_VALUE);
    values.put("d9", new BigDecimal("-9999999.99"));
    values.put("d18", new BigDecimal("-999999999999.999999"));
    values.put("d38", new BigDecimal("-9999999999999999999999999999.9999999999"));
    values.put("other_time", Instant.ofEpochMilli(ValueEncoders.MIN_TIME));
    values.put("event_time", Instant.ofEpochMilli(ValueEncoders.MIN_TIME));
    assertThat(
        roundTrip(
            server, "smallest", values, "i32, i64, f64, d9, d18, d38, other_time, event_time"),
        is(
            "-2147483648\t-9223372036854775808\t-1.7976931348623157e308\t-9999999.99"
                + "\t-999999999999.999999\t-9999999999999999999999999999.9999999999"
                + "\t1900-01-01 00:00:00.000\t1900-01-01 00:00:00.000000000"));
  }

  @Test
  void largestValues(LocalClickHouse server) throws Exception {
    Map<String, Object> values = values();
    values.put("id", "ffffffff-ffff-ffff-ffff-fffffffffffe");
    values.put("i32", Integer.MAX_VALUE);
    values.put("i64", Long.MAX_VALUE);
    values.put("f64", Double.MIN_VALUE);
    values.put("d38", new BigDecimal("9999999999999999999999999999.9999999999"));
    values.put("text", "y".repeat(3_000_000));
    values.put("event_time", Instant.parse("2262-04-11T23:47:16.854775807Z"));
    assertThat(
        roundTrip(server, "largest", values, "id, i32, i64, f64, d38, length(text), event_time"),
        is(
            "ffffffff-ffff-ffff-ffff-fffffffffffe\t2147483647\t9223372036854775807\t5e-324"
                + "\t9999999999999999999999999999.9999999999\t3000000"
                + "\t2262-04-11 23:47:16.854775807"));
  }

  @Test
  void deadLettersKeepTheirBytes(LocalClickHouse server) throws Exception {
    byte[] every = new byte[256];
    for (int i = 0; i < every.length; i++) {
      every[i] = (byte) i;
    }
    ClickHouseTable table = DeadLetterTable.of(contract);
    Creations.of("dead", List.of(table)).forEach(server::query);
    RowBlockBuilder builder = new RowBlockBuilder();
    add(builder, 1, every, every, List.of(new Header("trace", every)), TestEvents.BASE_TIME);
    add(builder, 2, null, null, List.of(), Long.MIN_VALUE);
    add(builder, 3, new byte[0], new byte[0], List.of(), Long.MAX_VALUE);
    insert(server, "dead", table, builder.build());
    String hex = HexFormat.of().withUpperCase().formatHex(every);
    assertThat(
        server.query(
            "SELECT partition, offset, hex(key), hex(value), hex(headers['trace']), code, message,"
                + " stage, contract, contract_version, consumer, record_time, first_seen, attempt"
                + " FROM dead.everything_dead_exact ORDER BY offset"),
        is(
            String.join("\t", "5", "1", hex, hex, hex)
                + "\ttrailing_garbage\twhy\tDecode\tc\t4\tme\t2026-03-01 10:00:00.000"
                + "\t2026-03-01 10:00:01.000\t2\n"
                + "5\t2\t\\N\t\\N\t\ttrailing_garbage\twhy\tDecode\tc\t4\tme"
                + "\t1900-01-01 00:00:00.000\t2026-03-01 10:00:01.000\t2\n"
                + "5\t3\t\t\t\ttrailing_garbage\twhy\tDecode\tc\t4\tme"
                + "\t2299-12-31 23:59:59.999\t2026-03-01 10:00:01.000\t2\n"));
  }

  private static void add(
      RowBlockBuilder builder,
      long offset,
      byte[] key,
      byte[] value,
      List<Header> headers,
      long recordTime)
      throws InvalidRowException {
    SourceRecord origin =
        new SourceRecord("topic", 5, offset, key, value, headers, recordTime, recordTime);
    builder.add(
        new DeadLetter(
            origin,
            DeadLetterCode.TRAILING_GARBAGE,
            "why",
            "Decode",
            "c",
            4,
            "me",
            TestEvents.BASE_TIME + 1000,
            2),
        (letter, out) -> DeadLetterTable.write(letter, false, out),
        recordTime,
        origin);
  }
}
