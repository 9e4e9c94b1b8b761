package io.millrace.decode.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the contract does not declare is kept, wherever it stands. */
class UnknownFieldsTest {
  private static final String[] FIELDS = {
    "host: {path: meta.net.host, type: string}",
    "user: {path: meta.user, type: string}",
    "odd: {path: ['odd \"key\"', k], type: string}",
    "rows: {path: data.rows, type: array, items: {type: record, fields: {v: {path: w.v, type: int32}}}}"
  };

  private final Decoding json = Decoding.of("json", FIELDS);
  private final Decoding map = Decoding.of("map", FIELDS);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "id2":1                                      | {"id2":1}
          "x" : null , "y":[ 1 , 2 ]                   | {"x":null,"y":[ 1 , 2 ]}
          "x":"\\u00e9\\n","\\u0079":{"a" : "é"}       | {"x":"\\u00e9\\n","\\u0079":{"a" : "é"}}
          "x":1.50e+01                                 | {"x":1.50e+01}
          "":true                                      | {"":true}
          "meta":{"trace":"a"}                         | {"meta":{"trace":"a"}}
          "meta":{"user":"u","trace":"a","net":{"host":"h"}} | {"meta":{"trace":"a"}}
          "meta":{"net":{"port":80}}                   | {"meta":{"net":{"port":80}}}
          "meta":{"a":1,"net":{"b":2,"host":"h","c":3},"d":4},"e":5 | {"meta":{"a":1,"net":{"b":2,"c":3},"d":4},"e":5}
          "a":0,"meta":{"net":{"b":1}},"c":2           | {"a":0,"meta":{"net":{"b":1}},"c":2}
          "met\\u0061":{"x":1}                         | {"meta":{"x":1}}
          "odd \\"key\\"":{"k":"","x":1}               | {"odd \\"key\\"":{"x":1}}
          "meta":{"meta":{"user":1}}                   | {"meta":{"meta":{"user":1}}}
          "host":"x","meta":{"host":"y"}               | {"host":"x","meta":{"host":"y"}}
          "data":{"rows":[{"q":1}]}                    | {"data":{"rows":[{"q":1}]}}
          "data":{"rows":[{"w":{"v":1}},{},{"w":{"x":7,"v":1},"q":2},{"w":null}]} | {"data":{"rows":[{},{},{"w":{"x":7},"q":2}]}}
          "data":{"rows":[{"q":1},{},{"q":2}],"n":3}   | {"data":{"rows":[{"q":1},{},{"q":2}],"n":3}}
          "data":{"n":0,"rows":[{"w":{"x":1}},{"w":{"x":2}}]} | {"data":{"n":0,"rows":[{"w":{"x":1}},{"w":{"x":2}}]}}
          """)
  void asJsonNestedAsTheyWereSent(String members, String expected) throws Exception {
    assertEquals(expected, json.value("extra", "," + members));
    // Also between declared members
    assertEquals(
        expected,
        json.row("{" + members + ",\"at\":\"2026-03-01T10:00:00Z\",\"id\":\"a\"}")
            .getString("extra"));
    new ObjectMapper().readTree(expected);
  }

  @Test
  void noUnknownFieldsIsAnEmptyForm() {
    String known =
        ",\"meta\":{\"net\":{\"host\":\"h\"}},\"data\":{\"rows\":[{\"w\":{\"v\":1}},{}]}";

    assertEquals("", json.value("extra", known));
    assertEquals(Map.of(), map.value("extra", known));
  }

  @Test
  void asMapOfDottedPaths() {
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("x", "text\n");
    expected.put("meta.n", "1.0");
    expected.put("meta.net.o", "{ \"a\" : \"\\n\" }");
    expected.put("data.rows[0].q", "null");
    expected.put("data.rows[2].w.x", "[]");
    expected.put("data.rows[2].q", "true");

    Object extra =
        map.value(
            "extra",
            ",\"x\":\"text\\n\",\"meta\":{\"n\":1.0,\"net\":{\"o\":{ \"a\" : \"\\n\" }}},"
                + "\"data\":{\"rows\":[{\"q\":null},{},{\"w\":{\"x\":[]},\"q\":true}]}");

    assertEquals(expected, extra);
    assertEquals(List.copyOf(expected.keySet()), List.copyOf(((Map<?, ?>) extra).keySet()));
  }

  @Test
  void pathsThatLookAlikeAreBothKept() {
    assertEquals(
        Map.of("meta.x", "1", "meta.x#2", "2", "meta.x#3", "3"),
        map.value(
            "extra",
            ",\"meta.x\":1,\"meta\":{\"x\":2,\"x#2\":4}".replace(",\"x#2\":4", "")
                + ",\"meta.x#3\":3"));
    assertEquals(
        Map.of("meta.x", "1", "meta.x#2", "2", "meta.x#2#2", "4"),
        map.value("extra", ",\"meta.x\":1,\"meta\":{\"x\":2,\"x#2\":4}"));
  }

  @Test
  void manyAndLarge() throws Exception {
    StringBuilder members = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      members.append(",\"key").append(i).append("\":\"").append("é".repeat(i % 50)).append('"');
    }

    String extra = (String) json.value("extra", members.toString());

    assertEquals("{" + members.substring(1) + "}", extra);
    assertEquals("", json.value("extra", ""));
  }
}
