package io.millrace.decode.avro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.Contract;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.decode.json.Decoding;
import io.millrace.decode.registry.TestRegistry;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records of a schema registry, whose writers change their schema while the pipeline runs. */
class AvroRegistryTest {
  private TestRegistry registry;
  private RecordDecoder decoder;

  @BeforeEach
  void start() throws Exception {
    registry = new TestRegistry();
    Contract contract =
        AvroDecoding.contract(
            "json",
            "",
            "{type: avro, registry: '" + registry.url() + "'}",
            "x: {type: int64}",
            "name: {type: string, default: none}");
    decoder = RecordDecoder.compile(contract, () -> Decoding.NOW);
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private static final class Only implements RecordDecoder.Receiver {
    private Event found;

    @Override
    public void event(Event event) {
      found = event;
    }

    @Override
    public void dead(DecodeException reason, SourceRecord element) {
      throw new AssertionError(reason);
    }
  }

  private Row row(byte[] bytes) throws DecodeException {
    Only only = new Only();
    assertEquals(1, decoder.decode(Decoding.record(bytes), only));
    return only.found.row();
  }

  private DecodeException failure(byte[] bytes) {
    return assertThrows(DecodeException.class, () -> row(bytes));
  }

  private static GenericRecord record(String schema) {
    GenericRecord record = new GenericData.Record(new Schema.Parser().parse(schema));
    record.put("id", "a");
    record.put("at", AvroDecoding.AT);
    return record;
  }

  @Test
  void aNewVersionOfTheWriterNeedsNoRestart() throws Exception {
    String first = AvroDecoding.schema("{\"name\": \"x\", \"type\": \"int\"}");
    // A wider type, a field that the contract declares, one that it does not, another order
    String second =
        AvroDecoding.schema(
            "{\"name\": \"name\", \"type\": [\"null\", \"string\"], \"default\": null},"
                + " {\"name\": \"x\", \"type\": \"long\"}, {\"name\": \"new\", \"type\":"
                + " \"boolean\", \"default\": false}");
    registry.put(1, "AVRO", first);
    GenericRecord old = record(first);
    old.put("x", 5);
    byte[] before = TestRegistry.framed(1, AvroDecoding.bytes(old));
    assertEquals(List.of(5L, "none"), values(row(before)));

    registry.put(70_000, "AVRO", second);
    GenericRecord changed = record(second);
    changed.put("x", 1L << 40);
    changed.put("name", "n");
    changed.put("new", true);
    Row row = row(TestRegistry.framed(70_000, AvroDecoding.bytes(changed)));
    assertEquals(List.of(1L << 40, "n"), values(row));
    assertEquals("{\"new\":true}", row.getString("extra"));

    assertEquals(List.of(5L, "none"), values(row(before)));
    assertEquals(List.of("/schemas/ids/1", "/schemas/ids/70000"), registry.requests);
  }

  private static List<Object> values(Row row) {
    return List.of(row.getInt64("x"), row.getString("name"));
  }

  @Test
  void aVersionThatDoesNotFitIsDeadByItself() throws Exception {
    String wrong = AvroDecoding.schema("{\"name\": \"x\", \"type\": [\"null\", \"string\"]}");
    registry.put(1, "AVRO", wrong);
    GenericRecord record = record(wrong);
    record.put("x", "text");
    DecodeException e = failure(TestRegistry.framed(1, AvroDecoding.bytes(record)));
    assertEquals("x: expected an integer of 64 bits, found an Avro string", e.getMessage());
    record.put("x", null);
    assertEquals("none", row(TestRegistry.framed(1, AvroDecoding.bytes(record))).getString("name"));
  }

  @Test
  void aSchemaMayReferToOthers() throws Exception {
    registry.put(
        "/schemas/ids/1",
        "AVRO",
        AvroDecoding.schema(
            "{\"name\": \"x\", \"type\": \"long\"}, {\"name\": \"o\", \"type\":" + " \"t.Other\"}"),
        "t.Other");
    String other =
        "{\"type\": \"enum\", \"namespace\": \"t\", \"name\": \"Other\", \"symbols\": [\"S\"]}";
    registry.put("/subjects/t.Other/versions/1", "AVRO", other);
    byte[] datum =
        AvroDecoding.of("{\"name\": \"x\", \"type\": \"long\"}").bytes(r -> r.put("x", 1L));
    byte[] withSymbol = Arrays.copyOf(datum, datum.length + 1);
    assertEquals("{\"o\":\"S\"}", row(TestRegistry.framed(1, withSymbol)).getString("extra"));
  }

  @Test
  void recordsWithoutAKnownAvroSchemaAreDead() throws Exception {
    registry.put(2, "JSON", "{}");
    registry.put(3, "AVRO", "{\"type\": \"none\"}");
    registry.put(4, "AVRO", "\"string\"");
    for (int id : new int[] {1, 2, 3}) {
      assertEquals(
          DeadLetterCode.UNKNOWN_SCHEMA, failure(TestRegistry.framed(id, new byte[9])).code());
    }
    assertEquals(DeadLetterCode.NOT_AN_OBJECT, failure(TestRegistry.framed(4, new byte[9])).code());
    assertEquals(DeadLetterCode.TRUNCATED, failure(new byte[] {0, 0, 0}).code());
    assertEquals(DeadLetterCode.EMPTY, failure(new byte[0]).code());
    assertEquals(
        "byte 0: expected the zero byte and the schema id of a schema registry's serializer; for"
            + " records without them, name the schema in `format.schema`",
        failure(new byte[] {'{', '}'}).getMessage());
  }
}
