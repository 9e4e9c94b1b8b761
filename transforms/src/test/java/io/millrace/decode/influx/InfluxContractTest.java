package io.millrace.decode.influx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.contract.EventsInRecord;
import io.millrace.contract.yaml.ContractException;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.contract.yaml.Problems;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Contracts that line protocol cannot fulfill are refused when they are loaded. */
class InfluxContractTest {
  private static List<String> problems(String options, String... fields) {
    return Problems.withoutPositions(
        assertThrows(ContractException.class, () -> Points.contract(options, "json", fields)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          foo: {path: foo.bar, type: string}                          | fields.foo.path: foo.bar is nowhere in a point; expected measurement, series, tags, tags.NAME, fields, fields.NAME or time
          host: {type: string}                                      | fields.host.path: host is nowhere in a point; expected measurement, series, tags, tags.NAME, fields, fields.NAME or time
          foo: {path: measurement.x, type: string}                    | fields.foo.path: measurement.x is nowhere
          foo: {path: tags.a.b, type: string}                         | fields.foo.path: expected one name; write a name that holds dots as [tags, "a.b"]
          foo: {path: fields.a.b, type: string}                       | fields.foo.path: expected one name; write a name that holds dots as [fields, "a.b"]
          foo: {path: $.tags, type: string}                           | fields.foo.path: $.tags is nowhere in a point
          foo: {path: field, type: string}                            | fields.foo.path: field is only for rows: field
          foo: {path: value, type: text}                | fields.foo.path: value is only for rows: field
          foo: {path: value_type, type: string}                       | fields.foo.path: value_type is only for rows: field
          foo: {path: measurement, type: int64}         | fields.foo.type: expected one of string, text for measurement
          foo: {path: series, type: map}                | fields.foo.type: expected one of string, text for series
          foo: {path: tags, type: int32}                | fields.foo.type: expected one of string, json, text, map for tags
          foo: {path: tags, type: map, values: int64}   | fields.foo.values: expected a type for strings, because the value of a tag is one
          foo: {path: tags.a, type: int64}              | fields.foo.type: expected one of string, decimal, timestamp, uuid, ipv4, ipv6, enum, json, text for tags.a
          foo: {path: tags.a, type: timestamp, format: epoch_s} | fields.foo.format: expected iso8601, because the value of a tag is a string
          foo: {path: fields.a, type: map}              | fields.foo.type: expected one of string, int32, int64, uint64, float32, float64, decimal, boolean, timestamp, uuid, ipv4, ipv6, enum, json, text for fields.a
          foo: {path: fields.a, type: array, items: {type: string}} | fields.foo.type: expected one of
          foo: {path: fields.a, type: json, store_as: json} | fields.foo.store_as: expected text: the value is no JSON object
          """)
  void aPathOrTypeThatNoPointHas(String field, String problem) {
    List<String> problems = problems("", field);

    assertEquals(1, problems.size(), problems.toString());
    assertTrue(problems.get(0).startsWith("c.yaml: " + problem), problems.toString());
  }

  @Test
  void eventsForFieldsKeepNameAndValue() {
    assertEquals(
        List.of(
            "c.yaml: format.rows: expected a field with the path field, without which an event for"
                + " each field would lose it",
            "c.yaml: format.rows: expected a field with the path value, without which an event for"
                + " each field would lose it",
            "c.yaml: fields.x.path: fields.x is only for rows: point"),
        problems("rows: field", "x: {path: fields.x, type: string}"));
  }

  @Test
  void theFormatOfTheTimeIsThePrecision() {
    String time =
        "other: {path: tags.t, type: string}\n  x: {path: time, type: timestamp, format: epoch_ms}";
    // Two fields with one path are another problem, and hide those of the format.
    assertTrue(problems("", time).get(0).contains("overlaps"));

    String yaml =
        """
        contract: c
        version: 1
        format: {type: influx, precision: %s}
        fields:
          at: {path: time, type: timestamp, format: epoch_ms, required: true}
        event_time: {field: at}
        identity: [at]
        unknown_fields: {column: extra, as: json}
        tables: {normal: {name: n}}
        """;
    assertEquals(
        List.of(
            "c.yaml: fields.at.format: expected epoch_s, which is the precision of the format"
                + " influx"),
        Problems.withoutPositions(
            assertThrows(
                ContractException.class,
                () -> ContractLoader.parse(yaml.formatted("s"), "c.yaml"))));
    assertEquals(3, ContractLoader.parse(yaml.formatted("ms"), "c.yaml").fields().get(0).digits());
  }

  @Test
  void onlyTheOptionsOfTheFormat() {
    assertEquals(
        List.of(
            "c.yaml: format.precision: expected one of ns, us, ms, s; found h",
            "c.yaml: format.rows: expected one of point, field; found line",
            "c.yaml: format.header: the format influx has no such option; expected one of"
                + " precision, rows"),
        problems("precision: h, rows: line, header: true"));
  }

  @Test
  void aRecordAlwaysHoldsMany() {
    assertEquals(
        EventsInRecord.Kind.FORMAT,
        Points.contract("", "json", "m: {path: measurement, type: string}").events().kind());
  }
}
