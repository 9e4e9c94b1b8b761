package io.millrace.cli.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.TreeMap;
import org.checkerframework.checker.nullness.qual.Nullable;

/** An event of the log as one line of JSON. */
final class JsonEvent {
  private static final JsonFactory JSON = new JsonFactory();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

  private JsonEvent() {}

  /**
   * The line, without its end.
   *
   * @param millis since the epoch
   * @param fields further fields, such as the table; empty values are omitted
   * @param exception with its stack trace; null if there is none
   */
  static String text(
      long millis,
      String level,
      String logger,
      String message,
      Map<String, String> fields,
      @Nullable String exception) {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("time", TIME.format(Instant.ofEpochMilli(millis)));
      json.writeStringField("level", level);
      json.writeStringField("logger", logger);
      json.writeStringField("message", message);
      for (Map.Entry<String, String> field : new TreeMap<>(fields).entrySet()) {
        if (!field.getValue().isEmpty()) {
          json.writeStringField(field.getKey(), field.getValue());
        }
      }
      if (exception != null) {
        json.writeStringField("exception", exception);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return line.toString();
  }
}
