package io.millrace.decode.otlp;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes messages in OpenTelemetry's JSON: numbers of traces in hex, enumerations as numbers. */
final class OtlpJson {
  private OtlpJson() {}

  static String of(Message message) {
    return message.getAllFields().entrySet().stream()
        .map(entry -> member(entry))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String member(Map.Entry<FieldDescriptor, Object> entry) {
    FieldDescriptor field = entry.getKey();
    String value =
        field.isRepeated()
            ? ((List<?>) entry.getValue())
                .stream().map(v -> value(field, v)).collect(Collectors.joining(",", "[", "]"))
            : value(field, entry.getValue());
    return '"' + field.getJsonName() + "\":" + value;
  }

  private static String value(FieldDescriptor field, Object value) {
    if (value instanceof Message message) {
      return of(message);
    } else if (value instanceof ByteString bytes) {
      boolean isNumber =
          field.getName().endsWith("trace_id") || field.getName().endsWith("span_id");
      return quoted(
          isNumber
              ? HexFormat.of().formatHex(bytes.toByteArray())
              : Base64.getEncoder().encodeToString(bytes.toByteArray()));
    } else if (value instanceof EnumValueDescriptor name) {
      return String.valueOf(name.getNumber());
    }
    return switch (field.getType()) {
      case STRING -> quoted((String) value);
      case INT64, SFIXED64 -> quoted(value.toString());
      case FIXED64, UINT64 -> quoted(Long.toUnsignedString((Long) value));
      case FIXED32, UINT32 -> Integer.toUnsignedString((Integer) value);
      case DOUBLE -> Double.isFinite((Double) value) ? value.toString() : quoted(value.toString());
      default -> value.toString();
    };
  }

  private static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
