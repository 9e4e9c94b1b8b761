package io.millrace.decode;

import static io.millrace.event.DeadLetterCode.INVALID_TIME;
import static io.millrace.event.DeadLetterCode.MISSING_FIELD;
import static io.millrace.event.DeadLetterCode.NUMBER_OVERFLOW;
import static io.millrace.event.DeadLetterCode.TIME_OUT_OF_RANGE;
import static io.millrace.event.DeadLetterCode.WRONG_TYPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.millrace.event.DeadLetterCode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each field type: what it accepts and becomes, and how it fails. */
class FieldTypesTest {
  private final Decoding decoding =
      Decoding.of(
          "json",
          "s: {type: string}",
          "i: {type: int32, default: 7}",
          "l: {type: int64}",
          "f: {type: float64}",
          "d: {type: decimal, precision: 9, scale: 2}",
          "w: {type: decimal, precision: 38, scale: 0}",
          "b: {type: boolean}",
          "u: {type: uuid}",
          "j: {type: json}",
          "t: {type: text}",
          "m: {type: map}",
          "a: {type: array, items: {type: int64}}",
          "n: {path: x.y.z, type: int32}",
          "es: {type: timestamp, format: epoch_s}",
          "em: {type: timestamp, format: epoch_ms}",
          "eu: {type: timestamp, format: epoch_us}",
          "en: {type: timestamp, format: epoch_ns}",
          "iso: {type: timestamp}");

  private Object value(String field, String json) {
    Object value = decoding.value(field, ",\"" + field + "\":" + json);
    if (value == null) {
      throw new AssertionError(field + " is null");
    }
    return value;
  }

  private void fails(String field, String json, DeadLetterCode code, String message) {
    decoding.fails(code, field + ": " + message, ",\"" + field + "\":" + json);
  }

  @ParameterizedTest
  @ValueSource(strings = {"s", "l", "f", "d", "b", "u", "j", "t", "es", "em", "iso", "n"})
  void nullIsAbsent(String field) {
    assertNull(decoding.value(field, ",\"" + field + "\":null"));
    assertNull(decoding.value(field, ""));
  }

