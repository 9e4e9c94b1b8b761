package io.millrace.clickhouse.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import io.millrace.clickhouse.ClickHouseSink;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.clickhouse.encoding.RowBlockBuilder;
import io.millrace.clickhouse.encoding.TableRowWriter;
import io.millrace.clickhouse.encoding.ValueEncoders;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.RowSchemas;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.fixtures.LocalClickHouseExtension;
import io.millrace.fixtures.TestEvents;
import io.millrace.local.clickhouse.LocalClickHouse;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Types in every place that a contract can put them: alone, null, in arrays, in records. */
@ExtendWith(LocalClickHouseExtension.class)
class ColumnTypesIT {
  private static final String UUID_TEXT = "00112233-4455-6677-8899-aabbccddeeff";
  private static final long MIN = ValueEncoders.MIN_TIME;
  private static final long MAX = ValueEncoders.MAX_TIME;

  /** A type as a contract declares it, a value of it, and how the server shows that. */
  private record Case(String type, Object value, String shown) {
    static Case of(String type, Object value, String shown) {
      return new Case(type, value, shown);
    }
  }

  private static final List<Case> SCALARS =
      List.of(
          Case.of("type: string", "é\u0000", "é\u0000"),
          Case.of("type: text", "", ""),
          Case.of("type: json", "[1, {\"a\": 2.50}]", "[1, {\"a\": 2.50}]"),
          Case.of("type: int32", Integer.MIN_VALUE, "-2147483648"),
          Case.of("type: int64", Long.MAX_VALUE, "9223372036854775807"),
          Case.of("type: float64", -0.5, "-0.5"),
          Case.of("type: boolean", true, "true"),
          Case.of("type: boolean", false, "false"),
          Case.of("type: uuid", UUID_TEXT, UUID_TEXT),
          Case.of(
              "type: timestamp, precision: 3",
              Instant.ofEpochMilli(MIN),
              "1900-01-01 00:00:00.000"),
          Case.of(
              "type: timestamp, format: epoch_ms",
              Instant.ofEpochMilli(MAX),
              "2299-12-31 23:59:59.999"),
          Case.of(
              "type: timestamp, precision: 3",
              Instant.ofEpochSecond(-1, 999_999_999),
              "1969-12-31 23:59:59.999"),
          Case.of(
              "type: timestamp, format: epoch_us",
              Instant.parse("2299-12-31T23:59:59.999999Z"),
              "2299-12-31 23:59:59.999999"),
          Case.of(
              "type: timestamp, precision: 6",
              Instant.ofEpochSecond(-1, 1_999),
              "1969-12-31 23:59:59.000001"),
          Case.of("type: timestamp", Instant.ofEpochMilli(MIN), "1900-01-01 00:00:00.000000000"),
          Case.of(
              "type: timestamp",
              Instant.parse("2262-04-11T23:47:16.853999999Z"),
              "2262-04-11 23:47:16.853999999"),
          Case.of(
              "type: timestamp, format: epoch_ns",
              Instant.ofEpochSecond(-1, 999_999_999),
              "1969-12-31 23:59:59.999999999"),
          Case.of(
              "type: decimal, precision: 9, scale: 9",
              new BigDecimal("-0.999999999"),
              "-0.999999999"),
          Case.of("type: decimal, precision: 18, scale: 0", new BigDecimal("-1"), "-1"),
          Case.of(
              "type: decimal, precision: 38, scale: 38",
              new BigDecimal(BigInteger.TEN.pow(38).subtract(BigInteger.ONE), 38).negate(),
              "-0." + "9".repeat(38)));

