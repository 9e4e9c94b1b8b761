package io.millrace.contract.yaml;

import static io.millrace.contract.yaml.ShopContract.FILE;
import static io.millrace.contract.yaml.ShopContract.VALID;
import static io.millrace.contract.yaml.ShopContract.problems;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.contract.Condition;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.UnknownFields;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loading valid contracts and unreadable files. */
class ContractLoaderTest {
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
  void readsTheFormatWithJsonAsDefault() {
    assertEquals("json", ContractLoader.parse(VALID.replace("format: json\n", ""), FILE).format());
    assertEquals(
        "text", ContractLoader.parse(VALID.replace("format: json", "format: text"), FILE).format());
  }

  @Test
  void isSerializable() {
    Contract contract = ContractLoader.parse(VALID, FILE);

    assertEquals(contract, SerializableUtils.clone(contract));
  }

  @Test
  void requiresJsonAsTheDefaultOfAJsonField() {
    String json = "fault: {path: meta.fault, type: json, default: '{\"a\":1}'}";
    String field = "fault: {path: meta.fault, type: text}";
    String error = "error: {field: fault, is: present}\n";
    String yaml = VALID.replace(error, "");

    assertEquals(
        "{\"a\":1}",
        ContractLoader.parse(yaml.replace(field, json), FILE).fields().get(2).defaultValue());
    assertThat(
        problems(yaml.replace(field, json.replace("1}", "1"))),
        contains(startsWith("shop.yaml: fields.fault.default: expected a value of the type json")));
  }

  @Test
  void readsAPathAsAListOfKeys() {
    Contract contract =
        ContractLoader.parse(VALID.replace("path: meta.fault", "path: [meta, db.system]"), FILE);

    assertEquals(List.of("meta", "db.system"), contract.fields().get(2).path());
  }

  @Test
  void reportsAnUnreadableFile(@TempDir Path dir) throws Exception {
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
  void loadsAFile(@TempDir Path dir) throws Exception {
    Path file = Files.writeString(dir.resolve("shop.yaml"), VALID);

    assertEquals(ContractLoader.parse(VALID, FILE), ContractLoader.load(file));
  }

  @Test
  void readsStoreAs() {
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
        problems(
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
            FILE + ": fields.b.default: expected the text of a JSON object for store_as: json",
            FILE
                + ": fields.c.items.fields.d.store_as: expected text: a field of a record in an"
                + " array has no column",
            FILE
                + ": identity: `e` cannot identify an event: a JSON column cannot be a sort key;"
                + " expected store_as: text"));
  }

  @Test
  void readsLeniencyAndWhatBecomesOfAnInvalidValue() {
    String fault = "fault: {path: meta.fault, type: text}";
    Contract contract =
        ContractLoader.parse(
            VALID
                .replace(
                    fault,
                    fault
                        + "\n  strict: {type: int32}"
                        + "\n  lenient: {type: int32, lenient: true}"
                        + "\n  tolerant: {type: uuid, on_invalid: null}"
                        + "\n  both: {type: boolean, default: false, lenient: true, on_invalid: ~}"
                        + "\n  no: {type: uuid, lenient: false}"
                        + "\n  list: {type: array, items: {type: int32, lenient: true},"
                        + " on_invalid: \"null\"}"
                        + "\n  at_text: {path: time, type: text}")
                .replace("type: timestamp, required", "type: timestamp, lenient: true, required"),
            FILE);
    List<String> found = new ArrayList<>();
    for (String name :
        List.of("at", "strict", "lenient", "tolerant", "both", "no", "list", "at_text")) {
      FieldDefinition field = contract.fields().get(contract.indexOf(name));
      found.add(name + " " + field.lenient() + " " + field.nullIfInvalid());
    }

    assertEquals(
        List.of(
            "at true false",
            "strict false false",
            "lenient true false",
            "tolerant false true",
            "both true true",
            "no false false",
            "list false true",
            "at_text false false"),
        found);
    FieldDefinition items = contract.fields().get(contract.indexOf("list")).items();
    assertTrue(items != null && items.lenient() && !items.nullIfInvalid());
    assertEquals(contract, SerializableUtils.clone(contract));
  }
}
