package io.millrace.contract.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContractDiffTest {
  private static final String BEFORE =
      """
      contract: c
      version: 1
      limits: {max_bytes: 1000}
      fields:
        id: {type: string, required: true}
        n: {type: int32}
        money: {type: decimal, precision: 9, scale: 2}
        note: {type: string}
        e: {type: enum, values: [a, b]}
        u: {type: uint64}
        address: {type: ipv4}
        labels: {type: map}
        typed: {type: map, values: int32}
        nested: {type: array, items: {type: array, items: {type: int32}}}
        list: {type: array, items: {type: record, fields: {a: {type: int32}, b: {type: string, required: true}}}}
        at: {type: timestamp, format: iso8601, required: true}
      event_time: {field: at, max_ahead: 1h}
      identity: [id, at]
      unknown_fields: {column: extra, as: json}
      tables: {normal: {name: t}}
      """;

  private static Contract contract(String yaml) {
    return ContractLoader.parse(yaml, "c.yaml");
  }

  private static ContractDiff diff(String part, String other) {
    assertTrue(BEFORE.contains(part), part);
    return ContractDiff.of(contract(BEFORE), contract(BEFORE.replace(part, other)));
  }

  @Test
  void aRuleForRecordsDecidesWhichAreOfTheContract() {
    String one = "version: 1\nrecords: {topics: [a, 'b-*'], when: key == 'k'}\n";
    String other = "version: 1\nrecords: key == 'k'\n";
    Change narrower = diff("version: 1\n", one).changes().get(0);
    assertEquals("records", narrower.place());
    assertEquals("`all` is now `of a, b-* where key == 'k'`", narrower.what());
    assertEquals(Compatibility.FORWARD, narrower.compatibility());
    ContractDiff wider =
        ContractDiff.of(contract(BEFORE.replace("version: 1\n", one)), contract(BEFORE));
    assertEquals(Compatibility.BACKWARD, wider.compatibility());
    ContractDiff neither =
        ContractDiff.of(
            contract(BEFORE.replace("version: 1\n", one)),
            contract(BEFORE.replace("version: 1\n", other)));
    assertEquals(Compatibility.BREAKING, neither.compatibility());
    assertEquals(1, neither.changes().size());
  }

  @Test
  void equalVersionsHaveNoChanges() {
    ContractDiff diff = ContractDiff.of(contract(BEFORE), contract(BEFORE));

    assertEquals(List.of(), diff.changes());
    assertEquals(Compatibility.FULL, diff.compatibility());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          version: 1                 | version: 2                              | full     | version
          note: {type: string}       | note: {type: string, default: ""}       | full     | fields.note.default
          note: {type: string}       | note: {type: string}\\n  more: {type: int64} | full | fields.more
          note: {type: string}       | note: {type: string}\\n  more: {type: int64, required: true} | forward | fields.more
          note: {type: string}       | remark: {path: note, type: string}      | full     | fields.remark
          note: {type: string}       | note: {path: other, type: string}       | full     | fields.note
          n: {type: int32}           | n: {type: int32, required: true}        | forward  | fields.n
          n: {type: int32}           | n: {type: int64}                        | backward | fields.n
          n: {type: int32}           | n: {type: float64}                      | backward | fields.n
          n: {type: int32}           | n: {type: decimal, precision: 9, scale: 0} | breaking | fields.n
          n: {type: int32}           | n: {type: decimal, precision: 10, scale: 0} | backward | fields.n
          n: {type: int32}           | n: {type: text}                         | backward | fields.n
          n: {type: int32}           | n: {type: string}                       | breaking | fields.n
          n: {type: int32}           | n: {type: int32, lenient: true}         | backward | fields.n
          n: {type: int32}           | n: {type: int32, on_invalid: null}      | backward | fields.n
          note: {type: string}       | note: {type: uuid}                      | forward  | fields.note
          note: {type: string}       | note: {type: ipv4}                      | forward  | fields.note
          note: {type: string}       | note: {type: ipv6}                      | forward  | fields.note
          note: {type: string}       | note: {type: enum, values: [a]}         | forward  | fields.note
          n: {type: int32}           | n: {type: uint64}                       | breaking | fields.n
          n: {type: int32}           | n: {type: float32}                      | backward | fields.n
          e: {type: enum, values: [a, b]} | e: {type: enum, values: [a, b, c]} | backward | fields.e
          e: {type: enum, values: [a, b]} | e: {type: enum, values: [a, c]}    | breaking | fields.e
          e: {type: enum, values: [a, b]} | e: {type: enum, values: {a: 1, b: 3}} | full  | fields.e
          u: {type: uint64}          | u: {type: decimal, precision: 20, scale: 0} | backward | fields.u
          u: {type: uint64}          | u: {type: decimal, precision: 19, scale: 0} | breaking | fields.u
          u: {type: uint64}          | u: {type: int64}                        | breaking | fields.u
          u: {type: uint64}          | u: {type: uint64, default: 18446744073709551615} | full | fields.u.default
          address: {type: ipv4}      | address: {type: ipv6}                   | backward | fields.address
          labels: {type: map}        | labels: {type: map, values: int64}      | forward  | fields.labels
          typed: {type: map, values: int32} | typed: {type: map, values: int64} | backward | fields.typed
          nested: {type: array, items: {type: array, items: {type: int32}}} | nested: {type: array, items: {type: array, items: {type: int64}}} | backward | fields.nested
          precision: 9, scale: 2     | precision: 10, scale: 2                 | backward | fields.money
          precision: 9, scale: 2     | precision: 9, scale: 3                  | breaking | fields.money
          {a: {type: int32}          | {a: {type: int64}                       | backward | fields.list
          b: {type: string, required: true} | b: {type: string}                | backward | fields.list
          format: iso8601, required  | format: epoch_ms, required              | breaking | fields.at
          identity: [id, at]         | identity: [at]                          | breaking | identity
          version: 1                 | version: 1\\nevents: lines              | breaking | events
          version: 1                 | version: 1\\ncompression: gzip          | breaking | compression
          max_bytes: 1000            | max_bytes: 2000                         | backward | limits.max_bytes
          max_bytes: 1000            | max_bytes: 500                          | forward  | limits.max_bytes
          max_ahead: 1h              | max_ahead: 2h                           | backward | event_time.max_ahead
          max_ahead: 1h              | not_before: 2020-01-01T00:00:00Z        | breaking | event_time.max_ahead,event_time.not_before
          """)
  void oneChange(String part, String other, String compatibility, String places) {
    ContractDiff diff = diff(part, other.replace("\\n", "\n"));

    assertEquals(compatibility, diff.compatibility().label(), diff.changes().toString());
    assertEquals(
        List.of(places.split(",")),
        diff.changes().stream().map(Change::place).distinct().toList(),
        diff.changes().toString());
    // The other way round, backward is forward.
    ContractDiff back =
        ContractDiff.of(
            contract(BEFORE.replace(part, other.replace("\\n", "\n"))), contract(BEFORE));
    String reverse =
        switch (compatibility) {
          case "backward" -> "forward";
          case "forward" -> "backward";
          default -> compatibility;
        };
    assertEquals(reverse, back.compatibility().label(), back.changes().toString());
  }

  @Test
  void aChangeSaysWhatItIs() {
    assertEquals(
        List.of(new Change("fields.n", "`int32` is now `int64`", true, false)),
        diff("n: {type: int32}", "n: {type: int64}").changes());
    assertEquals(
        List.of(new Change("fields.id", "not required any more", true, false)),
        diff("id: {type: string, required: true}", "id: {type: string, default: x}")
            .changes()
            .stream()
            .filter(change -> !change.place().endsWith("default"))
            .toList());
  }

  @Test
  void whatIncludesWhat() {
    assertTrue(Compatibility.FULL.includes(Compatibility.BACKWARD));
    assertTrue(Compatibility.FORWARD.includes(Compatibility.FORWARD));
    assertFalse(Compatibility.FORWARD.includes(Compatibility.BACKWARD));
    assertFalse(Compatibility.BREAKING.includes(Compatibility.FORWARD));
    assertTrue(Compatibility.BREAKING.includes(Compatibility.BREAKING));
  }
}