  private static Contract contract(Map<String, String> fields) {
    StringBuilder declared = new StringBuilder();
    fields.forEach((name, type) -> declared.append("\n  " + name + ": {" + type + "}"));
    String columns = "[id, at, extra, " + String.join(", ", fields.keySet()) + "]";
    return ContractLoader.parse(
        """
        contract: types
        version: 1
        format: json
        fields:
          id: {type: string, required: true}
          at: {type: timestamp, required: true}
        """
            + declared.substring(1)
            + """

            event_time: {field: at}
            identity: [id, at]
            unknown_fields: {column: extra, as: map}
            tables:
              normal: {name: types, columns: %1$s}
              error: {name: types_error, columns: %1$s}
              late: {name: types_late, columns: %1$s}
              dead_letters: {name: types_dead}
            """
                .formatted(columns),
        "types.yaml");
  }

  /** Creates the tables, looks that they fit, and writes a row for each of the maps. */
  private static void write(
      LocalClickHouse server, String database, Contract contract, List<Map<String, Object>> rows)
      throws InvalidRowException {
    ClickHouseConfig config = ClickHouseConfig.of(server.address(), database);
    ClickHouseSink sink =
        ClickHouseSink.of(
            config, contract, DeadLetterFactory.of(contract, "t", Clock.system()), Clock.system());
    sink.prepare();
    assertThat(sink.check(), is(empty()));
    RowBlockBuilder builder = new RowBlockBuilder();
    TableRowWriter writer = TableRowWriter.of(contract.tables().normal());
    for (int i = 0; i < rows.size(); i++) {
      Map<String, Object> values = new LinkedHashMap<>(rows.get(i));
      values.put("id", "" + i);
      values.put("at", Instant.ofEpochMilli(TestEvents.BASE_TIME));
      values.put("ingestion_time", Instant.ofEpochMilli(TestEvents.BASE_TIME));
      SourceRecord origin = TestEvents.origin(i, 5);
      Event event = TestEvents.event(contract, values, TestEvents.BASE_TIME, origin);
      builder.add(event.values(), writer, 0, origin);
    }
    try (InsertClient client = new HttpInsertClient(config)) {
      client.insert(ClickHouseTable.of(contract).get(0), Batch.of(List.of(builder.build())));
    }
  }

  private static List<String> read(LocalClickHouse server, String database, String expression) {
    return server
        .query(
            "SELECT " + expression + " FROM " + database + ".types_exact ORDER BY id FORMAT TSVRaw")
        .lines()
        .toList();
  }

