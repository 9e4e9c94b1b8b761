package io.millrace.decode.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.FormatCheck;
import io.millrace.decode.RecordDecoder;
import io.millrace.decode.json.Decoding;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is found in a schema registry before a run. */
class RegistryCheckTest {
  private static final String LATEST = "/subjects/orders-value/versions/latest";
  private static final String AVRO =
      """
      {"type": "record", "name": "Event", "fields": [
        {"name": "id", "type": "string"},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}}%s]}
      """;

  private TestRegistry registry;

  @BeforeEach
  void open() throws IOException {
    registry = new TestRegistry();
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private FormatCheck check(String format, List<String> topics, String... fields) {
    String options = "{type: " + format + ", registry: '" + registry.url() + "'}";
    Contract contract =
        ContractLoader.parse(
            Decoding.small("json", fields).replace("format: json", "format: " + options),
            "small.yaml");
    return RecordDecoder.check(contract, topics);
  }

  private void assertFound(FormatCheck check, String problems, String notes) {
    String url = "schema registry " + registry.url();
    assertEquals(problems, String.join("\n", check.problems()).replace(url, "R"));
    assertEquals(notes, String.join("\n", check.notes()).replace(url, "R"));
  }

  @Test
  void aSchemaThatFits() throws IOException {
    registry.put(LATEST, "AVRO", AVRO.formatted(""));
    assertFound(check("avro", List.of("orders"), ""), "", "");
    assertEquals(List.of(LATEST), registry.requests);
  }

  @Test
  void aRequiredFieldThatNeverFitsIsAProblemAndAnOptionalOneANote() throws IOException {
    registry.put(LATEST, "AVRO", AVRO.formatted(", {\"name\": \"n\", \"type\": \"string\"}"));
    assertFound(
        check("avro", List.of("orders"), "n: {type: int64, required: true}", "m: {type: string}"),
        "R, subject orders-value: n: expected an integer of 64 bits; the schema has an Avro string; the"
            + " field is required, so each event would be a dead letter: change the contract or the"
            + " schema",
        "R, subject orders-value: m: the schema has no such field; the field is optional");
  }

  @Test
  void protobufIsComparedByItsFirstMessage() throws IOException {
    registry.put(
        LATEST,
        "PROTOBUF",
        """
        syntax = "proto3";
        import "google/protobuf/timestamp.proto";
        message Event { string id = 1; google.protobuf.Timestamp at = 2; bool flag = 3; }
        """);
    assertFound(check("protobuf", List.of("orders"), "flag: {type: boolean}"), "", "");
    assertFound(
        check("protobuf", List.of("orders"), "flag: {type: int64}"),
        "",
        "R, subject orders-value: flag: expected an integer of 64 bits; the message has a Protobuf bool; the"
            + " field is optional");
    assertFound(
        check("avro", List.of("orders"), ""),
        "R, subject orders-value: expected an Avro schema, found one of the type PROTOBUF; check"
            + " `format` in the contract",
        "");
  }

  @Test
  void aSchemaIsReadWithThoseItRefersTo() throws IOException {
    registry.put(
        "/subjects/t.Item/versions/1",
        "AVRO",
        "{\"type\": \"record\", \"name\": \"t.Item\", \"fields\": [{\"name\": \"x\", \"type\": \"int\"}]}");
    registry.put(
        LATEST, "AVRO", AVRO.formatted(", {\"name\": \"o\", \"type\": \"t.Item\"}"), "t.Item");
    assertFound(check("avro", List.of("orders"), "x: {path: o.x, type: int32}"), "", "");
  }

  @Test
  void aMissingReferenceIsAProblem() throws IOException {
    registry.put(
        LATEST, "AVRO", AVRO.formatted(", {\"name\": \"o\", \"type\": \"t.Item\"}"), "t.Item");
    assertFound(
        check("avro", List.of("orders"), ""),
        "R, subject orders-value: its schema refers to version 1 of the subject t.Item, which the"
            + " registry does not have; each record with this schema would be a dead letter:"
            + " register it",
        "");
  }

  @Test
  void aMissingSubjectIsANote() {
    assertFound(
        check("avro", List.of("orders"), ""),
        "",
        "R: no subject orders-value, so no schema was compared with the contract; that is right if"
            + " nothing was produced yet, or if producers name subjects in another way");
    assertFound(
        check("avro", List.of(), ""),
        "",
        "R: it answers; no schema was compared with the contract, because the input names no topic");
  }

  @Test
  void aRegistryThatGivesNoAnswerIsAProblem() {
    registry.failures.add(401);
    assertFound(
        check("avro", List.of("orders"), ""),
        "R: it rejects the login (HTTP status 401); check `registry_user` and its secret",
        "");
    registry.failures.add(500);
    assertFound(
        check("avro", List.of(), ""),
        "R: it answers with HTTP status 500; check `registry` in the contract, and that the registry"
            + " is running",
        "");
    registry.close();
    assertFound(
        check("avro", List.of("orders", "more"), ""),
        "R: cannot connect; check `registry` in the contract, and that the registry is running",
        "");
  }

  @Test
  void aContractWithoutARegistryHasNothingToCheck() {
    Contract contract = ContractLoader.parse(Decoding.small("json", ""), "small.yaml");
    assertEquals(FormatCheck.NONE, RecordDecoder.check(contract, List.of("orders")));
    assertEquals(List.of(), registry.requests);
  }
}
