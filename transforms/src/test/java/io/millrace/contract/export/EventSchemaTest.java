package io.millrace.contract.export;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.json.Decoding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema of an event, beside the decoder of the same contract. */
class EventSchemaTest {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private static JsonSchema schema(Contract contract) {
    return JsonSchemaFactory.getInstance(VersionFlag.V202012)
        .getSchema(
            JSON.<com.fasterxml.jackson.databind.JsonNode>valueToTree(EventSchema.of(contract)));
  }

  private static boolean accepts(JsonSchema schema, String event) {
    try {
      return schema.validate(JSON.readTree(event)).isEmpty();
    } catch (JsonProcessingException e) {
      throw new AssertionError(event, e);
    }
  }

  private static boolean accepts(Decoding decoding, String event) {
    try {
      return decoding.decode(Decoding.utf8(event)) != null;
    } catch (DecodeException e) {
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # field                              | accepted, between two blanks                    | rejected
          v: {type: string}                    | "" "a" null                                     | 1 true {} []
          v: {type: string, required: true}    | "" "a"                                          | null 1
          v: {type: string, default: x}        | "a" null                                        | 1
          v: {type: int32}                     | 0 -1 2147483647 null                            | 2147483648 1.5 "1"
          v: {type: int32, lenient: true}      | 0 "42" "-7" null                                | "x" "01" "+1" true
          v: {type: int64}                     | 9223372036854775807 -9223372036854775808        | 9223372036854775808 "1"
          v: {type: float64}                   | 1 -1.5e300 null                                 | "1" true
          v: {type: float64, lenient: true}    | 1 "1e3" "-1.5"                                  | "NaN" ""
          v: {type: decimal, precision: 5, scale: 2} | 999.99 "1.50" -999.99 1e2 null            | 1000 -1000 "x" true
          v: {type: boolean}                   | true false null                                 | 0 "true"
          v: {type: boolean, lenient: true}    | true 0 1 "0" "false" null                       | 2 "yes"
          v: {type: timestamp}                 | "2026-03-01T10:00:00Z" "2026-03-01t10:00+0200" null | "yesterday" "2026-03-01T10:00:00" 5
          v: {type: timestamp, lenient: true}  | "2026-03-01T10:00:00" "2026-03-01T10:00:00,5+02" | "2026-03-01" 5
          v: {type: timestamp, format: epoch_s} | 1772359200 1772359200.5 null                   | "1772359200" {}
          v: {type: timestamp, format: epoch_ms} | 1772359200123 null                            | "1772359200123" 1.5
          v: {type: timestamp, format: epoch_ns, lenient: true} | 1772359200123456789 "1772359200123456789" | "x"
          v: {type: uuid}                      | "123e4567-E89B-12d3-a456-426614174000" null     | "123e4567" 1
          v: {type: json}                      | 1 "a" {} [] null                                |
          v: {type: json, required: true}      | 1 "a" {} []                                     | null
          v: {type: json, store_as: json}      | {} {"a":1} null                                 | [] "a"
          v: {type: text}                      | 1 "a" {} null                                   |
          v: {type: map}                       | {} {"a":[1]} null                               | [] "a"
          v: {type: array, items: {type: int32}} | [] [1,2] null                                 | [null] ["1"] {}
          v: {type: array, items: {type: int32, lenient: true}} | ["1",2]                        | [true]
          v: {type: array, items: {type: record, fields: {a: {type: string, required: true}}}} | [] [{"a":"x","b":1}] | [{}] [{"a":null}] [1]
          v: {type: int32, on_invalid: null}   | 1 "x" {} null                                   |
          v: {path: v.w, type: string}         | {} {"w":"a"} {"w":null,"x":1} null              | 1 {"w":1}
          v: {path: v.w, type: string, required: true} | {"w":"a"}                               | {} null 1 {"w":null}
          v: {path: v.w, type: string, on_invalid: null} | {} 1 [] {"w":5}                       |
          v: {path: [v, a.b], type: string}    | {"a.b":"c"} {}                                  | {"a.b":1}
          """)
  void agreesWithTheDecoder(String field, String accepted, String rejected) {
    Decoding decoding = Decoding.of("json", field);
    JsonSchema schema = schema(decoding.contract);
    for (String value : accepted.split(" ", -1)) {
      String event = Decoding.event(",\"v\":" + value);
      assertEquals(true, accepts(decoding, event), "the decoder accepts " + event);
      assertEquals(true, accepts(schema, event), "the schema accepts " + event);
    }
    for (String value : rejected == null ? List.<String>of() : List.of(rejected.split(" ", -1))) {
      String event = Decoding.event(",\"v\":" + value);
      assertEquals(false, accepts(decoding, event), "the decoder accepts " + event);
      assertEquals(false, accepts(schema, event), "the schema accepts " + event);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"query-events", "user-events", "tracking", "fleet-logs", "fleet-metrics"})
  void acceptsTheSampleEventsOfShippedContracts(String name) throws Exception {
    Path events = Path.of("../test-data/events", name.replace("fleet-", "") + ".jsonl");
    Decoding decoding = Decoding.shipped(name);
    JsonSchema schema = schema(decoding.contract);
    int valid = 0;
    for (String event : Files.readAllLines(events)) {
      if (accepts(decoding, event)) {
        assertEquals(true, accepts(schema, event), event);
        valid++;
      }
    }
    assertThat(valid, greaterThan(3));
  }

  @Test
  void twoFieldsOfOnePathMustBothAcceptIt() {
    Contract contract =
        Decoding.of("json", "tags: {type: map}", "first: {path: tags, type: text}").contract;

    assertEquals(true, accepts(schema(contract), Decoding.event(",\"tags\":{\"a\":1}")));
    assertEquals(false, accepts(schema(contract), Decoding.event(",\"tags\":1")));
  }

  @Test
  void leavesOutWhatIsAroundTheEvent() throws Exception {
    Contract contract =
        ContractLoader.parse(
            Decoding.small("json", "host: {path: $.host, type: string, required: true}")
                .replace("format: json", "format: json\nevents: {path: all}"),
            "small.yaml");

    assertEquals(true, accepts(schema(contract), Decoding.event("")));
    assertEquals(
        "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"title\":\"small\","
            + "\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"},"
            + "\"at\":{\"type\":\"string\",\"pattern\":\"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}"
            + ":[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)$\"}},"
            + "\"required\":[\"id\",\"at\"]}",
        JSON.writeValueAsString(EventSchema.of(contract)));
  }
}
