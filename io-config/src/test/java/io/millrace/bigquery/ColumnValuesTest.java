package io.millrace.bigquery;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.google.api.services.bigquery.model.TableRow;
import io.millrace.bigquery.write.ReportWrittenFn;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.OutcomeTags;
import io.millrace.fixtures.TestEvents;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Values of every type, written and read again: alone, null, in arrays, in records. */
@ExtendWith(TestPipelineExtension.class)
class ColumnValuesTest {
  private static final long MIN_TIME = -62_135_596_800_000L;
  private static final long MAX_TIME = 253_402_300_799_999L;

  /** A type as a contract declares it, a value of it, and how the fake shows that. */
  private record Case(String type, Object value, String shown) {}

  private static final List<Case> SCALARS =
      List.of(
          new Case("type: string", "é 😀 \u0000 \n", "é 😀 \u0000 \n"),
          new Case("type: string", "", ""),
          new Case("type: text", "x", "x"),
          new Case("type: json", "[1, {\"a\": 2.50}]", "[1, {\"a\": 2.50}]"),
          new Case("type: int32", Integer.MIN_VALUE, "-2147483648"),
          new Case("type: int64", Long.MAX_VALUE, "9223372036854775807"),
          new Case("type: int64", Long.MIN_VALUE, "-9223372036854775808"),
          new Case("type: float64", -0.5, "-0.5"),
          new Case("type: float64", 1e15, "1000000000000000.0"),
          new Case("type: uint64", 0L, "0"),
          new Case("type: uint64", Long.MIN_VALUE, "9223372036854775808"),
          new Case("type: uint64", -1L, "18446744073709551615"),
          // The fake shows sixteen digits.
          new Case("type: float32", 0.1f, "0.1000000014901161"),
          new Case("type: float32", -1.5f, "-1.5"),
          new Case("type: ipv4", "255.255.255.255", "255.255.255.255"),
          new Case("type: ipv6", "::", "::"),
          new Case("type: enum, values: [up, down]", "down", "down"),
          new Case("type: boolean", true, "true"),
          new Case("type: boolean", false, "false"),
          new Case(
              "type: uuid",
              "00112233-4455-6677-8899-aabbccddeeff",
              "00112233-4455-6677-8899-aabbccddeeff"),
          new Case(
              "type: decimal, precision: 9, scale: 9",
              new BigDecimal("-0.999999999"),
              "-0.999999999"),
          new Case(
              "type: decimal, precision: 18, scale: 0",
              new BigDecimal("1E+17"),
              "100000000000000000"),
          new Case(
              "type: decimal, precision: 38, scale: 38",
              new BigDecimal(BigInteger.TEN.pow(38).subtract(BigInteger.ONE), 38).negate(),
              "-0." + "9".repeat(38)));

  private static final List<Long> TIMES = List.of(MIN_TIME, -1L, 0L, 1_772_359_200_123L, MAX_TIME);

  private static Contract contract() {
    StringBuilder fields = new StringBuilder();
    StringBuilder columns = new StringBuilder();
    for (int i = 0; i < SCALARS.size(); i++) {
      String type = SCALARS.get(i).type;
      fields.append("  s%d: {%s}\n  a%d: {type: array, items: {%s}}\n".formatted(i, type, i, type));
      columns.append(", s%d, a%d".formatted(i, i));
    }
    for (int i = 0; i < TIMES.size(); i++) {
      fields.append("  t%d: {type: timestamp}\n".formatted(i));
      columns.append(", t" + i);
    }
    return ContractLoader.parse(
        """
        contract: values
        version: 1
        format: json
        fields:
          id: {type: string, required: true}
          at: {type: timestamp, required: true}
          micro: {type: timestamp, precision: 6}
          milli: {type: timestamp, precision: 3}
          times: {type: array, items: {type: timestamp}}
          object: {type: json, store_as: json}
          counts: {type: map, values: uint64}
          marks: {type: map, values: {type: timestamp, precision: 3}}
          steps:
            type: array
            items:
              type: record
              fields:
                name: {type: string, required: true}
                cost: {type: decimal, precision: 9, scale: 2}
                at: {type: timestamp}
        %1$sevent_time: {field: at}
        identity: [id, at]
        unknown_fields: {column: extra, as: map}
        tables:
          normal: {name: vals, columns: [id, at, micro, milli, times, object, counts, marks, steps, extra%2$s]}
          error: {name: vals_error, columns: [id, at, extra]}
          late: {name: vals_late, columns: [id, at, extra]}
          dead_letters: {name: vals_dead}
        """
            .formatted(fields, columns),
        "values.yaml");
  }

  /** BigQuery takes no days that are long past: the events happen just now. */
  private static final Clock CLOCK = () -> 1;

