package io.millrace.contract.yaml;

import static io.millrace.contract.yaml.ShopContract.FILE;
import static io.millrace.contract.yaml.ShopContract.VALID;
import static io.millrace.contract.yaml.ShopContract.problems;
import static io.millrace.contract.yaml.ShopContract.problemsWith;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Invalid contracts. */
class ContractProblemsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          # part of the valid contract                 | replaced by                                  | line starts with                               | and contains
          contract: shop                               | contrakt: shop                               | contrakt: unknown key                           | expected one of contract
          contract: shop                               | contract: [shop]                             | contract: expected a string                     | ["shop"]
          version: 3                                   | version: three                               | version: expected an integer                    | "three"
          version: 3                                   | version: 0                                   | version: expected an integer                    | from 1
          version: 3                                   | version: 99999999999                         | version: expected an integer                    | 99999999999
          format: json                                 | format: cobol                                | format: expected one of                         | "cobol"
          max_bytes: 1000                              | max_bytes: 1                                 | limits.max_bytes: expected an integer       | from 2
          max_depth: 8                                 | max_depth: 901                               | limits.max_depth: expected an integer       | to 900
          max_depth: 8                                 | max_deep: 8                                  | limits.max_deep: unknown key                    | max_depth
          id: {type: string, required: true}           | id: {type: strnig, required: true}           | fields.id.type: expected one of string          | "strnig"
          id: {type: string, required: true}           | id: string                                   | fields.id: expected a mapping                   | path, type
          id: {type: string, required: true}           | id: {type: string, required: yes please}     | fields.id.required: expected true or false      | "yes please"
          id: {type: string, required: true}           | id: {type: string, required: true, size: 3}  | fields.id.size: unknown key                     | expected one of path
          id: {type: string, required: true}           | id: {type: string, required: true, default: x} | fields.id.default: a required field           | cannot have a default
          id: {type: string, required: true}           | id: {type: string, required: true, path: a..b} | fields.id.path: expected keys joined          | metadata.user_id
          id: {type: string, required: true}           | id: {type: string, required: true, path: []} | fields.id.path: expected at least one key       | key
          id: {type: string, required: true}           | id: {type: string, required: true, path: 5}  | fields.id.path: expected a list of strings        | found 5
          id: {type: string, required: true}           | id: {type: string, required: true, format: iso8601} | fields.id.format: only for              | timestamp
          id: {type: string, required: true}           | id: {type: string, required: true, scale: 2} | fields.id.scale: only for                       | decimal
          id: {type: string, required: true}           | id: {type: string, required: true, path: time.zone} | fields.at: path time overlaps            | `id`
          id: {type: string, required: true}           | id: {type: string, required: true, lenient: true} | fields.id.lenient: only for the types      | int32, int64, uint64, float32, float64, decimal, boolean and timestamp
          path: meta.fault, type: text                 | path: meta.fault, type: int32, lenient: "yes" | fields.fault.lenient: expected true or false  | "yes"
          sku: {type: string}                          | sku: {type: uuid, lenient: true}             | fields.lines.items.fields.sku.lenient: only for | timestamp
          items: {type: record, fields: {sku: {type: string}}} | items: {type: string, lenient: true} | fields.lines.items.lenient: only for            | timestamp
          items: {type: record, fields: {sku: {type: string}}} | items: {type: int32, on_invalid: null} | fields.lines.items.on_invalid: unknown key    | lenient
          lines: {type: array,                         | lines: {type: array, lenient: true,          | fields.lines.lenient: only for the types        | int32
          path: meta.fault, type: text                 | path: meta.fault, type: text, on_invalid: drop | fields.fault.on_invalid: expected null        | makes a dead letter
          path: meta.fault, type: text                 | path: meta.fault, type: text, on_invalid: 0  | fields.fault.on_invalid: expected null          | makes a dead letter
          path: meta.fault, type: text                 | path: meta.fault, type: text, on_invalid: {} | fields.fault.on_invalid: expected null          | makes a dead letter
          id: {type: string, required: true}           | id: {type: string, required: true, on_invalid: null} | fields.id.on_invalid: only for an optional field | without `required: true`
          at: {path: time, type: timestamp, required: true} | at: {path: time, type: timestamp, required: true, on_invalid: null} | fields.at.on_invalid: only for | optional
          id: {type: string, required: true}           | id: {type: string, default: "", on_invalid: null} | identity: `id` cannot identify             | expected a field without `on_invalid`
          path: meta.fault, type: text                 | path: meta, type: text                       | fields.price: path meta.price overlaps          | `fault`
          path: meta.fault, type: text                 | type: int64, low_cardinality: true           | fields.fault.low_cardinality: only for          | string and text
          path: meta.fault, type: text                 | type: text, required: true                   | error.field: is always present                  | optional
          path: time, type: timestamp                  | path: time, type: timestamp, format: rfc1123 | fields.at.format: expected one of iso8601       | epoch_ms
          path: time, type: timestamp                  | path: time, type: int64                      | event_time.field: expected a required field     | timestamp
          precision: 20                                | precision: 39                                | fields.price.precision: expected an integer | to 38
          precision: 20                                | precision: 19                                | fields.price.default: expected a number         | at most 19 digits
          1234567890123456.7891                        | 0.00001                                      | fields.price.default: expected a number         | 4 of them after the decimal point
          1234567890123456.7891                        | much                                         | fields.price.default: expected a value          | decimal
          type: record, fields                         | type: map, fields                            | fields.lines.items.type: expected a scalar      | record
          {sku: {type: string}}                        | {sku: {type: strnig}}                        | fields.lines.items.fields.sku.type: expected    | strnig
          {sku: {type: string}}                        | {}                                           | fields.lines.items.fields: expected at least    | one field
          lines: {type: array, items: {type: record,   | items: {type: record, path: [x], nothing: {type: record, | fields.items.type: a record must be | element of an array
          fault: {path                                 | ingestion_time: {path                        | fields.ingestion_time: Millrace adds a column        | expected another
          fault: {path                                 | 1st: {path                                   | fields.1st: expected a column name                   | digit
          out_of_orderness: 5s                         | out_of_orderness: 5 parsecs                  | event_time.out_of_orderness: expected a duration | 5 parsecs
          out_of_orderness: 5s                         | out_of_orderness: -PT5S                      | event_time.out_of_orderness: expected a duration | 10s
          allowed_lateness: 2h                         | allowed_lateness: 999999999d                 | event_time.allowed_lateness: expected a duration | 999999999d
          bucket: 5m                                   | bucket: 106751991168d                        | event_time.bucket: expected a duration          | 106751991168d
          bucket: 5m                                   | bucket: 999ms                                | event_time.bucket: expected at least 1s         | 1s
          out_of_orderness: 5s                         | out_of_orderness: 3654d                      | event_time.out_of_orderness: expected at most 3653d | found 3654d
          out_of_orderness: 5s                         | out_of_orderness: 25h                        | event_time.max_ahead: expected at least         | event_time.out_of_orderness (25h), found 1d
          bucket: 5m                                   | bucket: 7m                                   | event_time.bucket: expected a length that divides a day | found 7m
          not_before: 2020-01-01T00:00:00Z             | not_before: 2400-01-01T00:00:00Z             | event_time.not_before: expected an instant in the past | 2400-01-01T00:00:00Z
          not_before: 2020-01-01T00:00:00Z             | not_before: 2020                             | event_time.not_before: expected an instant      | 2020-01-01
          field: at                                    | field: when                                  | event_time.field: no field `when`               | expected a name
          identity: [id, at]                           | identity: [id]                               | identity: expected the event time `at`          | identity
          identity: [id, at]                           | identity: [id, id, at]                       | identity: `id` is listed twice               | twice
          identity: [id, at]                           | identity: [id, at, fault]                    | identity: `fault` cannot identify               | an event; expected a required field, or one with a default
          identity: [id, at]                           | identity: [id, at, lines]                    | identity: `lines` cannot identify               | an event; expected a scalar field
          identity: [id, at]                           | identity: [id, at, colour]                   | identity: no field `colour`                     | expected a name
          identity: [id, at]                           | identity: id                                 | identity: expected a list of strings              | "id"
          error: {field: fault, is: present}           | error: {field: fault, is: absent}            | error.is: expected present                      | reports
          error: {field: fault, is: present}           | error: {field: fault}                        | error.is: expected one of present               | nothing
          error: {field: fault, is: present}           | error: {field: fault, in: []}                | error.in: expected at least one value           | value
          error: {field: fault, is: present}           | error: {field: price, in: [x]}               | error.field: expected a field of type string    | `in`
          error: {field: fault, is: present}           | error: {field: fault, is: present, in: [x]}  | error: expected either                          | not both
          column: extra, as: json                      | column: extra, as: xml                       | unknown_fields.as: expected one of json, map    | "xml"
          column: extra, as: json                      | column: id, as: json                         | unknown_fields.column: `id` is a declared       | another name
          column: extra, as: json                      | column: late_by_ms, as: json                 | unknown_fields.column: Millrace adds a column        | another
          column: extra, as: json                      | column: the rest, as: json                   | unknown_fields.column: expected a column name        | letters
          columns: [id, at, price, extra]              | columns: [id, at, cost, extra]               | tables.normal.columns: no field `cost`          | expected a name
          columns: [id, at, price, extra]              | columns: [id, at, at, extra]                 | tables.normal.columns: `at` is listed twice  | twice
          columns: [id, at, price, extra]              | columns: [at, price, extra]                  | tables.normal.columns: expected `id`            | identity
          columns: [id, at, price, extra]              | columns: [id, at, price]                     | tables.normal.columns: expected `extra`         | unknown fields
          order_by: [id]                               | order_by: [price]                            | tables.normal.order_by: `price` is not part      | collapse
          order_by: [id]                               | order_by: [id, id]                           | tables.normal.order_by: `id` is listed twice | twice
          ttl: 30d                                     | ttl: 5m                                      | tables.normal.ttl: expected at least 1h         | 1h
          name: shop_errors                            | name: shop                                   | tables.error.name: another table has the name    | `shop`; expected a unique name
          name: shop_errors                            | name: shop errors                            | tables.error.name: expected a table name        | letters
          audit: {name: shop_audit, ttl: 7d}           | audit: shop_audit                            | tables.audit: expected a mapping                | name, ttl
          audit: {name: shop_audit, ttl: 7d}           | audit: {nam: shop_audit}                     | tables.audit.nam: unknown key                   | name, ttl
          name: shop_audit                             | name: shop                                   | tables.audit.name: another table has the name    | `shop`; expected a unique name
          audit: {name: shop_audit, ttl: 7d}           | audit: {name: shop_audit, ttl: 7m}           | tables.audit.ttl: expected at least 1h          | 1h
          dead_letters:                                | dead_leters:                                 | tables.dead_leters: unknown key                 | dead_letters
          """)
  void reportsEachProblemWithFilePathAndExpectation(
      String part, String replacement, String start, String content) {
    List<String> lines = problemsWith(part, replacement);

    assertThat(lines, hasItem(startsWith(FILE + ": " + start)));
    assertThat(
        lines.stream().filter(l -> l.startsWith(FILE + ": " + start)).toList(),
        everyItem(containsString(content)));
    assertThat(lines, everyItem(startsWith(FILE + ": ")));
    assertThat(lines, everyItem(not(containsString("\n"))));
  }

  @Test
  void reportsAllProblemsAtOnce() {
    List<String> lines =
        problems(
            VALID
                .replace("version: 3", "version: x")
                .replace("type: text", "type: txt")
                .replace("bucket: 5m", "bucket: 5")
                .replace("as: json", "as: yaml"));

    assertThat(
        lines,
        contains(
            startsWith("shop.yaml: version: "),
            startsWith("shop.yaml: fields.fault.type: "),
            startsWith("shop.yaml: event_time.bucket: "),
            startsWith("shop.yaml: unknown_fields.as: ")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          contract: [            | not valid YAML
          {a: 1, a: 2}           | not valid YAML
          a list                 | expected a contract
          42                     | expected a contract
          """)
  void reportsOneProblemForAFileThatIsNotAContract(String yaml, String content) {
    assertThat(problems(yaml), contains(containsString(content)));
  }

  @Test
  void reportsWhatAFormatCannotDecode() {
    assertThat(
        problems(
            VALID
                .replace("format: json", "format: text")
                .replace("type: decimal, precision", "type: decimal, lenient: true, precision")
                .replace(
                    "type: text}",
                    "type: text, on_invalid: null}\n  twin: {path: time, type: text}")),
        contains(
            "shop.yaml: fields.fault.on_invalid: not for the format text",
            "shop.yaml: fields.twin: path time overlaps with the path of `at`; expected separate"
                + " paths",
            "shop.yaml: fields.price.lenient: not for the format text"));
  }

  @Test
  void rejectsAnEmptyFile() {
    assertThat(problems(""), hasSize(1));
  }

  @Test
  void rejectsASecondDocument() {
    assertThat(problems(VALID + "---\ncontract: other\n"), contains(containsString("YAML")));
  }

  @Test
  void rejectsADuplicateKey() {
    assertThat(
        problemsWith("version: 3\n", "version: 3\nversion: 4\n"),
        contains(startsWith("shop.yaml: not valid YAML")));
  }
}