  private static Map<String, String> declared(String before, String after) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (int i = 0; i < SCALARS.size(); i++) {
      fields.put("f" + i, before + SCALARS.get(i).type() + after);
    }
    return fields;
  }

  @Test
  void aloneAndNull(LocalClickHouse server) throws Exception {
    Contract contract = contract(declared("", ""));
    Map<String, Object> full = new LinkedHashMap<>();
    for (int i = 0; i < SCALARS.size(); i++) {
      full.put("f" + i, SCALARS.get(i).value());
    }
    write(server, "alone", contract, List.of(full, Map.of()));
    for (int i = 0; i < SCALARS.size(); i++) {
      assertThat(
          SCALARS.get(i).type(),
          read(server, "alone", "ifNull(toString(f" + i + "), 'none')"),
          contains(SCALARS.get(i).shown(), "none"));
    }
  }

  @Test
  void inArrays(LocalClickHouse server) throws Exception {
    Contract contract = contract(declared("type: array, items: {", "}"));
    Map<String, Object> full = new LinkedHashMap<>();
    for (int i = 0; i < SCALARS.size(); i++) {
      full.put("f" + i, Collections.nCopies(200, SCALARS.get(i).value()));
    }
    write(server, "arrays", contract, List.of(full, Map.of()));
    for (int i = 0; i < SCALARS.size(); i++) {
      assertThat(
          SCALARS.get(i).type(),
          read(
              server,
              "arrays",
              "if(empty(f%1$d), 'empty', toString(f%1$d[200])), length(f%1$d)".formatted(i)),
          contains(SCALARS.get(i).shown() + "\t200", "empty\t0"));
    }
  }

  @Test
  void inRecords(LocalClickHouse server) throws Exception {
    StringBuilder fields = new StringBuilder();
    for (int i = 0; i < SCALARS.size(); i++) {
      fields.append("r" + i + ": {" + SCALARS.get(i).type() + "}, ");
      fields.append("q" + i + ": {" + SCALARS.get(i).type() + ", required: true}, ");
    }
    fields.append("label: {type: string, low_cardinality: true}, ");
    fields.append("tags: {type: array, items: {type: int64}}, more: {type: map}");
    Contract contract =
        contract(Map.of("steps", "type: array, items: {type: record, fields: {" + fields + "}}"));
    FieldDefinition step = contract.fields().get(contract.indexOf("steps")).items();
    List<Object> full = new ArrayList<>();
    List<Object> sparse = new ArrayList<>();
    for (Case c : SCALARS) {
      full.add(c.value());
      full.add(c.value());
      sparse.add(null);
      sparse.add(c.value());
    }
    Collections.addAll(full, "red", List.of(1L), Map.of("k", "v"));
    Collections.addAll(sparse, null, List.of(), Map.of());
    write(
        server,
        "records",
        contract,
        List.of(
            Map.of(
                "steps",
                List.of(
                    Row.withSchema(RowSchemas.of(step.fields())).attachValues(full),
                    Row.withSchema(RowSchemas.of(step.fields())).attachValues(sparse)))));
    for (int i = 0; i < SCALARS.size(); i++) {
      String shown = SCALARS.get(i).shown();
      assertThat(
          SCALARS.get(i).type(),
          read(
              server,
              "records",
              "toString(steps[1].r%1$d), toString(steps[1].q%1$d), isNull(steps[2].r%1$d),"
                      .formatted(i)
                  + "toString(steps[2].q%1$d)".formatted(i)),
          contains(String.join("\t", shown, shown, "1", shown)));
    }
    assertThat(
        read(server, "records", "steps.label, steps.tags, steps.more"),
        contains("['red',NULL]\t[[1],[]]\t[{'k':'v'},{}]"));
  }

  @Test
  void decimalsOfEveryWidth(LocalClickHouse server) throws Exception {
    Map<String, String> fields = new LinkedHashMap<>();
    Map<String, Object> greatest = new LinkedHashMap<>();
    Map<String, Object> least = new LinkedHashMap<>();
    for (int digits = 1; digits <= 38; digits++) {
      String name = "d" + digits;
      int scale = digits / 2;
      fields.put(name, "type: decimal, precision: " + digits + ", scale: " + scale);
      BigDecimal value = new BigDecimal(BigInteger.TEN.pow(digits).subtract(BigInteger.ONE), scale);
      greatest.put(name, value);
      least.put(name, value.negate());
    }
    write(server, "decimals", contract(fields), List.of(greatest, least));
    for (String name : fields.keySet()) {
      assertThat(
          read(server, "decimals", "toString(" + name + ")"),
          contains(
              ((BigDecimal) greatest.get(name)).toPlainString(),
              ((BigDecimal) least.get(name)).toPlainString()));
    }
  }

  @Test
  void fewDistinctTextsAndMaps(LocalClickHouse server) throws Exception {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("few", "type: string, low_cardinality: true");
    fields.put("few_set", "type: text, low_cardinality: true, default: none");
    fields.put("custom", "type: map");
    Map<String, Object> full =
        Map.of("few", "", "few_set", "é", "custom", Map.of("", "", "k\"'", "v\t"));
    write(server, "few", contract(fields), List.of(full, Map.of()));
    assertThat(
        read(
            server,
            "few",
            "isNull(few), ifNull(few, '-'), few_set, mapContains(custom, ''), custom['k\"\\''] ="
                + " 'v\\t', length(custom)"),
        contains("0\t\té\ttrue\t1\t2".replace("true", "1"), "1\t-\tnone\t0\t0\t0"));
    assertThat(
        server.query(
            "SELECT type FROM system.columns WHERE database = 'few' AND table = 'types' AND name IN"
                + " ('few', 'few_set', 'custom') ORDER BY name FORMAT TSVRaw"),
        is("Map(String, String)\nLowCardinality(Nullable(String))\nLowCardinality(String)\n"));
  }
}
