package io.millrace.decode.avro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.event.DeadLetterCode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.Test;

/** The value of each kind of field for each of Avro's types, as Avro's own writer writes them. */
class AvroValuesTest {
  /** A decoder whose field x has an Avro type and a type of the contract. */
  private static AvroDecoding x(String avroType, String type) {
    return AvroDecoding.of(
        "{\"name\": \"x\", \"type\": " + avroType + "}", "x: {type: " + type + "}");
  }

  private static @Nullable Object value(String avroType, String type, @Nullable Object value) {
    return x(avroType, type).value(value);
  }

  private static ByteBuffer bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return ByteBuffer.wrap(bytes);
  }

  @Test
  void integersFitOrOverflow() {
    assertEquals(-7, value("\"int\"", "int32", -7));
    assertEquals(Integer.MIN_VALUE, value("\"long\"", "int32", (long) Integer.MIN_VALUE));
    assertEquals(Long.MAX_VALUE, value("\"long\"", "int64", Long.MAX_VALUE));
    assertEquals(Long.MIN_VALUE, value("\"long\"", "int64", Long.MIN_VALUE));
    assertEquals(12L, value("\"int\"", "int64", 12));
    x("\"long\"", "int32")
        .valueFails(1L << 31, DeadLetterCode.NUMBER_OVERFLOW, "x: expected an integer of 32 bits");
  }

  @Test
  void aFloat64TakesOnlyWhatItHoldsExactly() {
    assertEquals(0.1, value("\"double\"", "float64", 0.1));
    assertEquals((double) 0.1f, value("\"float\"", "float64", 0.1f));
    assertEquals(3.0, value("\"int\"", "float64", 3));
    assertEquals(0x1p53, value("\"long\"", "float64", 1L << 53));
    AvroDecoding longs = x("\"long\"", "float64");
    for (long inexact : new long[] {(1L << 53) + 1, Long.MAX_VALUE, Long.MAX_VALUE - 1}) {
      longs.valueFails(
          inexact,
          DeadLetterCode.NUMBER_OVERFLOW,
          "x: expected an integer that a float64 holds exactly");
    }
    for (double odd : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
      x("\"double\"", "float64")
          .valueFails(
              odd, DeadLetterCode.NOT_A_NUMBER, "x: expected a number, found NaN or Infinity");
    }
  }

  @Test
  void decimalsAreExact() {
    String money =
        "{\"type\": \"bytes\", \"logicalType\": \"decimal\", \"precision\": 20, \"scale\": 4}";
    String type = "decimal, precision: 9, scale: 2";
    assertEquals(new BigDecimal("12.50"), value(money, type, unscaled(125_000)));
    assertEquals(new BigDecimal("-0.01"), value(money, type, unscaled(-100)));
    assertEquals(new BigDecimal("0.00"), value(money, type, unscaled(0)));
    x(money, type)
        .valueFails(
            unscaled(1), DeadLetterCode.NUMBER_OVERFLOW, "x: more than 2 digits after the point");
    x(money, type)
        .valueFails(
            unscaled(1_000_000_00000L),
            DeadLetterCode.NUMBER_OVERFLOW,
            "x: more than 7 digits before the point");
    assertEquals(new BigDecimal("7.00"), value("\"int\"", type, 7));
    assertEquals(new BigDecimal("7.10"), value("\"string\"", type, "7.1"));

    AvroDecoding fixed =
        x(
            "{\"type\": \"fixed\", \"name\": \"F\", \"size\": 12, \"logicalType\": \"decimal\","
                + " \"precision\": 20, \"scale\": 2}",
            type);
    byte[] negative = new byte[12];
    Arrays.fill(negative, (byte) 0xff);
    assertEquals(
        new BigDecimal("-0.01"), fixed.value(new GenericData.Fixed(fixed.field("x"), negative)));
  }

  private static ByteBuffer unscaled(long value) {
    return ByteBuffer.wrap(BigInteger.valueOf(value).toByteArray());
  }

  @Test
  void timestampsKeepEveryDigit() {
    String millis = "{\"type\": \"long\", \"logicalType\": \"timestamp-millis\"}";
    String micros = "{\"type\": \"long\", \"logicalType\": \"timestamp-micros\"}";
    String nanos = "{\"type\": \"long\", \"logicalType\": \"timestamp-nanos\"}";
    assertEquals(
        Instant.parse("2026-03-01T10:00:00.001Z"), value(millis, "timestamp", AvroDecoding.AT + 1));
    assertEquals(
        Instant.parse("2026-03-01T10:00:00.000001Z"),
        value(micros, "timestamp", AvroDecoding.AT * 1000 + 1));
    assertEquals(
        Instant.parse("2026-03-01T09:59:59.999999999Z"),
        value(nanos, "timestamp", AvroDecoding.AT * 1_000_000 - 1));
    assertEquals(Instant.parse("1969-12-31T23:59:59.999999Z"), value(micros, "timestamp", -1L));
    assertEquals(
        Instant.ofEpochMilli(AvroDecoding.AT),
        value("\"long\"", "timestamp, format: epoch_ms", AvroDecoding.AT));
    assertEquals(
        Instant.ofEpochMilli(AvroDecoding.AT),
        value("\"string\"", "timestamp", "2026-03-01T10:00:00Z"));
    assertEquals(5L, value(micros, "int64", 5L));
    x(millis, "timestamp")
        .valueFails(
            Long.MAX_VALUE,
            DeadLetterCode.TIME_OUT_OF_RANGE,
            "x: expected a time from the years 1900 to 2262, which precision: 9 holds");
    x("\"string\"", "timestamp")
        .valueFails(
            "2026-02-30T10:00:00Z",
            DeadLetterCode.INVALID_TIME,
            "x: expected a day that exists in the calendar");
  }

  @Test
  void textsEnumsDatesUuidsAndBytesAreStrings() {
    assertEquals("ä\"\n😀", value("\"string\"", "string", "ä\"\n😀"));
    assertEquals("", value("\"string\"", "string", ""));
    AvroDecoding color =
        x("{\"type\": \"enum\", \"name\": \"C\", \"symbols\": [\"RED\", \"BLUE\"]}", "string");
    assertEquals("BLUE", color.value(new GenericData.EnumSymbol(color.field("x"), "BLUE")));
    String date = "{\"type\": \"int\", \"logicalType\": \"date\"}";
    assertEquals("2026-03-01", value(date, "string", 20_513));
    assertEquals(20_513, value(date, "int32", 20_513));
    assertEquals("AAH/", value("\"bytes\"", "string", bytes(0, 1, 255)));

    String id = "123e4567-e89b-12d3-a456-426614174000";
    String uuid = "{\"type\": \"string\", \"logicalType\": \"uuid\"}";
    assertEquals(id, value(uuid, "uuid", id));
    assertEquals(id, value("\"string\"", "uuid", "123E4567-e89b-12d3-a456-426614174000"));
    AvroDecoding fixed =
        x(
            "{\"type\": \"fixed\", \"name\": \"F\", \"size\": 16, \"logicalType\": \"uuid\"}",
            "uuid");
    assertEquals(
        id,
        fixed.value(
            new GenericData.Fixed(
                fixed.field("x"), new BigInteger(id.replace("-", ""), 16).toByteArray())));
    assertEquals(true, value("\"boolean\"", "boolean", true));
  }

  @Test
  void whatIsNotOfTheTypeIsDead() {
    record Case(String avro, Object value, String type, String message) {}
    for (Case c :
        List.of(
            new Case("\"long\"", 1L, "string", "expected a string, found an Avro long"),
            new Case(
                "\"string\"", "1", "int64", "expected an integer of 64 bits, found an Avro string"),
            new Case(
                "\"double\"", 1.0, "int64", "expected an integer of 64 bits, found an Avro double"),
            new Case(
                "{\"type\": \"long\", \"logicalType\": \"local-timestamp-micros\"}",
                1L,
                "timestamp",
                "expected a timestamp, or a string with an ISO-8601 time, found an Avro local-timestamp"),
            new Case(
                "{\"type\": \"long\", \"logicalType\": \"timestamp-micros\"}",
                1L,
                "timestamp, format: epoch_ms",
                "expected a timestamp or an integer (epoch_ms), found an Avro timestamp-micros"),
            new Case(
                "\"long\"",
                1L,
                "timestamp",
                "expected a timestamp, or a string with an ISO-8601 time, found an Avro long"),
            new Case(
                "\"double\"",
                1.0,
                "decimal, precision: 9, scale: 2",
                "expected an exact number, or a string that holds one, found an Avro double"),
            new Case(
                "\"string\"", "true", "boolean", "expected true or false, found an Avro string"))) {
      // The other branch fits, so that the contract does
      String fits =
          c.type.startsWith("string")
              ? "\"string\""
              : c.type.startsWith("boolean")
                  ? "\"boolean\""
                  : c.type.startsWith("timestamp")
                      ? "{\"type\": \"long\", \"logicalType\": \"timestamp-millis\"}"
                      : "\"int\"";
      if (c.type.startsWith("timestamp") && c.avro.contains("long")) {
        fits = c.type.contains("epoch") ? "\"int\"" : "\"string\"";
      }
      x("[" + fits + ", " + c.avro + "]", c.type)
          .valueFails(c.value, DeadLetterCode.WRONG_TYPE, "x: " + c.message);
    }
    AvroDecoding duration =
        x(
            "[\"string\", {\"type\": \"fixed\", \"name\": \"D\", \"size\": 12, \"logicalType\":"
                + " \"duration\"}]",
            "string");
    duration.valueFails(
        new GenericData.Fixed(duration.field("x"), new byte[12]),
        DeadLetterCode.WRONG_TYPE,
        "x: expected a string, found an Avro duration");
  }

  @Test
  void nullIsAbsent() {
    assertNull(value("[\"null\", \"long\"]", "int64", null));
    assertEquals(3L, value("[\"null\", \"long\"]", "int64", 3L));
    assertNull(value("[\"long\", \"null\"]", "int64", null));
    assertEquals(5L, value("[\"null\", \"long\"]", "int64, default: 5", null));
    x("[\"null\", \"long\"]", "int64, required: true")
        .valueFails(null, DeadLetterCode.MISSING_FIELD, "x: required, but absent or null");
  }

  @Test
  void jsonAndTextTakeEveryBranch() {
    String union =
        "[\"null\", \"string\", \"long\", \"double\", {\"type\": \"map\", \"values\":"
            + " \"long\"}, {\"type\": \"array\", \"items\": [\"null\", \"boolean\"]}]";
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("a\"b", 1L);
    assertEquals("\"q\\\"\\u0001\"", value(union, "json", "q\"\u0001"));
    assertEquals("q\"\u0001", value(union, "text", "q\"\u0001"));
    assertEquals("-12", value(union, "json", -12L));
    assertEquals("1.0E10", value(union, "text", 1e10));
    assertEquals("\"NaN\"", value(union, "json", Double.NaN));
    assertEquals("{\"a\\\"b\":1}", value(union, "json", map));
    assertEquals("[true,null]", value(union, "text", Arrays.asList(true, null)));
    assertNull(value(union, "json", null));
    x(union, "json, store_as: json")
        .valueFails(1L, DeadLetterCode.WRONG_TYPE, "x: expected an object, found an Avro long");
    assertEquals("{\"a\\\"b\":1}", value(union, "json, store_as: json", map));
  }

  @Test
  void logicalTypesInJsonAreReadable() {
    AvroDecoding decoding =
        AvroDecoding.of(
            """
            {"name": "x", "type": {"type": "record", "name": "L", "fields": [
              {"name": "day", "type": {"type": "int", "logicalType": "date"}},
              {"name": "us", "type": {"type": "long", "logicalType": "timestamp-micros"}},
              {"name": "local", "type": {"type": "long", "logicalType": "local-timestamp-millis"}},
              {"name": "money", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9,
                  "scale": 2}},
              {"name": "raw", "type": "bytes"},
              {"name": "f", "type": "float"},
              {"name": "next", "type": ["null", "L"]}]}}
            """,
            "x: {type: json}");
    GenericRecord inner = new GenericData.Record(decoding.field("x"));
    inner.put("day", -1);
    inner.put("us", 1L);
    inner.put("local", 2L);
    inner.put("money", unscaled(12345));
    inner.put("raw", bytes(255));
    inner.put("f", 0.1f);
    GenericRecord outer = new GenericData.Record((GenericData.Record) inner, true);
    outer.put("next", inner);
    String json =
        "{\"day\":\"1969-12-31\",\"us\":\"1970-01-01T00:00:00.000001Z\",\"local\":2,"
            + "\"money\":123.45,\"raw\":\"/w==\",\"f\":0.1,\"next\":";
    assertEquals(json + json + "null}}", decoding.value(outer));
  }
}
