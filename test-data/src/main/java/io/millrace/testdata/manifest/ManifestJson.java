package io.millrace.testdata.manifest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads and writes the lines of a manifest. */
final class ManifestJson {
  static final String SUMMARY = "summary";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ManifestJson() {}

  /** A generator without separators between root values. */
  static JsonGenerator generator(OutputStream out) throws IOException {
    JsonGenerator json = new JsonFactory().createGenerator(out);
    json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
    json.setRootValueSeparator(null);
    return json;
  }

  static JsonNode tree(String line) throws IOException {
    return MAPPER.readTree(line);
  }

  static void write(ManifestEntry entry, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("n", entry.n());
    json.writeNumberField("partition", entry.partition());
    json.writeStringField("outcome", entry.outcome().label());
    if (entry.outcome() == Outcome.DEAD) {
      json.writeStringField("code", entry.code());
    }
    json.writeStringField("identity", entry.identity());
    json.writeStringField("sha256", entry.sha256());
    json.writeNumberField("bytes", entry.bytes());
    json.writeNumberField("sent_at", entry.sentAt());
    if (entry.outcome() != Outcome.DEAD) {
      json.writeNumberField("event_time", entry.eventTime());
      json.writeStringField("query_id", entry.queryId());
      json.writeStringField("event_type", entry.eventType());
      json.writeStringField("database", entry.database());
      json.writeStringField("user_id", entry.userId());
      json.writeNumberField("duration_ms", entry.durationMs());
      json.writeNumberField("rows_affected", entry.rowsAffected());
      json.writeBooleanField("has_error", entry.hasError());
      json.writeStringField("row_sha256", entry.rowSha256());
    }
    json.writeEndObject();
    json.writeRaw('\n');
  }

  static ManifestEntry entry(JsonNode line) {
    return new ManifestEntry(
        required(line, "n").longValue(),
        required(line, "partition").intValue(),
        Outcome.ofLabel(required(line, "outcome").textValue()),
        text(line, "code"),
        text(line, "identity"),
        text(line, "sha256"),
        required(line, "bytes").intValue(),
        required(line, "sent_at").longValue(),
        line.path("event_time").longValue(),
        text(line, "query_id"),
        text(line, "event_type"),
        text(line, "database"),
        text(line, "user_id"),
        line.path("duration_ms").longValue(),
        line.path("rows_affected").longValue(),
        line.path("has_error").booleanValue(),
        text(line, "row_sha256"));
  }

  static void write(ManifestTotals totals, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart(SUMMARY);
    json.writeNumberField("records", totals.records());
    for (Map.Entry<Outcome, Long> outcome : totals.outcomes().entrySet()) {
      json.writeNumberField(outcome.getKey().label(), outcome.getValue());
    }
    json.writeObjectFieldStart("dead_codes");
    for (Map.Entry<String, Long> code : totals.deadCodes().entrySet()) {
      json.writeNumberField(code.getKey(), code.getValue());
    }
    json.writeEndObject();
    json.writeNumberField("unconfirmed", totals.unconfirmed());
    json.writeEndObject();
    json.writeEndObject();
    json.writeRaw('\n');
  }

  static ManifestTotals totals(JsonNode summary) {
    Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      outcomes.put(outcome, required(summary, outcome.label()).longValue());
    }
    SortedMap<String, Long> codes = new TreeMap<>();
    Iterator<Map.Entry<String, JsonNode>> fields = required(summary, "dead_codes").fields();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      codes.put(field.getKey(), field.getValue().longValue());
    }
    return new ManifestTotals(
        required(summary, "records").longValue(),
        outcomes,
        codes,
        required(summary, "unconfirmed").longValue(),
        true);
  }

  private static JsonNode required(JsonNode object, String name) {
    JsonNode value = object.get(name);
    if (value == null || value.isNull()) {
      throw new IllegalArgumentException("'" + name + "' is missing");
    }
    return value;
  }

  private static String text(JsonNode line, String name) {
    return line.path(name).textValue();
  }
}