  private static Event event(Contract contract, Map<String, Object> given) {
    Map<String, Object> values = new LinkedHashMap<>(given);
    values.put("at", Instant.ofEpochSecond(-86_401, 999_999_999));
    values.put("ingestion_time", Instant.ofEpochMilli(1));
    return TestEvents.event(contract, values, -86_400_001, TestEvents.origin(1, 5));
  }

  @Test
  void comeBackAsTheyWere(TestPipeline pipeline) throws Exception {
    Contract contract = contract();
    Map<String, Object> full = new LinkedHashMap<>();
    full.put("id", "full");
    for (int i = 0; i < SCALARS.size(); i++) {
      full.put("s" + i, SCALARS.get(i).value);
      full.put("a" + i, List.of(SCALARS.get(i).value, SCALARS.get(i).value));
    }
    List<Instant> times = new ArrayList<>();
    for (int i = 0; i < TIMES.size(); i++) {
      times.add(Instant.ofEpochMilli(TIMES.get(i)));
      full.put("t" + i, times.get(i));
    }
    full.put("times", times);
    full.put("micro", Instant.ofEpochSecond(-1, 999_999_999));
    full.put("milli", Instant.ofEpochSecond(-1, 999_999_999));
    full.put("object", "{\"a\": [1, null]}");
    full.put("counts", Map.of("c", -1L));
    full.put("marks", Map.of("m", Instant.ofEpochMilli(-1)));
    full.put("extra", Map.of("k", "v"));
    Row step =
        Row.withSchema(
                contract
                    .schema()
                    .getField("steps")
                    .getType()
                    .getCollectionElementType()
                    .getRowSchema())
            .addValues("one", new BigDecimal("-1.50"), Instant.ofEpochMilli(-1))
            .build();
    full.put("steps", List.of(step));

    FakeBigQuery fake = FakeBigQuery.withDataset();
    BigQuerySink sink = fake.sink(fake.config(), contract, CLOCK);
    sink.prepare();
    pipeline.getCoderRegistry();
    PCollectionTuple.of(
            OutcomeTags.ACCEPTED,
            TestEvents.grouped(
                pipeline.apply(
                    Create.of(event(contract, full), event(contract, Map.of("id", "empty")))
                        .withCoder(EventCoder.of(contract.schema())))))
        .apply(sink.write())
        .refused()
        .setCoder(DeadLetterCoder.of());
    pipeline.run().waitUntilFinish();

    assertThat(fake.rows("vals").size(), is(2));
    for (TableRow row : fake.rows("vals")) {
      assertThat(ReportWrittenFn.millis(row.get("at")), is(-86_400_001L));
      assertThat(row.get("at").toString(), containsString("23:59:59.999999"));
      assertThat(row.get("at_extra_ns").toString(), is("999"));
      if (row.get("id").equals("full")) {
        assertFull(row);
      } else {
        for (String column : List.of("s0", "s4", "t0", "object")) {
          assertThat(column, row.containsKey(column), is(false));
        }
        for (String column : List.of("a0", "times", "steps", "extra")) {
          assertThat(column, row.containsKey(column), is(false));
        }
      }
    }
  }

  private static void assertFull(TableRow row) {
    for (int i = 0; i < SCALARS.size(); i++) {
      Case scalar = SCALARS.get(i);
      assertThat(scalar.type, row.get("s" + i), equalTo(scalar.shown));
      assertThat(scalar.type, row.get("a" + i), equalTo(List.of(scalar.shown, scalar.shown)));
    }
    for (int i = 0; i < TIMES.size(); i++) {
      assertThat(ReportWrittenFn.millis(row.get("t" + i)), is(TIMES.get(i)));
    }
    assertThat(
        ((List<?>) row.get("times")).stream().map(ReportWrittenFn::millis).toList(),
        equalTo(TIMES));
    assertThat(row.get("micro").toString(), containsString("59.999999"));
    assertThat(row.get("milli").toString(), not(containsString("59.9999")));
    assertThat(ReportWrittenFn.millis(row.get("milli")), is(-1L));
    assertThat(row.get("object"), is("{\"a\": [1, null]}"));
    assertThat(
        row.get("extra").toString().replace(" ", ""),
        is("[GenericData{classInfo=[f],{key=k,value=v}}]"));
    Map<?, ?> count = (Map<?, ?>) ((List<?>) row.get("counts")).get(0);
    assertThat(count.get("key"), is("c"));
    assertThat(count.get("value").toString(), is("18446744073709551615"));
    Map<?, ?> mark = (Map<?, ?>) ((List<?>) row.get("marks")).get(0);
    assertThat(ReportWrittenFn.millis(mark.get("value")), is(-1L));
    Map<?, ?> step = (Map<?, ?>) ((List<?>) row.get("steps")).get(0);
    assertThat(step.get("name"), is("one"));
    assertThat(new BigDecimal(step.get("cost").toString()), is(new BigDecimal("-1.50")));
    assertThat(ReportWrittenFn.millis(step.get("at")), is(-1L));
  }
}
