package io.millrace.decode.avro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.yaml.ContractException;
import io.millrace.event.DeadLetterCode;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.junit.jupiter.api.Test;

/** Unsigned integers, floats of 32 bits, addresses, enums, typed maps and arrays of arrays. */
class AvroValueTypesTest {
  private static AvroDecoding x(String avroType, String type) {
    return AvroDecoding.of(
        "{\"name\": \"x\", \"type\": " + avroType + "}", "x: {type: " + type + "}");
  }

  private static Object value(String avroType, String type, Object value) {
    Object found = x(avroType, type).value(value);
    if (found == null) {
      throw new AssertionError("null");
    }
    return found;
  }

  @Test
  void numbers() {
    assertEquals(Long.MAX_VALUE, value("\"long\"", "uint64", Long.MAX_VALUE));
    assertEquals(7L, value("\"int\"", "uint64", 7));
    x("\"long\"", "uint64")
        .valueFails(
            -1L, DeadLetterCode.NUMBER_OVERFLOW, "x: expected an unsigned integer of 64 bits");
    assertEquals(Float.MIN_VALUE, value("\"float\"", "float32", Float.MIN_VALUE));
    assertEquals(0.1f, value("\"double\"", "float32", 0.1));
    assertEquals(0x1p24f, value("\"long\"", "float32", (1L << 24) + 1));
    x("\"double\"", "float32")
        .valueFails(1e39, DeadLetterCode.NUMBER_OVERFLOW, "x: expected a number of 32 bits");
    x("\"float\"", "float32")
        .valueFails(
            Float.NaN, DeadLetterCode.NOT_A_NUMBER, "x: expected a number, found NaN or Infinity");
  }

  @Test
  void textsAndSymbols() {
    assertEquals("10.0.0.1", value("\"string\"", "ipv4", "10.0.0.1"));
    assertEquals("::1", value("\"string\"", "ipv6", "0::0001"));
    assertEquals("up", value("\"string\"", "enum, values: [up]", "up"));
    AvroDecoding symbols =
        x(
            "{\"type\": \"enum\", \"name\": \"E\", \"symbols\": [\"up\", \"down\"]}",
            "enum, values: [up]");
    Schema type = symbols.field("x");
    assertEquals("up", symbols.value(new GenericData.EnumSymbol(type, "up")));
    symbols.valueFails(
        new GenericData.EnumSymbol(type, "down"),
        DeadLetterCode.UNKNOWN_VALUE,
        "x: expected a value of the enum: up");
    x("\"string\"", "ipv6")
        .valueFails(
            "x",
            DeadLetterCode.WRONG_TYPE,
            "x: expected an IPv6 address such as 2001:db8::1, or an IPv4 address");
  }

  @Test
  void typedMaps() {
    String longs = "{\"type\": \"map\", \"values\": \"long\"}";
    assertEquals(
        Map.of("a", 1L, "b", 2L), value(longs, "map, values: uint64", Map.of("a", 1L, "b", 2L)));
    x(longs, "map, values: uint64")
        .valueFails(
            Map.of("a", -1L),
            DeadLetterCode.NUMBER_OVERFLOW,
            "x.a: expected an unsigned integer of 64 bits");
    ContractException never =
        assertThrows(ContractException.class, () -> x(longs, "map, values: string"));
    assertEquals(
        List.of(
            "small.yaml:3:30: format.schema: x: expected a string; the schema has an Avro long"),
        never.problems());
  }

  @Test
  void arraysOfArrays() {
    String grid = "{\"type\": \"array\", \"items\": {\"type\": \"array\", \"items\": \"long\"}}";
    String type = "array, items: {type: array, items: {type: uint64}}";
    List<List<Long>> value = List.of(List.of(1L, 2L), List.of());
    assertEquals(value, value(grid, type, value));
    x(grid, type)
        .valueFails(
            List.of(List.of(1L), List.of(1L, -1L)),
            DeadLetterCode.NUMBER_OVERFLOW,
            "x[1][1]: expected an unsigned integer of 64 bits");
  }
}
