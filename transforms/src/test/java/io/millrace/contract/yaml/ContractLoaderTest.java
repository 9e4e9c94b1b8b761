package io.millrace.contract.yaml;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.contract.ColumnDefinition;
import io.millrace.contract.Condition;
import io.millrace.contract.Contract;
import io.millrace.contract.TableDefinition;
import io.millrace.contract.UnknownFields;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContractLoaderTest {
  private static final String FILE = "shop.yaml";

  private static final String VALID =
      """
      contract: shop
      version: 3
      description: Orders
      format: json
      limits: {max_bytes: 1000, max_depth: 8}
      fields:
        id: {type: string, required: true}
        at: {path: time, type: timestamp, required: true}
        fault: {path: meta.fault, type: text}
        price: {path: meta.price, type: decimal, precision: 20, scale: 4, default: 1234567890123456.7891}
        lines: {type: array, items: {type: record, fields: {sku: {type: string}}}}
      event_time:
        field: at
        out_of_orderness: 5s
        allowed_lateness: 2h
        bucket: 5m
        max_ahead: 1d
        not_before: 2020-01-01T00:00:00Z
      identity: [id, at]
      error: {field: fault, is: present}
      unknown_fields: {column: extra, as: json}
      tables:
        normal: {name: shop, columns: [id, at, price, extra], order_by: [id], ttl: 30d}
        error: {name: shop_errors, columns: [id, at, fault, extra]}
        late: {name: shop_late, columns: [id, at, extra]}
        dead_letters: {name: shop_dead, ttl: 90d}
        audit: {name: shop_audit, ttl: 7d}
      """;

  private static List<String> mistakes(String yaml) {
    return assertThrows(ContractException.class, () -> ContractLoader.parse(yaml, FILE)).mistakes();
  }

  /** What is wrong with the valid contract once a part of it is replaced. */
  private static List<String> mistakesWith(String part, String replacement) {
    assertThat("the part is there", VALID, containsString(part));
    return mistakes(VALID.replace(part, replacement));
  }

  @Test
  void readsEverything() {
    Contract contract = ContractLoader.parse(VALID, FILE);

    assertEquals("shop", contract.name());
    assertEquals(3, contract.version());
    assertEquals("json", contract.format());
    assertEquals(new Contract.Limits(1000, 8), contract.limits());
    assertEquals(List.of("id", "at"), contract.identity());
    assertEquals("at", contract.eventTime());
    assertEquals(
        new Contract.TimeBounds(
            Duration.ofSeconds(5),
            Duration.ofHours(2),
            Duration.ofMinutes(5),
            Duration.ofDays(1),
            Instant.parse("2020-01-01T00:00:00Z")),
        contract.time());
    assertEquals(new Condition("fault", Condition.Test.PRESENT, List.of()), contract.error());
    assertEquals(new UnknownFields("extra", UnknownFields.Form.JSON), contract.unknownFields());
    assertEquals(List.of("meta", "fault"), contract.fields().get(2).path());
    assertEquals(new BigDecimal("1234567890123456.7891"), contract.fields().get(3).defaultValue());
    assertEquals(Duration.ofDays(30), contract.tables().normal().ttl());
    assertEquals(
        List.of("id", "at", "extra", "late_by_ms"), contract.tables().late().columnNames());
    assertEquals(
        List.of("id", "at", "fault", "price", "lines", "ingestion_time", "late_by_ms", "extra"),
        contract.schema().getFieldNames());
  }

  @Test
  void theFormatIsJsonUnlessAnotherOneIsNamed() {
    assertEquals("json", ContractLoader.parse(VALID.replace("format: json\n", ""), FILE).format());
    assertEquals(
        "text", ContractLoader.parse(VALID.replace("format: json", "format: text"), FILE).format());
  }

  @Test
  void theAuditTableNeedNotBeNamed() {
    assertEquals(
        new Contract.AuditTable("shop_audit", Duration.ofDays(7)),
        ContractLoader.parse(VALID, FILE).tables().audit());
    assertEquals(
        new Contract.AuditTable("audit", Duration.ofDays(7)),
        ContractLoader.parse(VALID.replace("{name: shop_audit, ttl", "{ttl"), FILE)
            .tables()
            .audit());
    assertEquals(
        new Contract.AuditTable("audit", null),
        ContractLoader.parse(VALID.replace("audit: {name: shop_audit, ttl: 7d}", ""), FILE)
            .tables()
            .audit());
  }

  @Test
  void aContractTravelsToWorkers() {
    Contract contract = ContractLoader.parse(VALID, FILE);

    assertEquals(contract, SerializableUtils.clone(contract));
  }

  @Test
  void anErrorTablesFaultIsNeverNull() {
    ColumnDefinition fault =
        ContractLoader.parse(VALID, FILE).tables().error().columns().stream()
            .filter(c -> c.name().equals("fault"))
            .findFirst()
            .orElseThrow();

    assertTrue(fault.field().nullable());
    assertEquals(false, fault.nullable());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          # part of the valid contract                 | replaced by                                  | line begins with                                | and tells
          contract: shop                               | contrakt: shop                               | contrakt: unknown key                           | expected one of contract
          contract: shop                               | contract: [shop]                             | contract: expected a text                       | ["shop"]
          version: 3                                   | version: three                               | version: expected a whole number                | "three"
          version: 3                                   | version: 0                                   | version: expected a whole number                | from 1
          version: 3                                   | version: 99999999999                         | version: expected a whole number                | 99999999999
          format: json                                 | format: avro                                 | format: expected one of json, text;             | "avro"
          max_bytes: 1000                              | max_bytes: 1                                 | limits.max_bytes: expected a whole number       | from 2
          max_depth: 8                                 | max_depth: 901                               | limits.max_depth: expected a whole number       | to 900
          max_depth: 8                                 | max_deep: 8                                  | limits.max_deep: unknown key                    | max_depth
          id: {type: string, required: true}           | id: {type: strnig, required: true}           | fields.id.type: expected one of string          | "strnig"
          id: {type: string, required: true}           | id: string                                   | fields.id: expected a mapping                   | path, type
          id: {type: string, required: true}           | id: {type: string, required: yes please}     | fields.id.required: expected true or false      | "yes please"
          id: {type: string, required: true}           | id: {type: string, required: true, size: 3}  | fields.id.size: unknown key                     | expected one of path
          id: {type: string, required: true}           | id: {type: string, required: true, default: x} | fields.id.default: a required field           | no default
          id: {type: string, required: true}           | id: {type: string, required: true, path: a..b} | fields.id.path: expected keys joined          | metadata.user_id
          id: {type: string, required: true}           | id: {type: string, required: true, path: []} | fields.id.path: expected at least one key       | key
          id: {type: string, required: true}           | id: {type: string, required: true, path: 5}  | fields.id.path: expected a list of texts        | found 5
          id: {type: string, required: true}           | id: {type: string, required: true, format: iso8601} | fields.id.format: only for              | timestamp
          id: {type: string, required: true}           | id: {type: string, required: true, scale: 2} | fields.id.scale: only for                       | decimal
          id: {type: string, required: true}           | id: {type: string, required: true, path: time} | fields.at: path time overlaps                 | `id`
          path: meta.fault, type: text                 | path: meta, type: text                       | fields.price: path meta.price overlaps          | `fault`
          path: meta.fault, type: text                 | type: int64, low_cardinality: true           | fields.fault.low_cardinality: only for          | string and text
          path: meta.fault, type: text                 | type: text, required: true                   | error.field: is always present                  | optional
          path: time, type: timestamp                  | path: time, type: timestamp, format: rfc1123 | fields.at.format: expected one of iso8601       | epoch_ms
          path: time, type: timestamp                  | path: time, type: int64                      | event_time.field: expected a required field     | timestamp
          precision: 20                                | precision: 39                                | fields.price.precision: expected a whole number | to 38
          precision: 20                                | precision: 19                                | fields.price.default: expected a number         | at most 19 digits
          1234567890123456.7891                        | 0.00001                                      | fields.price.default: expected a number         | 4 of them after the point
          1234567890123456.7891                        | much                                         | fields.price.default: expected a value          | decimal
          type: record, fields                         | type: map, fields                            | fields.lines.items.type: expected a scalar      | record
          {sku: {type: string}}                        | {sku: {type: strnig}}                        | fields.lines.items.fields.sku.type: expected    | strnig
          {sku: {type: string}}                        | {}                                           | fields.lines.items.fields: expected at least    | one field
          lines: {type: array, items: {type: record,   | items: {type: record, path: [x], nothing: {type: record, | fields.items.type: a record is only | array's element
          fault: {path                                 | ingestion_time: {path                        | fields.ingestion_time: the name is taken        | expected another
          fault: {path                                 | 1st: {path                                   | fields.1st: not a column name                   | digit
          out_of_orderness: 5s                         | out_of_orderness: 5 parsecs                  | event_time.out_of_orderness: expected a duration | 5 parsecs
          out_of_orderness: 5s                         | out_of_orderness: -PT5S                      | event_time.out_of_orderness: expected a duration | 10s
          allowed_lateness: 2h                         | allowed_lateness: 999999999d                 | event_time.allowed_lateness: expected a duration | 999999999d
          bucket: 5m                                   | bucket: 106751991168d                        | event_time.bucket: expected a duration          | 106751991168d
          bucket: 5m                                   | bucket: 999ms                                | event_time.bucket: expected at least 1s         | 1s
          out_of_orderness: 5s                         | out_of_orderness: 3654d                      | event_time.out_of_orderness: expected at most 3653d | found 3654d
          out_of_orderness: 5s                         | out_of_orderness: 25h                        | event_time.max_ahead: expected at least         | event_time.out_of_orderness (25h), found 1d
          bucket: 5m                                   | bucket: 7m                                   | event_time.bucket: expected a length that divides a day | found 7m
          not_before: 2020-01-01T00:00:00Z             | not_before: 2400-01-01T00:00:00Z             | event_time.not_before: expected an instant that is past | 2400-01-01T00:00:00Z
          not_before: 2020-01-01T00:00:00Z             | not_before: 2020                             | event_time.not_before: expected an instant      | 2020-01-01
          field: at                                    | field: when                                  | event_time.field: no field `when`               | expected a name
          identity: [id, at]                           | identity: [id]                               | identity: expected the event time `at`          | identity
          identity: [id, at]                           | identity: [id, id, at]                       | identity: `id` stands there twice               | twice
          identity: [id, at]                           | identity: [id, at, fault]                    | identity: `fault` cannot identify               | required scalar
          identity: [id, at]                           | identity: [id, at, colour]                   | identity: no field `colour`                     | expected names
          identity: [id, at]                           | identity: id                                 | identity: expected a list of texts              | "id"
          error: {field: fault, is: present}           | error: {field: fault, is: absent}            | error.is: expected present                      | reports
          error: {field: fault, is: present}           | error: {field: fault}                        | error.is: expected one of present               | nothing
          error: {field: fault, is: present}           | error: {field: fault, in: []}                | error.in: expected at least one value           | value
          error: {field: fault, is: present}           | error: {field: price, in: [x]}               | error.field: expected a field of type string    | `in`
          error: {field: fault, is: present}           | error: {field: fault, is: present, in: [x]}  | error: expected either                          | not both
          column: extra, as: json                      | column: extra, as: xml                       | unknown_fields.as: expected one of json, map    | "xml"
          column: extra, as: json                      | column: id, as: json                         | unknown_fields.column: `id` is a declared       | another name
          column: extra, as: json                      | column: late_by_ms, as: json                 | unknown_fields.column: the name is taken        | another
          column: extra, as: json                      | column: the rest, as: json                   | unknown_fields.column: not a column name        | letters
          columns: [id, at, price, extra]              | columns: [id, at, cost, extra]               | tables.normal.columns: no field `cost`          | expected names
          columns: [id, at, price, extra]              | columns: [id, at, at, extra]                 | tables.normal.columns: `at` stands there twice  | twice
          columns: [id, at, price, extra]              | columns: [at, price, extra]                  | tables.normal.columns: expected `id`            | identity
          columns: [id, at, price, extra]              | columns: [id, at, price]                     | tables.normal.columns: expected `extra`         | unknown fields
          order_by: [id]                               | order_by: [price]                            | tables.normal.order_by: `price` is no part      | collapsed
          order_by: [id]                               | order_by: [id, id]                           | tables.normal.order_by: `id` stands there twice | twice
          ttl: 30d                                     | ttl: 5m                                      | tables.normal.ttl: expected at least 1h         | 1h
          name: shop_errors                            | name: shop                                   | tables.error.name: `shop` is used by another    | of its own
          name: shop_errors                            | name: shop errors                            | tables.error.name: expected a table name        | letters
          audit: {name: shop_audit, ttl: 7d}           | audit: shop_audit                            | tables.audit: expected a mapping                | name, ttl
          audit: {name: shop_audit, ttl: 7d}           | audit: {nam: shop_audit}                     | tables.audit.nam: unknown key                   | name, ttl
          name: shop_audit                             | name: shop                                   | tables.audit.name: `shop` is used by another    | of its own
          audit: {name: shop_audit, ttl: 7d}           | audit: {name: shop_audit, ttl: 7m}           | tables.audit.ttl: expected at least 1h          | 1h
          dead_letters:                                | dead_leters:                                 | tables.dead_leters: unknown key                 | dead_letters
          """)
  void eachMistakeIsALineOfFilePathAndExpectation(
      String part, String replacement, String begin, String tells) {
    List<String> lines = mistakesWith(part, replacement);

    assertThat(lines, hasItem(startsWith(FILE + ": " + begin)));
    assertThat(
        lines.stream().filter(l -> l.startsWith(FILE + ": " + begin)).toList(),
        everyItem(containsString(tells)));
    assertThat(lines, everyItem(startsWith(FILE + ": ")));
    assertThat(lines, everyItem(not(containsString("\n"))));
  }

  @Test
  void allMistakesAreReportedAtOnce() {
    List<String> lines =
        mistakes(
            VALID
                .replace("version: 3", "version: x")
                .replace("type: text", "type: txt")
                .replace("bucket: 5m", "bucket: 5")
                .replace("as: json", "as: yaml"));

    assertThat(
        lines,
        contains(
            startsWith("shop.yaml: fields.fault.type: "),
            startsWith("shop.yaml: unknown_fields.as: "),
            startsWith("shop.yaml: event_time.bucket: "),
            startsWith("shop.yaml: version: ")));
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
  void whatIsNoContractAtAllIsOneMistake(String yaml, String tells) {
    assertThat(mistakes(yaml), contains(containsString(tells)));
  }

  @Test
  void nothingIsNoContract() {
    assertThat(mistakes(""), hasSize(1));
  }

  @Test
  void aSecondDocumentIsAMistake() {
    assertThat(mistakes(VALID + "---\ncontract: other\n"), contains(containsString("YAML")));
  }

  @Test
  void aKeyThatComesTwiceIsAMistake() {
    assertThat(
        mistakesWith("version: 3\n", "version: 3\nversion: 4\n"),
        contains(startsWith("shop.yaml: line 3: not valid YAML")));
  }

  @Test
  void aJsonDefaultMustBeJson() {
    String json = "fault: {path: meta.fault, type: json, default: '{\"a\":1}'}";
    String field = "fault: {path: meta.fault, type: text}";
    String error = "error: {field: fault, is: present}\n";
    String yaml = VALID.replace(error, "");

    assertEquals(
        "{\"a\":1}",
        ContractLoader.parse(yaml.replace(field, json), FILE).fields().get(2).defaultValue());
    assertThat(
        mistakes(yaml.replace(field, json.replace("1}", "1"))),
        contains(startsWith("shop.yaml: fields.fault.default: expected a value of the type json")));
  }

  @Test
  void keysWithDotsAreGivenAsAList() {
    Contract contract =
        ContractLoader.parse(VALID.replace("path: meta.fault", "path: [meta, db.system]"), FILE);

    assertEquals(List.of("meta", "db.system"), contract.fields().get(2).path());
  }

  @Test
  void filesThatCannotBeReadAreAMistake(@TempDir Path dir) throws Exception {
    Path latin =
        Files.write(dir.resolve("a.yaml"), "contract: é".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(
        assertThrows(ContractException.class, () -> ContractLoader.load(latin)).getMessage(),
        containsString("a.yaml: not UTF-8"));
    assertThat(
        assertThrows(ContractException.class, () -> ContractLoader.load(dir.resolve("no.yaml")))
            .getMessage(),
        containsString("no.yaml: cannot be read"));
  }

  @Test
  void aFileLoads(@TempDir Path dir) throws Exception {
    Path file = Files.writeString(dir.resolve("shop.yaml"), VALID);

    assertEquals(ContractLoader.parse(VALID, FILE), ContractLoader.load(file));
  }

  @Test
  void jsonIsStoredAsTextOrAsJson() {
    String fault = "fault: {path: meta.fault, type: text}";
    Contract contract =
        ContractLoader.parse(
            VALID.replace(
                fault,
                fault
                    + "\n  doc: {type: json, store_as: json, default: '{}'}"
                    + "\n  raw: {type: json, store_as: text}\n  old: {type: json}"),
            FILE);
    assertTrue(contract.fields().get(contract.indexOf("doc")).storedAsJson());
    assertEquals(
        List.of(false, false),
        List.of("raw", "old").stream()
            .map(name -> contract.fields().get(contract.indexOf(name)).storedAsJson())
            .toList());
    assertThat(
        mistakes(
            VALID
                .replace(
                    fault,
                    "fault: {path: meta.fault, type: text, store_as: json}"
                        + "\n  a: {type: json, store_as: blob}"
                        + "\n  b: {type: json, store_as: json, default: '[1]'}"
                        + "\n  c: {type: array, items: {type: record, fields: {d: {type: json,"
                        + " store_as: json}}}}"
                        + "\n  e: {type: json, store_as: json, required: true}")
                .replace("identity: [id, at]", "identity: [id, at, e]")),
        hasItems(
            FILE + ": fields.fault.store_as: only for the type json",
            FILE + ": fields.a.store_as: expected one of text, json; found \"blob\"",
            FILE + ": fields.b.default: with store_as: json expected the text of a JSON object",
            FILE
                + ": fields.c.items.fields.d.store_as: expected text: a record in an array has no"
                + " columns of its own",
            FILE
                + ": identity: `e` cannot identify an event: a column of JSON cannot be sorted by;"
                + " expected store_as: text"));
  }

  private static TableDefinition normal(String yaml) {
    return ContractLoader.parse(yaml, FILE).tables().normal();
  }

  @Test
  void aTimeKeepsTheDigitsThatItsFormatCanHave() {
    for (var digits :
        Map.of("iso8601", 9, "epoch_s", 9, "epoch_ms", 3, "epoch_us", 6, "epoch_ns", 9)
            .entrySet()) {
      TableDefinition table =
          normal(VALID.replace("type: timestamp", "type: timestamp, format: " + digits.getKey()));

      assertEquals(digits.getValue(), table.columns().get(1).field().digits(), digits.getKey());
      assertEquals(List.of("id", "at"), table.identity());
      assertEquals(List.of(), table.extraDigits());
    }
  }

  /** Rows that differ in further digits alone would be one row for the sink. */
  @Test
  void digitsBeyondThePrecisionOfAnIdentitysTimeHaveAColumn() {
    TableDefinition table =
        normal(VALID.replace("type: timestamp", "type: timestamp, precision: 6"));

    assertEquals(List.of("id", "at", "at_extra_ns", "price", "extra"), table.columnNames());
    assertEquals(List.of("id", "at", "at_extra_ns"), table.identity());
    assertEquals(
        new ColumnDefinition(table.columns().get(2).field(), 1, false, 6), table.columns().get(2));
    // Not of a time that is no part of it
    assertEquals(
        List.of(),
        normal(
                VALID.replace(
                    "fault: {path: meta.fault, type: text}",
                    "fault: {path: meta.fault, type: text}\n  other: {type: timestamp, precision: 3}"))
            .extraDigits());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          type: timestamp | type: timestamp, precision: 4 | fields.at.precision: expected 3 (milliseconds), 6 (microseconds) or 9 (nanoseconds)
          type: timestamp | type: timestamp, precision: 0 | fields.at.precision: expected a whole number from 3 to 9
          type: timestamp | type: timestamp, precision: 3, scale: 1 | fields.at.scale: only for the type decimal
          type: text      | type: text, precision: 3 | fields.fault.precision: only for the type decimal or timestamp
          """)
  void precisionsThatNoTimeHas(String part, String replacement, String mistake) {
    assertThat(mistakesWith(part, replacement), hasItem(startsWith(FILE + ": " + mistake)));
  }

  @Test
  void anotherFieldCannotHaveTheNameOfTheFurtherDigits() {
    assertThat(
        mistakes(
            VALID
                .replace("type: timestamp", "type: timestamp, precision: 3")
                .replace("meta.fault, type: text}", "meta.fault, type: text}\n  at_extra_ns: {}")),
        hasItem(containsString("identity: the field `at_extra_ns` has the name of the column")));
  }

  /** A contract that says no more of its tables than what the first is called. */
  @Test
  void tablesAndColumnsHaveDefaults() {
    String yaml =
        VALID.substring(0, VALID.indexOf("tables:")) + "tables:\n  normal: {name: orders}\n";
    Contract.Tables tables = ContractLoader.parse(yaml, FILE).tables();

    List<String> all = List.of("id", "at", "fault", "price", "lines", "ingestion_time", "extra");
    assertEquals("orders", tables.normal().name());
    assertEquals(all, tables.normal().columnNames());
    assertEquals("orders_error", tables.error().name());
    assertEquals(all, tables.error().columnNames());
    assertEquals("orders_late", tables.late().name());
    assertEquals(
        List.of("id", "at", "fault", "price", "lines", "ingestion_time", "extra", "late_by_ms"),
        tables.late().columnNames());
    assertEquals(new Contract.DeadLetterTable("orders_dead", null), tables.deadLetters());
    assertEquals(new Contract.AuditTable("audit", null), tables.audit());
  }

  @Test
  void withoutAnErrorRuleThereIsNoErrorTable() {
    String rule = "error: {field: fault, is: present}\n";
    String table = "  error: {name: shop_errors, columns: [id, at, fault, extra]}\n";
    String without = VALID.replace(rule, "");

    assertNull(ContractLoader.parse(without.replace(table, ""), FILE).tables().error());
    // One that the contract names is kept, as it was before.
    assertEquals("shop_errors", ContractLoader.parse(without, FILE).tables().error().name());
  }
}
