package io.millrace.decode.json;

import static io.millrace.event.DeadLetterCode.TRUNCATED;
import static io.millrace.event.DeadLetterCode.WRONG_TYPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * With {@code on_invalid: null}, an invalid value is kept as it was sent, and the event goes on.
 */
class InvalidAsNullTest {
  private static final String[] FIELDS = {
    "s: {type: string, on_invalid: null}",
    "i: {type: int32, on_invalid: null}",
    "n: {type: int64, default: -1, on_invalid: null}",
    "f: {type: float64, lenient: true, on_invalid: null}",
    "d: {type: decimal, precision: 4, scale: 2, on_invalid: null}",
    "b: {type: boolean, on_invalid: null}",
    "t: {type: timestamp, on_invalid: null}",
    "t3: {type: timestamp, format: epoch_ms, on_invalid: \"null\"}",
    "u: {type: uuid, on_invalid: null}",
    "o: {type: json, store_as: json, on_invalid: null}",
    "m: {type: map, on_invalid: null}",
    "list: {type: array, items: {type: int32}, on_invalid: null}",
    "rows: {type: array, items: {type: record, fields: {"
        + "k: {type: string, required: true}, v: {path: w.v, type: int32, on_invalid: null}, "
        + "in: {type: array, items: {type: record, fields: {x: {type: int32}}}, on_invalid: null}"
        + "}}, on_invalid: null}",
    "host: {path: meta.net.host, type: string, on_invalid: null}",
    "port: {path: meta.net.port, type: int32, on_invalid: null}",
    "user: {path: meta.user, type: string}"
  };