  @Test
  void absentFieldsWithDefaultAndCollections() {
    for (String members : new String[] {"", ",\"i\":null,\"m\":null,\"a\":null"}) {
      assertEquals(7, decoding.value("i", members));
      assertEquals(Map.of(), decoding.value("m", members));
      assertEquals(List.of(), decoding.value("a", members));
    }
    assertEquals(0, value("i", "0"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          s   | 1              | a string, found an integer
          s   | 1.5            | a string, found a number with fraction or exponent
          s   | true           | a string, found a boolean
          s   | {}             | a string, found an object
          s   | []             | a string, found an array
          i   | "1"            | an integer of 32 bits, found a string
          i   | 1.0            | an integer of 32 bits, found a number with fraction or exponent
          i   | 1e3            | an integer of 32 bits, found a number with fraction or exponent
          i   | -0.0           | an integer of 32 bits, found a number with fraction or exponent
          l   | true           | an integer of 64 bits, found a boolean
          l   | [1]            | an integer of 64 bits, found an array
          f   | "1.5"          | a number, found a string
          f   | false          | a number, found a boolean
          d   | true           | a number, or a string that holds one, found a boolean
          d   | [1]            | a number, or a string that holds one, found an array
          b   | 0              | true or false, found an integer
          b   | "true"         | true or false, found a string
          u   | 5              | a string, found an integer
          m   | []             | an object, found an array
          m   | "{}"           | an object, found a string
          m   | 1              | an object, found an integer
          a   | {}             | an array, found an object
          a   | 1              | an array, found an integer
          es  | "1700000000"   | a number of seconds since 1970, found a string
          em  | 1.5            | an integer of milliseconds since 1970, found a number with fraction or exponent
          eu  | true           | an integer of microseconds since 1970, found a boolean
          en  | 1e18           | an integer of nanoseconds since 1970, found a number with fraction or exponent
          iso | 1700000000     | a string with an ISO-8601 time, found an integer
          """)
  void nothingIsCoerced(String field, String json, String message) {
    fails(field, json, WRONG_TYPE, "expected " + message);
  }

  @Test
  void elementsAndInnerObjectsOfTheWrongType() {
    decoding.fails(
        WRONG_TYPE, "a[2]: expected an integer of 64 bits, found a string", ",\"a\":[1,2,\"3\"]");
    decoding.fails(WRONG_TYPE, "a[0]: expected an element, found null", ",\"a\":[null]");
    decoding.fails(WRONG_TYPE, "x: expected an object, found an array", ",\"x\":[]");
    decoding.fails(WRONG_TYPE, "x.y: expected an object, found a string", ",\"x\":{\"y\":\"\"}");
    assertNull(decoding.value("n", ",\"x\":null"));
    assertNull(decoding.value("n", ",\"x\":{\"y\":null}"));
    assertEquals(5, decoding.value("n", ",\"x\":{\"y\":{\"z\":5}}"));
  }

  @ParameterizedTest
  @CsvSource({"0", "-0", "1", "-1", "2147483647", "-2147483648"})
  void int32(int value) {
    assertEquals(value, value("i", Integer.toString(value)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2147483648",
        "-2147483649",
        "4294967296",
        "9223372036854775807",
        "18446744073709551617"
      })
  void beyond32Bits(String json) {
    fails("i", json, NUMBER_OVERFLOW, "expected an integer of 32 bits");
  }

  @ParameterizedTest
  @CsvSource({
    "0",
    "-1",
    "999999999999999999",
    "-99999999999999999",
    "1000000000000000000",
    "9223372036854775807",
    "-9223372036854775808"
  })
  void int64(long value) {
    assertEquals(value, value("l", Long.toString(value)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775808", "-9223372036854775809", "10000000000000000000",
        "-10000000000000000000", "99999999999999999999", "100000000000000000000"
      })
  void beyond64Bits(String json) {
    fails("l", json, NUMBER_OVERFLOW, "expected an integer of 64 bits");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "-0.0",
        "1",
        "0.1",
        "-1.5e-7",
        "1E5",
        "123456789012345678",
        "12345678901234567890",
        "1.7976931348623157e308",
        "4.9e-324",
        "1e-400",
        "9007199254740993"
      })
  void float64(String json) {
    assertEquals(Double.parseDouble(json), value("f", json));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e309", "-1e309", "1.8e308", "1e999999999999"})
  void beyondADouble(String json) {
    fails("f", json, NUMBER_OVERFLOW, "expected a number of 64 bits");
  }

  @Test
  void aMillionDigitsCostNoQuadraticTime() {
    String digits = "9".repeat(1_000_000);

    assertTimeout(
        Duration.ofSeconds(10),
        () -> {
          fails("l", digits, NUMBER_OVERFLOW, "expected an integer of 64 bits");
          fails("i", "-" + digits, NUMBER_OVERFLOW, "expected an integer of 32 bits");
          fails("f", digits, NUMBER_OVERFLOW, "expected a number of 64 bits");
          fails("d", digits, NUMBER_OVERFLOW, "more than 7 digits before the point");
          fails("d", "0." + digits, NUMBER_OVERFLOW, "more than 2 digits after the point");
          fails("em", digits, TIME_OUT_OF_RANGE, "expected a time from the years 1900 to 2299");
          assertEquals(digits, value("j", digits));
        });
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.00",
    "-0, 0.00",
    "1, 1.00",
    "1.5, 1.50",
    "-12.34, -12.34",
    "1234567.89, 1234567.89",
    "1.500000000000, 1.50",
    "0.00000e5, 0.00",
    "1e2, 100.00",
    "1234567890e-3, 1234567.89",
    "0.0000012e5, 0.12",
    "12.30E+1, 123.00",
    "-1e-2, -0.01",
    "0e999999999999, 0.00"
  })
  void decimals(String json, BigDecimal expected) {
    assertEquals(expected, value("d", json));
    assertEquals(expected, value("d", "\"" + json + "\""));
  }

  @Test
  void aWideDecimal() {
    String digits = "12345678901234567890123456789012345678";

    assertEquals(new BigDecimal(digits), value("w", digits));
    assertEquals(new BigDecimal("-" + digits), value("w", "\"-" + digits + "\""));
    fails("w", digits + "0", NUMBER_OVERFLOW, "more than 38 digits before the point");
  }

  @ParameterizedTest
  @CsvSource({
    "12345678, 7 digits before",
    "-10000000, 7 digits before",
    "1e7, 7 digits before",
    "1e999999999999, 7 digits before",
    "1e2147483648, 7 digits before",
    "0.001, 2 digits after",
    "1.999, 2 digits after",
    "1e-3, 2 digits after",
    "1e-999999999999, 2 digits after",
    "12345.675, 2 digits after"
  })
  void decimalsThatDoNotFitAreNotRounded(String json, String what) {
    fails("d", json, NUMBER_OVERFLOW, "more than " + what + " the point");
    fails("d", "\"" + json + "\"", NUMBER_OVERFLOW, "more than " + what + " the point");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "1 ",
        " 1",
        "+1",
        ".5",
        "1.",
        "01",
        "1e",
        "1e+",
        "--1",
        "-",
        "0x1",
        "1,5",
        "1_0",
        "NaN",
        "Infinity",
        "ten",
        "1.2.3",
        "\u0661"
      })
  void stringsThatHoldNoDecimal(String text) {
    fails("d", "\"" + text + "\"", WRONG_TYPE, "expected a string with a number");
  }

  @Test
  void booleans() {
    assertEquals(true, value("b", "true"));
    assertEquals(false, value("b", "false"));
  }

  @Test
  void uuids() {
    String uuid = "123e4567-e89b-12d3-a456-426614174abc";

    assertEquals(uuid, value("u", "\"" + uuid + "\""));
    assertEquals(uuid, value("u", "\"123E4567-E89B-12d3-A456-426614174ABC\""));
    assertEquals(
        uuid, value("u", "\"\\u0031" + uuid.substring(1) + "\""));
    for (String bad :
        List.of(
            "",
            uuid.replace("-", ""),
            "{" + uuid + "}",
            uuid + " ",
            uuid.replace('a', 'g'),
            uuid.replace("-", "_"),
            "123e456-7e89b-12d3-a456-426614174abc",
            "1-1-1-1-1",
            uuid.substring(1))) {
      fails(
          "u",
          "\"" + bad + "\"",
          WRONG_TYPE,
          "expected a UUID of 36 characters such as 123e4567-e89b-12d3-a456-426614174000");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "-1.50E+02",
        "true",
        "false",
        "\"text\"",
        "\"\"",
        "\"a\\n\\\"\\\\\\u00e9\"",
        "[]",
        "{}",
        "[ 1 ,\t2 ]",
        "{ \"b\" : [ null , { } ] , \"a\" : \"é€😀\" }",
        "\"\\\\\"",
        "\"]}\\\"\"",
        "12345678901234567890.0e-99999",
        "[[[]]]",
        "\"/\\/\"",
        "{\"\\\"\":\"\\\\\"}"
      })
  void jsonIsKeptAsItWasSent(String json) {
    assertEquals(json, value("j", json));
    assertEquals(json, value("j", json + " \n"));
    assertEquals(json, decoding.value("j", " , \"j\" :\n " + json + "\t, \"zz\":1"));
    if (json.startsWith("\"")) {
      assertEquals(json, "\"" + escaped((String) value("t", json), json) + "\"");
    } else {
      assertEquals(json, value("t", json));
    }
  }

  /** A decoded string, encoded again by hand for the few escapes above. */
  private static String escaped(String text, String sent) {
    String out = text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    return sent.contains("\\u00e9") ? out.replace("é", "\\u00e9") : out.replace("//", "/\\/");
  }

  @Test
  void maps() {
    assertEquals(
        Map.of(
            "a",
            "text\n",
            "b",
            "1.50",
            "c",
            "[ 1 ]",
            "d",
            "{\"x\":\"\\n\"}",
            "e",
            "null",
            "",
            "true",
            "a.b",
            "x"),
        value(
            "m",
            "{\"a\":\"text\\n\",\"b\":1.50,\"c\":[ 1 ],\"d\":{\"x\":\"\\n\"},\"e\":null,\"\":true,"
                + "\"a\\u002eb\":\"x\"}"));
    assertEquals(Map.of(), value("m", "{ }"));
  }

  @Test
  void arrays() {
    assertEquals(List.of(), value("a", "[]"));
    assertEquals(List.of(1L, -2L, 3L), value("a", "[1, -2 ,3 ]"));
    Decoding texts = Decoding.of("json", "a: {type: array, items: {type: text}}");
    assertEquals(List.of("x", "1", "[2]", "{}"), texts.value("a", ",\"a\":[\"x\",1,[2],{}]"));
  }

  @ParameterizedTest
  @CsvSource({
    "es, 1700000000, 1700000000000",
    "es, -1, -1000",
    "es, 1700000000.5, 1700000000500",
    "es, 1700000000.0019999, 1700000000001",
    "es, -0.0001, -1",
    "es, 1.7e9, 1700000000000",
    "es, 17e8, 1700000000000",
    "es, -2208988800, -2208988800000",
    "es, 10413791999.999, 10413791999999",
    "em, 1700000000123, 1700000000123",
    "em, 0, 0",
    "em, -1, -1",
    "eu, 1700000000123999, 1700000000123",
    "eu, -1, -1",
    "eu, -1000, -1",
    "eu, -1001, -2",
    "en, 1700000000123999999, 1700000000123",
    "en, -1, -1",
    "en, -1000001, -2",
    "en, 9223372036854775807, 9223372036854"
  })
  void epochs(String field, String json, long millis) {
    assertEquals(Instant.ofEpochMilli(millis), value(field, json));
  }

  @ParameterizedTest
  @CsvSource({
    "es, -2208988801",
    "es, 10413792000",
    "es, 10413792000.0",
    "es, 9223372036854775807",
    "es, -9223372036854775808",
    "es, 99999999999999999999",
    "es, 1e12",
    "es, 1e999999999",
    "em, -2208988800001",
    "em, 10413792000000",
    "em, 9223372036854775808",
    "eu, 10413792000000000",
    "eu, -9223372036854775808",
    "iso, '\"1899-12-31T23:59:59.999Z\"'",
    "iso, '\"2300-01-01T00:00:00Z\"'",
    "iso, '\"0000-01-01T00:00:00Z\"'",
    "iso, '\"2299-12-31T23:59:59.999-00:01\"'"
  })
  void timesThatNoTableHolds(String field, String json) {
    fails(field, json, TIME_OUT_OF_RANGE, "expected a time from the years 1900 to 2299");
  }

  @Test
  void theFirstAndTheLastTime() {
    assertEquals(Instant.parse("1900-01-01T00:00:00Z"), value("iso", "\"1900-01-01T00:00:00Z\""));
    assertEquals(
        Instant.parse("2299-12-31T23:59:59.999Z"),
        value("iso", "\"2300-01-01T01:59:59.999999999+02:00\""));
  }

  @Test
  void timesThatCannotBeRead() {
    fails(
        "iso", "\"\"", INVALID_TIME, "expected an ISO-8601 time such as 2026-03-01T10:00:00.123Z");
    fails(
        "iso",
        "\"2026-02-30T10:00:00Z\"",
        INVALID_TIME,
        "expected a day that exists in the calendar");
    fails(
        "es",
        "1.000000000000000000000000001",
        INVALID_TIME,
        "expected at most 26 digits after the point");
    assertEquals(
        Instant.parse("2026-03-01T10:00:00Z"),
        value("iso", "\"2026-03-01T1\\u0030:00:00\\u005a\""));
  }

  @Test
  void theEventTimeIsBoundedByTheContractAndTheRecord() {
    String json = "{\"id\":\"a\",\"at\":\"%s\"}";

    decoding.row(json.formatted("2000-01-01T00:00:00Z"));
    assertEquals(
        "at: expected no time before 2000-01-01T00:00:00Z",
        decoding.failure(json.formatted("1999-12-31T23:59:59.999Z")).getMessage());
    decoding.row(json.formatted("2026-03-02T12:00:00Z"));
    DecodeException ahead = decoding.failure(json.formatted("2026-03-02T12:00:00.001Z"));
    assertEquals(TIME_OUT_OF_RANGE, ahead.code());
    assertEquals("at: expected a time at most PT24H ahead of the record's", ahead.getMessage());
  }

  @Test
  void allMissingFieldsAreNamed() {
    Decoding strict =
        Decoding.of(
            "json",
            "n: {path: x.y.z, type: int32, required: true}",
            "m: {type: map, required: true}",
            "o: {type: int32}",
            "r: {type: array, items: {type: record, fields: {k: {path: p.k, type: string, required: true},"
                + " v: {type: int64, required: true}, c: {type: int32, default: 3}}}}");

    assertEquals(
        "MISSING_FIELD id, at, x.y.z, m: required, but absent or null", told(strict, "{}"));
    assertEquals(
        "MISSING_FIELD id, x.y.z: required, but absent or null",
        told(strict, "{\"at\":\"2026-03-01T10:00:00Z\",\"id\":null,\"x\":{\"y\":null},\"m\":{}}"));
    assertEquals(
        "MISSING_FIELD r[1].p.k, r[1].v: required, but absent or null",
        told(strict, "{\"r\":[{\"p\":{\"k\":\"\"},\"v\":1},{\"p\":{},\"v\":null}]}"));
    Row row =
        strict.row(
            Decoding.event(
                ",\"x\":{\"y\":{\"z\":1}},\"m\":{},\"r\":[{\"p\":{\"k\":\"a\"},\"v\":1}]"));
    assertEquals(List.of("a", 1L, 3), row.<Row>getArray("r").iterator().next().getValues());
    assertEquals(MISSING_FIELD, strict.failure("{}").code());
  }

  private static String told(Decoding decoding, String json) {
    DecodeException e = decoding.failure(json);
    return e.code() + " " + e.getMessage();
  }
}
