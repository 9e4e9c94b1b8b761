package io.millrace.decode.avro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.decode.DecodeException;
import io.millrace.decode.json.Decoding;
import io.millrace.event.DeadLetterCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A contract with the fields given, and one schema; records by Avro's own writer. */
final class AvroDecoding {
  static final long AT = 1_772_359_200_000L;

  final Schema schema;
  final AvroDecoder decoder;

  private AvroDecoding(Contract contract, Schema schema) {
    this.schema = schema;
    this.decoder = AvroDecoder.bySchema(contract, () -> Decoding.NOW, schema);
  }

  /**
   * A decoder.
   *
   * @param avroFields the JSON of the schema's fields beyond {@code id} and {@code at}
   * @param fields the contract's fields beyond these
   */
  static AvroDecoding of(String avroFields, String... fields) {
    return unknownAs("json", avroFields, fields);
  }

  static AvroDecoding unknownAs(String unknownAs, String avroFields, String... fields) {
    String schema = schema(avroFields);
    return new AvroDecoding(
        contract(unknownAs, schema, "{type: avro, schema: s.avsc}", fields),
        new Schema.Parser().parse(schema));
  }

  static String schema(String avroFields) {
    return """
        {"type": "record", "name": "Event", "namespace": "t", "fields": [
          {"name": "id", "type": "string"},
          {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}}%s]}
        """
        .formatted(avroFields.isEmpty() ? "" : ", " + avroFields);
  }

  static Contract contract(String unknownAs, String schema, String format, String... fields) {
    return ContractLoader.parse(
        Decoding.small(unknownAs, fields).replace("format: json", "format: " + format),
        "small.yaml",
        name -> schema.getBytes(StandardCharsets.UTF_8));
  }

  GenericRecord record() {
    GenericRecord record = new GenericData.Record(schema);
    record.put("id", "a");
    record.put("at", AT);
    return record;
  }

  byte[] bytes(Consumer<GenericRecord> fill) {
    GenericRecord record = record();
    fill.accept(record);
    return bytes(record);
  }

  static byte[] bytes(GenericRecord record) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    try {
      new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** The schema of a field; its branch that is not null if it is a union of two. */
  Schema field(String name) {
    Schema found = schema.getField(name).schema();
    return found.isUnion() ? found.getTypes().get(1) : found;
  }

  Row row(byte[] bytes) {
    try {
      return decoder.decode(Decoding.record(bytes)).row();
    } catch (DecodeException e) {
      throw new AssertionError(e.code() + ": " + e.getMessage(), e);
    }
  }

  /** The value of the field x, in the contract and in the schema. */
  @Nullable Object value(@Nullable Object x) {
    return row(bytes(record -> record.put("x", x))).getValue("x");
  }

  DecodeException failure(byte @Nullable [] bytes) {
    DecodeException e =
        assertThrows(DecodeException.class, () -> decoder.decode(Decoding.record(bytes)));
    assertFalse(e.getMessage().contains("\n"), "one line");
    return e;
  }

  void fails(byte @Nullable [] bytes, DeadLetterCode code, String message) {
    DecodeException e = failure(bytes);
    assertEquals(code + " " + message, e.code() + " " + e.getMessage());
  }

  void valueFails(@Nullable Object x, DeadLetterCode code, String message) {
    fails(bytes(record -> record.put("x", x)), code, message);
  }
}
