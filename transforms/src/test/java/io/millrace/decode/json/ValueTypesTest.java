package io.millrace.decode.json;

import static io.millrace.event.DeadLetterCode.DUPLICATE_KEY;
import static io.millrace.event.DeadLetterCode.NUMBER_OVERFLOW;
import static io.millrace.event.DeadLetterCode.UNKNOWN_VALUE;
import static io.millrace.event.DeadLetterCode.WRONG_TYPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.event.DeadLetterCode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Unsigned integers, floats of 32 bits, addresses, enums, typed maps and arrays of arrays. */
class ValueTypesTest {
  private static final String UNSIGNED = "expected an unsigned integer of 64 bits";

  private final Decoding decoding =
      Decoding.of(
          "json",
          "u: {type: uint64}",
          "lu: {type: uint64, lenient: true}",
          "f: {type: float32}",
          "lf: {type: float32, lenient: true}",
          "v4: {type: ipv4}",
          "v6: {type: ipv6}",
          "e: {type: enum, values: [up, ofé]}",
          "soft: {type: enum, values: [up], on_invalid: null}",
          "counts: {type: map, values: uint64}",
          "prices: {type: map, values: {type: decimal, precision: 9, scale: 2}}",
          "times: {type: map, values: {type: timestamp, format: epoch_ms}}",
          "raws: {type: map, values: json}",
          "strings: {type: map, values: string}",
          "grid: {type: array, items: {type: array, items: {type: int64}}}",
          "cube: {type: array, items: {type: array, items: {type: array, items: {type: ipv6}}}}",
          "rows: {type: array, items: {type: record, fields: {m: {type: map, values: int32},"
              + " a: {type: array, items: {type: array, items: {type: enum, values: [x]}}}}}}");

  private Object value(String field, String json) {
    return decoding.fieldValue(field, json);
  }

  private void fails(String field, String json, DeadLetterCode code, String message) {
    decoding.fieldFails(field, json, code, message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "1",
        "999999999999999999",
        "9223372036854775807",
        "9223372036854775808",
        "9999999999999999999",
        "18446744073709551615"
      })
  void uint64(String json) {
    assertEquals(Long.parseUnsignedLong(json), value("u", json));
    assertEquals(Long.parseUnsignedLong(json), value("lu", '"' + json + '"'));
  }

  @Test
  void anyUint64() {
    Random random = new Random(11);
    for (int i = 0; i < 2000; i++) {
      long bits = random.nextLong() >>> random.nextInt(64);
      assertEquals(bits, value("u", Long.toUnsignedString(bits)));
      BigInteger beyond = new BigInteger(Long.toUnsignedString(bits)).setBit(64);
      fails("u", beyond.toString(), NUMBER_OVERFLOW, UNSIGNED);
    }
  }

  @Test
  void minusZeroIsZero() {
    assertEquals(0L, value("u", "-0"));
    assertEquals(0L, value("lu", "\"-0\""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "-9223372036854775808",
        "18446744073709551616",
        "99999999999999999999",
        "100000000000000000000000"
      })
  void beyondUint64(String json) {
    fails("u", json, NUMBER_OVERFLOW, UNSIGNED);
    fails("lu", '"' + json + '"', NUMBER_OVERFLOW, UNSIGNED);
  }

  @Test
  void noUint64() {
    fails("u", "1.0", WRONG_TYPE, UNSIGNED + ", found a number with fraction or exponent");
    fails("u", "\"1\"", WRONG_TYPE, UNSIGNED + ", found a string");
    fails("lu", "\"0x1\"", WRONG_TYPE, "expected a string with an unsigned integer of 64 bits");
    fails("lu", "true", WRONG_TYPE, UNSIGNED + ", or a string that holds one, found a boolean");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "-0, -0.0",
    "-0.0, -0.0",
    "0.1, 0.1",
    "1e-45, 1.4E-45",
    "1e-46, 0.0",
    "1.17549435e-38, 1.17549435E-38",
    "3.4028235e38, 3.4028235E38",
    "3.4028235677973366e38, 3.4028235E38",
    "3.4028235677973367e38, number_overflow",
    "-1e39, number_overflow",
    "16777217, 1.6777216E7",
    // Through a double it would be rounded twice, to 1.0000001.
    "1.00000005960464477539062500000001, 1.0000001",
    "1.000000059604644775390625, 1.0",
    "18446744073709551615, 1.8446744E19"
  })
  void float32(String json, String expected) {
    if (expected.equals("number_overflow")) {
      fails("f", json, NUMBER_OVERFLOW, "expected a number of 32 bits");
    } else {
      assertEquals(Float.valueOf(expected), value("f", json));
      assertEquals(Float.valueOf(expected), value("lf", '"' + json + '"'));
    }
  }

