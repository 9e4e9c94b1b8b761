package io.millrace.bench.formats;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Writes query events in Avro. */
final class AvroEvents {
  /** The schema of its records. */
  static final String SCHEMA =
      """
      {"type": "record", "name": "QueryEvent", "fields": [
        {"name": "query_id", "type": "string"},
        {"name": "timestamp", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "event_type", "type": "string"},
        {"name": "query_text", "type": "string"},
        {"name": "metadata", "type": {"type": "record", "name": "Metadata", "fields": [
          {"name": "user_id", "type": "string"},
          {"name": "database", "type": "string"},
          {"name": "duration_ms", "type": ["null", "long"]},
          {"name": "rows_affected", "type": ["null", "long"]},
          {"name": "error", "type": ["null", "string"]}]}},
        {"name": "payload", "type": "string"}]}
      """;

  private static final Schema PARSED = new Schema.Parser().parse(SCHEMA);

  private AvroEvents() {}

  static byte[] of(JsonNode event) {
    GenericRecord metadata = new GenericData.Record(PARSED.getField("metadata").schema());
    JsonNode sent = event.path("metadata");
    metadata.put("user_id", sent.path("user_id").asText());
    metadata.put("database", sent.path("database").asText());
    metadata.put("duration_ms", number(sent.path("duration_ms")));
    metadata.put("rows_affected", number(sent.path("rows_affected")));
    GenericRecord record = new GenericData.Record(PARSED);
    record.put("query_id", event.path("query_id").asText());
    record.put("timestamp", Instant.parse(event.path("timestamp").asText()).toEpochMilli());
    record.put("event_type", event.path("event_type").asText());
    record.put("query_text", event.path("query_text").asText());
    record.put("metadata", metadata);
    record.put("payload", event.path("payload").toString());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    try {
      new GenericDatumWriter<GenericRecord>(PARSED).write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static Long number(JsonNode node) {
    return node.isNumber() ? node.asLong() : null;
  }
}
