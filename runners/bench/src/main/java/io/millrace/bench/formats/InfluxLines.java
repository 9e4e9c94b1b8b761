package io.millrace.bench.formats;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** Writes query events as points of InfluxDB's line protocol. */
final class InfluxLines {
  private static final long NANOS_OF_A_MILLI = 1_000_000;

  private InfluxLines() {}

  static byte[] of(List<JsonNode> events) {
    StringBuilder lines = new StringBuilder();
    for (JsonNode event : events) {
      JsonNode metadata = event.path("metadata");
      lines.append("query_events,event_type=").append(tag(event.path("event_type").asText()));
      String database = metadata.path("database").asText();
      if (!database.isEmpty()) {
        lines.append(",database=").append(tag(database));
      }
      lines.append(" query_id=").append(text(event.path("query_id").asText()));
      lines.append(",query_text=").append(text(event.path("query_text").asText()));
      lines.append(",user_id=").append(text(metadata.path("user_id").asText()));
      if (metadata.hasNonNull("duration_ms")) {
        lines.append(",duration_ms=").append(metadata.path("duration_ms").asLong()).append('i');
      }
      if (metadata.hasNonNull("rows_affected")) {
        lines.append(",rows_affected=").append(metadata.path("rows_affected").asLong()).append('i');
      }
      lines.append(",payload=").append(text(event.path("payload").toString()));
      long millis = Instant.parse(event.path("timestamp").asText()).toEpochMilli();
      lines.append(' ').append(millis * NANOS_OF_A_MILLI).append('\n');
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String tag(String value) {
    return value.replace(" ", "\\ ").replace(",", "\\,").replace("=", "\\=");
  }

  private static String text(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
