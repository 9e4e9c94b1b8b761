package io.millrace.contract.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.Contract;
import io.millrace.contract.EventsInRecord;
import io.millrace.contract.EventsInRecord.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a contract says of records that hold many events. */
class EventsInRecordTest {
  private static Contract contract(String head, String fields) {
    return ContractLoader.parse(
        """
        contract: c
        version: 1
        %s
        fields:
          at: {type: timestamp, required: true}
          %s
        event_time: {field: at}
        identity: [at]
        unknown_fields: {column: extra, as: json}
        tables:
          normal: {name: n, columns: [at, extra]}
          late: {name: l, columns: [at, extra]}
          dead_letters: {name: d}
        """
            .formatted(head, fields),
        "c.yaml");
  }

  private static List<List<String>> arrays(String path) {
    return contract("events: {path: " + path + "}", "n: {type: string}").events().arrays();
  }

  @Test
  void byDefaultARecordIsOneEvent() {
    assertNull(contract("format: json", "n: {type: string}").events());
  }

  @Test
  void pathsOfArrays() {
    assertEquals(List.of(List.of("metrics")), arrays("metrics"));
    assertEquals(List.of(List.of("metrics")), arrays("'metrics[]'"));
    assertEquals(List.of(List.of("a", "b")), arrays("$.a.b"));
    assertEquals(List.of(List.of("a"), List.of("b", "c")), arrays("'a[].b.c'"));
    assertEquals(List.of(List.of()), arrays("$"));
    assertEquals(List.of(List.of()), arrays("'$[]'"));
    assertEquals(List.of(List.of(), List.of("a")), arrays("'$[].a'"));
    assertEquals(List.of(List.of("a.b")), arrays("['a.b']"));
  }

  @Test
  void limits() {
    EventsInRecord lines =
        contract(
                "events: lines\nlimits: {max_events: 5, max_record_bytes: 3000000}",
                "n: {type: string}")
            .events();

    assertEquals(new EventsInRecord(Kind.LINES, List.of(), 5, 3_000_000), lines);
  }

  @Test
  void pathsAboveTheEvent() {
    Contract contract =
        contract(
            "events: {path: 'a[].b[].c'}",
            """
            own: {path: x.y, type: string}
              record: {path: $.h.i, type: string}
              outer: {path: '$.a[].h', type: string}
              inner: {path: '$.a[].b[].h', type: string}
            """);

    assertEquals(
        List.of(0, 0, 3, 2, 1), contract.fields().stream().map(field -> field.above()).toList());
    assertEquals(List.of("h", "i"), contract.fields().get(2).path());
    assertEquals("$.h.i", contract.fields().get(2).dottedPath());
  }

  @Test
  void withoutAnArrayADollarIsAKey() {
    Contract contract = contract("format: json", "n: {path: $.a, type: string}");

    assertEquals(List.of("$", "a"), contract.fields().get(1).path());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          events: words      | n: {type: string}                | events: expected lines, or a mapping with `path`
          events: {path: a, at: b} | n: {type: string}                | events.at: unknown key
          events: {path: 'a..b'} | n: {type: string}            | events.path: expected keys joined by dots
          events: {path: a}  | n: {path: '$.a[].b', type: string} | fields.n.path: expected the path from the event
          events: {path: a}  | n: {path: '$.b[].c', type: string} | fields.n.path: expected only arrays of `events.path`
          events: {path: a}  | n: {path: '$.a', type: string}   | fields.n.path: expected a value outside of the array
          events: {path: a}  | n: {path: '$', type: string}     | fields.n.path: expected a key after
          limits: {max_events: 5} | n: {type: string}           | limits.max_events: only for records that hold many
          format: {type: json, speed: 9} | n: {type: string}    | format.speed: the format json has no such option
          format: {type: jsno} | n: {type: string}              | format.type: expected one of
          """)
  void problems(String head, String field, String problem) {
    ContractException e = assertThrows(ContractException.class, () -> contract(head, field));

    assertEquals(
        List.of("c.yaml: " + problem),
        Problems.withoutPositions(e).stream()
            .map(p -> p.substring(0, Math.min(p.length(), problem.length() + 8)))
            .toList());
  }
}