  @Test
  void addresses() {
    assertEquals("255.255.255.255", value("v4", "\"255.255.255.255\""));
    assertEquals("10.0.0.1", value("v4", "\"\\u00310.0.0.1\""));
    assertEquals("::", value("v6", "\"0:0::0\""));
    assertEquals("::ffff:10.0.0.1", value("v6", "\"10.0.0.1\""));
    String v4 = "expected an IPv4 address of four numbers without leading zeros, such as 192.0.2.1";
    String v6 = "expected an IPv6 address such as 2001:db8::1, or an IPv4 address";
    fails("v4", "\"10.0.0.01\"", WRONG_TYPE, v4);
    fails("v4", "\"::1\"", WRONG_TYPE, v4);
    fails("v4", "167772161", WRONG_TYPE, "expected a string, found an integer");
    fails("v6", "\"fe80::1%1\"", WRONG_TYPE, v6);
    fails("v6", "\"\"", WRONG_TYPE, v6);
  }

  @Test
  void enums() {
    assertEquals("up", value("e", "\"up\""));
    assertEquals("up", value("e", "\"\\u0075p\""));
    assertEquals("ofé", value("e", "\"ofé\""));
    fails("e", "\"down\"", UNKNOWN_VALUE, "expected a value of the enum: up, ofé");
    fails("e", "1", WRONG_TYPE, "expected a string, found an integer");
    Row row = decoding.row(Decoding.event(",\"soft\":\"down\""));
    assertNull(row.getValue("soft"));
    assertEquals("{\"soft\":\"down\"}", row.getString("extra"));
  }

  @Test
  void aLongEnumIsNamedInPart() {
    Decoding many = Decoding.of("json", "e: {type: enum, values: [a,b,c,d,e,f,g,h,i,j,k,l]}");
    many.fieldFails(
        "e",
        "\"z\"",
        UNKNOWN_VALUE,
        "expected a value of the enum: a, b, c, d, e, f, g, h, i, j and 2 more");
  }

  @Test
  void typedMaps() {
    assertEquals(
        Map.of("a", 1L, "é", -1L), value("counts", "{\"a\":1,\"é\":18446744073709551615}"));
    assertEquals(Map.of("p", new BigDecimal("1.50")), value("prices", "{\"p\":\"1.5\"}"));
    assertEquals(Map.of("t", Instant.ofEpochMilli(5)), value("times", "{\"t\":5}"));
    assertEquals(Map.of("j", "\"x\"", "o", "{ }"), value("raws", "{\"j\":\"x\",\"o\":{ }}"));
    assertEquals(Map.of("s", "x"), value("strings", "{\"s\":\"x\"}"));
    assertEquals(Map.of(), value("counts", "{}"));
    assertEquals(Map.of(), decoding.value("counts", ""));
    assertEquals(Map.of(), decoding.value("counts", ",\"counts\":null"));
  }

  @Test
  void aWrongValueNamesItsKey() {
    fails("counts", "{\"a\":1,\"b c\":-1}", NUMBER_OVERFLOW, UNSIGNED, "counts.b?c");
    fails("strings", "{\"a\":1}", WRONG_TYPE, "expected a string, found an integer", "strings.a");
    fails("counts", "{\"a\":null}", WRONG_TYPE, "expected a value, found null", "counts.a");
    fails(
        "rows",
        "[{},{\"m\":{\"k\":\"x\"}}]",
        WRONG_TYPE,
        "expected an integer of 32 bits, found a string",
        "rows[1].m.k");
    fails("counts", "[]", WRONG_TYPE, "expected an object, found an array");
    fails(
        "counts",
        "{\"a\":1,\"a\":1}",
        DUPLICATE_KEY,
        "the key stands there twice; expected it once",
        "counts.a");
  }

  private void fails(String field, String json, DeadLetterCode code, String message, String place) {
    decoding.fails(code, place + ": " + message, ",\"" + field + "\":" + json);
  }

  @Test
  void arraysOfArrays() {
    assertEquals(List.of(List.of(1L, 2L), List.of(), List.of(3L)), value("grid", "[[1,2],[],[3]]"));
    assertEquals(List.of(List.of(List.of("::1")), List.of()), value("cube", "[[[\"0::1\"]],[]]"));
    fails("grid", "[[1],2]", WRONG_TYPE, "expected an array, found an integer", "grid[1]");
    fails("grid", "[[1],null]", WRONG_TYPE, "expected an element, found null", "grid[1]");
    fails("grid", "[[1],[1,null]]", WRONG_TYPE, "expected an element, found null", "grid[1][1]");
    fails(
        "cube",
        "[[[]],[[\"::1\",\"::2\",5]]]",
        WRONG_TYPE,
        "expected a string, found an integer",
        "cube[1][0][2]");
    fails(
        "rows",
        "[{\"a\":[[\"x\"],[\"y\"]]}]",
        UNKNOWN_VALUE,
        "expected a value of the enum: x",
        "rows[0].a[1][0]");
  }
}
