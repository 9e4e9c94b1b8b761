package io.millrace.decode.json;

import static io.millrace.event.DeadLetterCode.INVALID_TIME;
import static io.millrace.event.DeadLetterCode.NUMBER_OVERFLOW;
import static io.millrace.event.DeadLetterCode.TIME_OUT_OF_RANGE;
import static io.millrace.event.DeadLetterCode.TRUNCATED;
import static io.millrace.event.DeadLetterCode.WRONG_TYPE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.event.DeadLetterCode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a lenient field takes beyond a strict one, and what not even that takes. */
class LenientFieldsTest {
  private static final String[] FIELDS = {
    "i: {type: int32%s}",
    "l: {type: int64%s}",
    "f: {type: float64%s}",
    "d: {type: decimal, precision: 9, scale: 2%s}",
    "b: {type: boolean%s}",
    "es: {type: timestamp, format: epoch_s%s}",
    "em: {type: timestamp, format: epoch_ms%s}",
    "eu: {type: timestamp, format: epoch_us%s}",
    "en: {type: timestamp, format: epoch_ns%s}",
    "iso: {type: timestamp%s}",
    "list: {type: array, items: {type: int64%s}}",
    "rows: {type: array, items: {type: record, fields: {v: {type: int32%s}}}}"
  };

  private final Decoding lenient = decoding(", lenient: true");
  private final Decoding strict = decoding("");

  private static Decoding decoding(String more) {
    String[] fields = FIELDS.clone();
    for (int i = 0; i < fields.length; i++) {
      fields[i] = fields[i].formatted(more);
    }
    return Decoding.of("json", fields);
  }

  private void takes(Object expected, String field, String json) {
    assertEquals(expected, lenient.fieldValue(field, json));
  }

  private void refuses(String field, String json, DeadLetterCode code, String message) {
    lenient.fieldFails(field, json, code, message);
  }

  @ParameterizedTest
  @CsvSource({"0", "-0", "42", "-15", "2147483647", "-2147483648"})
  void anInt32InAString(int value) {
    takes(value, "i", "\"" + value + "\"");
    takes(value, "i", String.valueOf(value));
    strict.fieldFails(
        "i", "\"" + value + "\"", WRONG_TYPE, "expected an integer of 32 bits, found a string");
  }

  @ParameterizedTest
  @CsvSource({
    "0",
    "999999999999999999",
    "1000000000000000000",
    "9223372036854775807",
    "-9223372036854775808"
  })
  void anInt64InAString(long value) {
    takes(value, "l", "\"" + value + "\"");
    takes(value, "l", String.valueOf(value));
    strict.fieldFails(
        "l", "\"" + value + "\"", WRONG_TYPE, "expected an integer of 64 bits, found a string");
  }

  @Test
  void aNumberInAStringWithEscapes() {
    takes(42, "i", "\"4\\u0032\"");
    takes(42L, "l", "\"\\u0034\\u0032\"");
    takes(true, "b", "\"\\u0074rue\"");
    takes(Instant.ofEpochSecond(42), "es", "\"4\\u0032\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-0.0", "-1.5", "1E5", "-1.5e-7", "4.9e-324", "9007199254740993"})
  void aFloatInAString(String number) {
    takes(Double.parseDouble(number), "f", "\"" + number + "\"");
    takes(Double.parseDouble(number), "f", number);
    strict.fieldFails("f", "\"" + number + "\"", WRONG_TYPE, "expected a number, found a string");
  }

  @Test
  void aDecimalInAStringAsWithoutLeniency() {
    takes(new BigDecimal("-1.50"), "d", "\"-1.5\"");
    assertEquals(new BigDecimal("-1.50"), strict.fieldValue("d", "\"-1.5\""));
    refuses("d", "\"1.999\"", NUMBER_OVERFLOW, "more than 2 digits after the point");
  }