  private final Decoding json = Decoding.of("json", FIELDS);
  private final Decoding map = Decoding.of("map", FIELDS);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          s    | 1.50
          s    | { "a" : [ 1 ] }
          i    | "1"
          i    | 2147483648
          i    | 1.0
          i    | -99999999999999999999
          f    | "ten"
          f    | 1e309
          d    | 1.999
          d    | "1e9"
          b    | 1
          b    | "true"
          t    | "0001-01-01T00:00:00Z"
          t    | "2026-02-30T00:00:00Z"
          t    | ""
          t    | "now\\u00e9"
          t    | 1772359200
          t3   | "1772359200000"
          t3   | 9223372036854775807
          t3   | true
          u    | "none"
          o    | [ {"a" : 1} ]
          o    | "text"
          m    | [1,2]
          m    | false
          list | [1,"2",3]
          list | {"0":1}
          list | [1,null]
          list | [[1],[2,{"a":{"b":"c"}}]]
          rows | [{"k":"a"},{}]
          rows | [{"k":"a","q":1},{"k":1}]
          rows | {"k":"a"}
          """)
  void theValueIsNullAndKeptAsItWasSent(String field, String sent) throws Exception {
    String members = ",\"" + field + "\":" + sent;
    Object expected = field.equals("m") ? Map.of() : absent(field);

    Row row = json.row(Decoding.event(",\"q1\":1" + members + ",\"q2\":{}"));
    assertEquals(expected, row.getValue(field));
    assertEquals("{\"q1\":1" + members + ",\"q2\":{}}", row.getString("extra"));
    new ObjectMapper().readTree(row.getString("extra"));

    Row row2 = map.row(Decoding.event(",\"q1\":1" + members + ",\"q2\":{}"));
    assertEquals(expected, row2.getValue(field));
    assertEquals(
        Map.of(
            "q1",
            "1",
            field,
            sent.startsWith("\"") ? new ObjectMapper().readValue(sent, String.class) : sent,
            "q2",
            "{}"),
        row2.getValue("extra"));
  }

  private static Object absent(String field) {
    return field.equals("list") || field.equals("rows") ? List.of() : null;
  }

  @Test
  void theDefaultReplacesAnInvalidValue() {
    Row row = json.row(Decoding.event(",\"n\":\"5\""));

    assertEquals(-1L, row.getInt64("n"));
    assertEquals("{\"n\":\"5\"}", row.getString("extra"));
  }

  @Test
  void validValuesAreReadAsEver() {
    Row row =
        json.row(
            Decoding.event(
                ",\"s\":\"a\",\"i\":1,\"n\":2,\"f\":\"1.5\",\"b\":true,"
                    + "\"t\":\"2026-03-01T10:00:00Z\",\"o\":{\"a\" : 1},\"m\":{\"a\":[ 1 ]},"
                    + "\"list\":[1,2],\"rows\":[{\"k\":\"a\",\"w\":{\"v\":3}}],"
                    + "\"meta\":{\"net\":{\"host\":\"h\",\"port\":80},\"user\":\"u\"}"));

    assertEquals("a", row.getString("s"));
    assertEquals(1, row.getInt32("i"));
    assertEquals(2L, row.getInt64("n"));
    assertEquals(1.5, row.getDouble("f"));
    assertEquals(true, row.getBoolean("b"));
    assertEquals(Instant.parse("2026-03-01T10:00:00Z"), row.getValue("t"));
    assertEquals("{\"a\" : 1}", row.getString("o"));
    assertEquals(Map.of("a", "[ 1 ]"), row.getValue("m"));
    assertEquals(List.of(1, 2), List.copyOf(row.getArray("list")));
    Row record = (Row) row.getArray("rows").iterator().next();
    assertEquals(3, record.getInt32("v"));
    assertEquals("h", row.getString("host"));
    assertEquals(80, row.getInt32("port"));
    assertEquals("", row.getString("extra"));
  }

  @Test
  void nullIsAbsentAndNotKept() {
    assertEquals("", json.value("extra", ",\"s\":null,\"list\":null,\"meta\":null"));
  }

  @Test
  void belowItsPathInBothForms() {
    String members =
        ",\"meta\":{\"a\":1,\"net\":{\"port\":\"80\",\"z\":2,\"host\":[ \"h\" ]},\"user\":\"u\"}";

    Row row = json.row(Decoding.event(members));
    assertNull(row.getString("host"));
    assertNull(row.getInt32("port"));
    assertEquals("u", row.getString("user"));
    assertEquals(
        "{\"meta\":{\"a\":1,\"net\":{\"port\":\"80\",\"z\":2,\"host\":[ \"h\" ]}}}",
        row.getString("extra"));
    assertEquals(
        Map.of(
            "meta.a", "1", "meta.net.port", "80", "meta.net.z", "2", "meta.net.host", "[ \"h\" ]"),
        map.value("extra", members));
  }

  @Test
  void anObjectOnThePathMayBeAnythingIfNoFieldInItIsStrict() {
    String members = ",\"meta\":{\"net\":[ 80 ],\"user\":\"u\"}";

    assertNull(json.value("host", members));
    assertEquals("{\"meta\":{\"net\":[ 80 ]}}", json.value("extra", members));
    assertEquals(Map.of("meta.net", "[ 80 ]"), map.value("extra", members));
    assertEquals(Map.of("meta.net", "none"), map.value("extra", ",\"meta\":{\"net\":\"none\"}"));
    json.fails(WRONG_TYPE, "meta: expected an object, found a string", ",\"meta\":\"none\"");
  }

  @Test
  void otherFieldsStayStrict() {
    json.fails(
        WRONG_TYPE,
        "meta.user: expected a string, found an integer",
        ",\"i\":\"x\",\"meta\":{\"user\":1}");
    assertEquals(
        "id, at: required, but absent or null", json.failure("{\"i\":\"x\"}").getMessage());
  }

  @Test
  void fieldsOfRecordsKeepTheirPlaceInTheArray() {
    String members =
        ",\"rows\":[{\"k\":\"a\"},{\"k\":\"b\",\"q\":1,\"w\":{\"v\":\"x\",\"z\":2}},{\"k\":\"c\","
            + "\"w\":7}]";

    Collection<Row> rows = json.row(Decoding.event(members)).getArray("rows");
    assertEquals(List.of("a", "b", "c"), rows.stream().map(r -> r.getString("k")).toList());
    rows.forEach(r -> assertNull(r.getInt32("v")));
    assertEquals(
        "{\"rows\":[{},{\"q\":1,\"w\":{\"v\":\"x\",\"z\":2}},{\"w\":7}]}",
        json.value("extra", members));
    assertEquals(
        Map.of("rows[1].q", "1", "rows[1].w.v", "x", "rows[1].w.z", "2", "rows[2].w", "7"),
        map.value("extra", members));
  }

  @Test
  void anArrayWithinARecordIsKeptWithoutTheWholeOfTheOuterOne() {
    String members =
        ",\"rows\":[{\"q\":1,\"k\":\"a\",\"in\":[{\"x\":1,\"y\":2}]},"
            + "{\"k\":\"b\",\"in\":[{\"x\":1,\"y\":2},{\"x\":\"z\"}],\"p\":3},"
            + "{\"k\":\"c\",\"in\":[{\"y\":4}]}]";

    assertEquals(
        "{\"rows\":[{\"q\":1,\"in\":[{\"y\":2}]},"
            + "{\"in\":[{\"x\":1,\"y\":2},{\"x\":\"z\"}],\"p\":3},{\"in\":[{\"y\":4}]}]}",
        json.value("extra", members));
    assertEquals(
        Map.of(
            "rows[0].q",
            "1",
            "rows[0].in[0].y",
            "2",
            "rows[1].in",
            "[{\"x\":1,\"y\":2},{\"x\":\"z\"}]",
            "rows[1].p",
            "3",
            "rows[2].in[0].y",
            "4"),
        map.value("extra", members));
  }

  @Test
  void whatWasKeptOfAnArrayBeforeItsFailureIsKeptOnce() {
    String rows = "[{\"k\":\"a\",\"q\":1,\"in\":[{\"y\":1}]},{\"k\":\"b\",\"in\":[7],\"w\":0},{}]";
    String members = ",\"meta\":{\"q\":0},\"rows\":" + rows + ",\"z\":9";

    assertEquals(List.of(), json.value("rows", members));
    assertEquals(
        "{\"meta\":{\"q\":0},\"rows\":" + rows + ",\"z\":9}", json.value("extra", members));
    assertEquals(Map.of("meta.q", "0", "rows", rows, "z", "9"), map.value("extra", members));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          MALFORMED_JSON | "list":[1,"2",}
          MALFORMED_JSON | "list":[1 2]
          MALFORMED_JSON | "i":tru
          MALFORMED_JSON | "i":"\\x"
          DUPLICATE_KEY  | "list":["x",{"a":1,"a":2}]
          DUPLICATE_KEY  | "rows":[{"k":1,"k":2}]
          DUPLICATE_KEY  | "i":"x","i":1
          DUPLICATE_KEY  | "m":{"a":1,"a":2}
          LONE_SURROGATE | "list":["x","\\ud800"]
          LONE_SURROGATE | "i":"\\udc00"
          NOT_A_NUMBER   | "i":NaN
          NOT_A_NUMBER   | "list":["x",-Infinity]
          TOO_DEEP       | "list":["x",[[[[[[[[[]]]]]]]]]]
          TRUNCATED      | "list":["x",1
          TRUNCATED      | "i":1.5
          TRUNCATED      | "i":"x
          TRUNCATED      | "list":"x"
          """)
  void errorsOfTheJsonAreStillDeadLetters(DeadLetterCode code, String members) {
    String end = code == TRUNCATED ? "" : "}";
    String event = "{\"id\":\"a\",\"at\":\"2026-03-01T10:00:00Z\"," + members + end;

    assertEquals(code, json.failure(event).code());
    assertEquals(code, map.failure(event).code());
    // The decoder goes on with the next event.
    assertEquals("{\"i\":\"x\"}", json.value("extra", ",\"i\":\"x\""));
    assertEquals(Map.of("i", "x"), map.value("extra", ",\"i\":\"x\""));
  }

  @Test
  void aFieldAboveTheEventsIsKeptUnderThePathOfItsObject() throws Exception {
    for (String form : List.of("json", "map")) {
      String yaml =
          Decoding.small(
                  form,
                  "host: {path: $.host, type: string, on_invalid: null}",
                  "v: {type: int32, on_invalid: null}")
              .replace("format: json", "format: json\nevents: {path: list}");
      RecordDecoder decoder =
          RecordDecoder.compile(ContractLoader.parse(yaml, "small.yaml"), () -> Decoding.NOW);
      List<Object> extras = new ArrayList<>();
      decoder.decode(
          Decoding.record(
              Decoding.utf8(
                  "{\"list\":["
                      + "{\"id\":\"a\",\"at\":\"2026-03-01T10:00:00Z\",\"v\":1},"
                      + "{\"id\":\"b\",\"at\":\"2026-03-01T10:00:00Z\",\"v\":\"x\"}"
                      + "],\"host\":[ 1 ]}")),
          new RecordDecoder.Receiver() {
            @Override
            public void event(Event event) {
              assertNull(event.row().getString("host"));
              extras.add(event.row().getValue("extra"));
            }

            @Override
            public void dead(DecodeException reason, SourceRecord element) {
              throw new AssertionError(reason);
            }
          });
      assertEquals(
          form.equals("json")
              ? List.of("{\"$\":{\"host\":[ 1 ]}}", "{\"v\":\"x\",\"$\":{\"host\":[ 1 ]}}")
              : List.of(Map.of("$.host", "[ 1 ]"), Map.of("v", "x", "$.host", "[ 1 ]")),
          extras);
    }
  }
}
