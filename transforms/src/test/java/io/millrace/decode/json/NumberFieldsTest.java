package io.millrace.decode.json;

import static io.millrace.event.DeadLetterCode.NUMBER_OVERFLOW;
import static io.millrace.event.DeadLetterCode.TIME_OUT_OF_RANGE;
import static io.millrace.event.DeadLetterCode.WRONG_TYPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.millrace.event.DeadLetterCode;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields of numbers: what fits, and what does not and is neither rounded nor cut. */
class NumberFieldsTest {
  private final Decoding decoding =
      Decoding.of(
          "json",
          "i: {type: int32, default: 7}",
          "l: {type: int64}",
          "f: {type: float64}",
          "d: {type: decimal, precision: 9, scale: 2}",
          "w: {type: decimal, precision: 38, scale: 0}",
          "j: {type: json}",
          "em: {type: timestamp, format: epoch_ms}");

  private Object value(String field, String json) {
    return decoding.fieldValue(field, json);
  }

  private void fails(String field, String json, DeadLetterCode code, String message) {
    decoding.fieldFails(field, json, code, message);
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
}
