package io.millrace.decode.avro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractException;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.contract.yaml.Problems;
import io.millrace.decode.RecordDecoder;
import io.millrace.decode.json.Decoding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a contract of the format avro may say. */
class AvroContractTest {
  private static final String X = "{\"name\": \"x\", \"type\": \"long\"}";

  private static List<String> problems(String schema, String format, String... fields) {
    return Problems.withoutPositions(
        assertThrows(
            ContractException.class,
            () -> AvroDecoding.contract("json", schema, "{type: avro, " + format + "}", fields)));
  }

  @Test
  void theSchemaIsAFileBesideTheContractAndTravelsWithIt(@TempDir Path directory) throws Exception {
    Path contract = directory.resolve("c.yaml");
    Files.writeString(
        contract,
        Decoding.small("json", "x: {type: int64}")
            .replace("format: json", "format: {type: avro, schema: s.avsc}"));
    Files.writeString(directory.resolve("s.avsc"), AvroDecoding.schema(X));
    Contract loaded = ContractLoader.load(contract);
    assertEquals(AvroDecoding.schema(X), loaded.formatOptions().get("schema"));
    RecordDecoder.compile(loaded, () -> 0);

    Files.delete(directory.resolve("s.avsc"));
    assertEquals(
        List.of(
            contract
                + ": format.schema: cannot read the file s.avsc (NoSuchFileException); expected a"
                + " path, relative to the contract's directory"),
        Problems.withoutPositions(
            assertThrows(ContractException.class, () -> ContractLoader.load(contract))));
  }

  @Test
  void aSchemaMustBeOne() {
    assertTrue(
        problems("{\"type\": 5}", "schema: s.avsc")
            .get(0)
            .startsWith("small.yaml: format.schema: s.avsc: not a valid Avro schema: "));
    assertEquals(
        List.of(
            "small.yaml: format.schema: s.avsc: expected the Avro schema of a record, found an"
                + " Avro int"),
        problems("\"int\"", "schema: s.avsc"));
  }

  @Test
  void fieldsMustFitTheSchema() {
    assertEquals(
        List.of(
            "small.yaml: format.schema: x: expected a string; the schema has an Avro long",
            "small.yaml: format.schema: items[].y: expected true or false; the schema has an Avro"
                + " int",
            "small.yaml: format.schema: nowhere: the schema has no such field",
            "small.yaml: format.schema: m.n: the schema has no such field"),
        problems(
            AvroDecoding.schema(
                X
                    + ", {\"name\": \"items\", \"type\": {\"type\": \"array\", \"items\": {\"type\":"
                    + " \"record\", \"name\": \"I\", \"fields\": [{\"name\": \"y\", \"type\":"
                    + " \"int\"}]}}}, {\"name\": \"m\", \"type\": {\"type\": \"record\", \"name\":"
                    + " \"M\", \"fields\": []}}"),
            "schema: s.avsc",
            "x: {type: string}",
            "items: {type: array, items: {type: record, fields: {y: {type: boolean}}}}",
            "nowhere: {type: string}",
            "n: {path: m.n, type: string}"));
  }

  @Test
  void aSchemaOrARegistry() {
    String expected =
        "small.yaml: format: expected {type: avro, schema: FILE} or {type: avro, registry: URL}";
    assertEquals(
        List.of(expected), problems(AvroDecoding.schema(X), "schema: s, registry: 'http://r:1'"));
    assertEquals(List.of(expected), problems("", "registry_user: 'env:USER'"));
  }

  @Test
  void aContractHoldsNoSecret() {
    List<String> problems =
        problems(
            "",
            "registry: 'https://r:1', registry_user: 'env:USER', registry_password: hunter2secret");
    assertEquals(
        List.of(
            "small.yaml: format.registry_password: a contract must not hold a secret: not a"
                + " reference to a secret; expected env:NAME or file:/path"),
        problems);
    assertEquals(
        List.of(
            "small.yaml: format.registry: user and password must not appear in the URL; use"
                + " `registry_user` and `registry_password`"),
        problems("", "registry: 'https://u:p@r:1'"));
    assertEquals(
        List.of(
            "small.yaml: format.registry_user: expected both `registry_user` and"
                + " `registry_password`"),
        problems("", "registry: 'https://r:1', registry_user: 'env:USER'"));
    assertEquals(
        List.of(
            "small.yaml: format.registry: expected a URL such as https://registry:8081,"
                + " without query"),
        problems("", "registry: 'r:1'"));
  }

  @Test
  void certificatesMustBeOnes() {
    assertEquals(
        List.of("small.yaml: format.registry_ca: ca.pem: not a PEM file with certificates only"),
        problems("no PEM", "registry: 'https://r:1', registry_ca: ca.pem"));
  }

  @Test
  void otherOptionsAreRefused() {
    assertTrue(
        problems(AvroDecoding.schema(X), "schema: s, reader: b")
            .get(0)
            .startsWith("small.yaml: format.reader: the format avro has no such option"));
  }
}
