package io.millrace.cli.deadletters;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.explain.StoredDeadLetter;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Reads the line of JSON of a dead letter, as files and parts of messages hold it. */
final class LetterJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private LetterJson() {}

  /**
   * Parses a line.
   *
   * @throws IllegalArgumentException in one line, without values, if it is no dead letter
   */
  static StoredDeadLetter parse(byte[] line) {
    try {
      JsonNode json = JSON.readTree(line);
      byte[] value = bytes(json, "value");
      boolean whole = !json.has("element");
      return new StoredDeadLetter(
          new SourceRecord(
              required(json, "topic").asText(),
              required(json, "partition").intValue(),
              required(json, "offset").longValue(),
              bytes(json, "key"),
              value,
              LetterHeaders.own(headers(json)),
              time(json, "record_time"),
              Long.MIN_VALUE,
              null,
              whole ? SourceRecord.WHOLE : required(json, "element").intValue(),
              whole ? 1 : required(json, "elements").intValue()),
          value == null ? -1 : value.length,
          required(json, "code").asText(),
          json.path("message").asText(),
          json.path("stage").asText(),
          json.path("sink").asText(),
          json.path("contract").asText(),
          json.path("contract_version").intValue(),
          json.path("consumer").asText(),
          time(json, "first_seen"),
          json.path("attempt").asInt(1));
    } catch (IOException | DateTimeParseException e) {
      throw new IllegalArgumentException("expected a dead letter as JSON of Millrace", e);
    }
  }

  private static JsonNode required(JsonNode json, String name) {
    JsonNode value = json.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "expected a dead letter as JSON of Millrace, with the key `" + name + "`");
    }
    return value;
  }

  private static byte @Nullable [] bytes(JsonNode json, String name) throws IOException {
    return required(json, name).binaryValue();
  }

  private static long time(JsonNode json, String name) {
    return Instant.parse(required(json, name).asText()).toEpochMilli();
  }

  private static List<Header> headers(JsonNode json) throws IOException {
    List<Header> headers = new ArrayList<>();
    for (JsonNode header : json.path("headers")) {
      headers.add(new Header(required(header, "name").asText(), bytes(header, "value")));
    }
    return headers;
  }
}