  @Test
  void numbersInStringsOverflowAsOthersDo() {
    refuses("i", "\"2147483648\"", NUMBER_OVERFLOW, "expected an integer of 32 bits");
    refuses("i", "\"-9223372036854775809\"", NUMBER_OVERFLOW, "expected an integer of 32 bits");
    refuses("l", "\"9223372036854775808\"", NUMBER_OVERFLOW, "expected an integer of 64 bits");
    refuses("l", "\"-9223372036854775809\"", NUMBER_OVERFLOW, "expected an integer of 64 bits");
    refuses(
        "l",
        "\"" + "9".repeat(1_000_000) + "\"",
        NUMBER_OVERFLOW,
        "expected an integer of 64 bits");
    refuses("f", "\"1e309\"", NUMBER_OVERFLOW, "expected a number of 64 bits");
    refuses("em", "\"9223372036854775808\"", TIME_OUT_OF_RANGE, years(2299));
  }

  private static String years(int last) {
    return last == 2299
        ? "expected a time from the years 1900 to 2299"
        : "expected a time from the years 1900 to 2262, which precision: 9 holds";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "1 ", " 1", "\\t1", "+1", "01", "1.0", "1e3", "1.", ".5", "0x1", "1_0", "1,0", "-",
        "ten", "null", "true", "\u0661"
      })
  void stringsThatHoldNoInteger(String text) {
    String json = "\"" + text + "\"";

    refuses("i", json, WRONG_TYPE, "expected a string with an integer of 32 bits");
    refuses("l", json, WRONG_TYPE, "expected a string with an integer of 64 bits");
    refuses("em", json, WRONG_TYPE, "expected a string with an integer of milliseconds since 1970");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "1.5 ", " 1.5", "+1", "01", "1.", ".5", "1e", "1f", "NaN", "-Infinity"})
  void stringsThatHoldNoNumber(String text) {
    String json = "\"" + text + "\"";

    refuses("f", json, WRONG_TYPE, "expected a string with a number");
    refuses("es", json, WRONG_TYPE, "expected a string with a number of seconds since 1970");
  }

  @ParameterizedTest
  @CsvSource({
    "true, true", "false, false", "1, true", "0, false",
    "'\"true\"', true", "'\"false\"', false", "'\"1\"', true", "'\"0\"', false"
  })
  void booleans(String json, boolean expected) {
    takes(expected, "b", json);
    if (!json.equals("true") && !json.equals("false")) {
      strict.fieldFails(
          "b",
          json,
          WRONG_TYPE,
          "expected true or false, found " + (json.startsWith("\"") ? "a string" : "an integer"));
    }
  }

  @Test
  void noOtherBooleans() {
    for (String text : List.of("", "True", "TRUE", "yes", "on", "t", " true", "true ", "01", "2")) {
      refuses("b", "\"" + text + "\"", WRONG_TYPE, "expected a string with true, false, 0 or 1");
    }
    String expected = "expected true, false, 0 or 1, or a string that holds one, found ";
    for (String json : List.of("2", "-1", "-0", "10", "99999999999999999999")) {
      refuses("b", json, WRONG_TYPE, expected + "an integer");
    }
    for (String json : List.of("1.0", "0e0")) {
      refuses("b", json, WRONG_TYPE, expected + "a number with fraction or exponent");
    }
    refuses("b", "[]", WRONG_TYPE, expected + "an array");
  }

  @Test
  void whatIsNeitherANumberNorAString() {
    refuses(
        "i",
        "true",
        WRONG_TYPE,
        "expected an integer of 32 bits, or a string that holds one, found a boolean");
    refuses(
        "l",
        "1.0",
        WRONG_TYPE,
        "expected an integer of 64 bits, or a string that holds one, found a number with fraction"
            + " or exponent");
    refuses(
        "f", "{}", WRONG_TYPE, "expected a number, or a string that holds one, found an object");
    refuses(
        "en",
        "[1]",
        WRONG_TYPE,
        "expected an integer of nanoseconds since 1970, or a string that holds one, found an"
            + " array");
  }

  @ParameterizedTest
  @CsvSource({
    "es, 1700000000, 1700000000, 0",
    "es, -1, -1, 0",
    "es, 1700000000.001999999, 1700000000, 1999999",
    "es, 1.7e9, 1700000000, 0",
    "em, 1700000000123, 1700000000, 123000000",
    "em, -1, -1, 999000000",
    "eu, 1700000000123999, 1700000000, 123999000",
    "en, 9223372036854775807, 9223372036, 854775807"
  })
  void epochsInStringsKeepEveryDigit(String field, String number, long seconds, long nanos) {
    takes(Instant.ofEpochSecond(seconds, nanos), field, "\"" + number + "\"");
    takes(Instant.ofEpochSecond(seconds, nanos), field, number);
    assertEquals(
        WRONG_TYPE, strict.failure(Decoding.event(",\"" + field + "\":\"" + number + "\"")).code());
  }

  @Test
  void epochsInStringsThatAreNoTimes() {
    refuses("es", "\"1.0000000001\"", INVALID_TIME, "expected at most 9 digits after the point");
    refuses("es", "\"1e999999999\"", TIME_OUT_OF_RANGE, years(2262));
    refuses(
        "em",
        "\"1.5\"",
        WRONG_TYPE,
        "expected a string with an integer of milliseconds since 1970");
    refuses(
        "em",
        "\"1772359200123456\"",
        TIME_OUT_OF_RANGE,
        years(2299) + "; is epoch_us read as epoch_ms? (see the field's `format` in the contract)");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-01 10:00:00, 1772359200, 0",
    "2026-03-01T10:00:00.123456789, 1772359200, 123456789",
    "2026-03-01T10:00, 1772359200, 0",
    "2026-03-01T1\\u0030:00:00, 1772359200, 0",
    "2026-03-01T10:00:00.12345678900Z, 1772359200, 123456789",
    "2026-03-01T11:00:00.1234567890+01, 1772359200, 123456789"
  })
  void timesWithoutOffsetAndWithFurtherZeros(String text, long seconds, long nanos) {
    takes(Instant.ofEpochSecond(seconds, nanos), "iso", "\"" + text + "\"");
    assertEquals(INVALID_TIME, strict.failure(Decoding.event(",\"iso\":\"" + text + "\"")).code());
  }

  @Test
  void timesThatNotEvenALenientFieldTakes() {
    refuses(
        "iso",
        "\"2026-03-01T10:00:00.1234567891Z\"",
        INVALID_TIME,
        "expected at most 9 digits after the second");
    refuses(
        "iso",
        "\"2026-02-29 10:00:00\"",
        INVALID_TIME,
        "expected a day that exists in the calendar");
    refuses("iso", "\"0001-01-01T00:00:00\"", TIME_OUT_OF_RANGE, years(2262));
    refuses(
        "iso",
        "1772359200",
        WRONG_TYPE,
        "expected a string with an ISO-8601 time, found an integer");
  }

  @Test
  void elementsAndFieldsOfRecords() {
    takes(List.of(1L, 2L, -3L), "list", "[1,\"2\",\"-3\"]");
    Row row =
        ((Collection<?>) lenient.fieldValue("rows", "[{\"v\":\"7\"}]"))
            .stream().map(Row.class::cast).findFirst().orElseThrow();
    assertEquals(7, row.getInt32("v"));
    lenient.fails(
        WRONG_TYPE, "list[1]: expected a string with an integer of 64 bits", ",\"list\":[1,\"x\"]");
    assertEquals(
        "list[0]: expected an integer of 64 bits, found a string",
        strict.failure(Decoding.event(",\"list\":[\"2\"]")).getMessage());
  }

  @Test
  void aNumberAtTheEndIsCutOff() {
    for (String json : List.of("1", "2", "1.0", "-0")) {
      assertEquals(TRUNCATED, lenient.failure("{\"b\":" + json).code(), json);
    }
    assertEquals(TRUNCATED, lenient.failure("{\"i\":\"1").code());
    assertEquals(TRUNCATED, lenient.failure("{\"i\":\"1\"").code());
  }
}
