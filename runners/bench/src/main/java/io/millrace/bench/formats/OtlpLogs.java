package io.millrace.bench.formats;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;

/**
 * Writes query events as log records in an export request of OpenTelemetry. The numbers are those
 * of opentelemetry/proto/logs/v1/logs.proto and common/v1/common.proto.
 */
final class OtlpLogs {
  private static final long NANOS_OF_A_MILLI = 1_000_000;
  private static final int INFO = 9;

  private OtlpLogs() {}

  /** Writes the fields of a message. */
  @FunctionalInterface
  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  static byte[] of(List<JsonNode> events) {
    ByteString scopeLogs =
        message(
            out -> {
              out.writeBytes(1, message(scope -> scope.writeString(1, "queries")));
              for (JsonNode event : events) {
                out.writeBytes(2, logRecord(event));
              }
            });
    ByteString resource =
        message(out -> out.writeBytes(1, attribute("service.name", text("query-engine"))));
    ByteString resourceLogs =
        message(
            out -> {
              out.writeBytes(1, resource);
              out.writeBytes(2, scopeLogs);
            });
    return message(out -> out.writeBytes(1, resourceLogs)).toByteArray();
  }

  private static ByteString logRecord(JsonNode event) {
    JsonNode metadata = event.path("metadata");
    long millis = Instant.parse(event.path("timestamp").asText()).toEpochMilli();
    return message(
        out -> {
          out.writeFixed64(1, millis * NANOS_OF_A_MILLI);
          out.writeEnum(2, INFO);
          out.writeString(3, "INFO");
          out.writeBytes(5, text(event.path("query_text").asText()));
          for (String name : List.of("query_id", "event_type")) {
            out.writeBytes(6, attribute(name, text(event.path(name).asText())));
          }
          for (String name : List.of("user_id", "database")) {
            out.writeBytes(6, attribute(name, text(metadata.path(name).asText())));
          }
          for (String name : List.of("duration_ms", "rows_affected")) {
            if (metadata.hasNonNull(name)) {
              long value = metadata.path(name).asLong();
              out.writeBytes(6, attribute(name, message(v -> v.writeInt64(3, value))));
            }
          }
          out.writeBytes(6, attribute("payload", text(event.path("payload").toString())));
        });
  }

  private static ByteString attribute(String key, ByteString value) {
    return message(
        out -> {
          out.writeString(1, key);
          out.writeBytes(2, value);
        });
  }

  private static ByteString text(String value) {
    return message(out -> out.writeString(1, value));
  }

  private static ByteString message(Fields fields) {
    ByteString.Output bytes = ByteString.newOutput();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteString();
  }
}
