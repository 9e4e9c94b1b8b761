package io.millrace.decode.json;

import static io.millrace.event.DeadLetterCode.MISSING_FIELD;
import static io.millrace.event.DeadLetterCode.WRONG_TYPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;
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
    return decoding.fieldValue(field, json);
  }

  private void fails(String field, String json, DeadLetterCode code, String message) {
    decoding.fieldFails(field, json, code, message);
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
    assertEquals(uuid, value("u", "\"\\u0031" + uuid.substring(1) + "\""));
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

  @Test
  void jsonStoredAsJsonIsAnObject() {
    Decoding documents = Decoding.of("json", "d: {type: json, store_as: json}");
    assertEquals("{ \"a\": 1.50 }", documents.fieldValue("d", "{ \"a\": 1.50 }"));
    assertEquals(null, documents.value("d", ",\"d\":null"));
    documents.fieldFails("d", "[1]", WRONG_TYPE, "expected an object, found an array");
    documents.fieldFails("d", "\"{}\"", WRONG_TYPE, "expected an object, found a string");
    documents.fieldFails("d", "true", WRONG_TYPE, "expected an object, found a boolean");
    documents.fieldFails("d", "1", WRONG_TYPE, "expected an object, found an integer");
  }
}
