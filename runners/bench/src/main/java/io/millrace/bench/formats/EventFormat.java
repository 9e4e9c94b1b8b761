package io.millrace.bench.formats;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A format of records, with its contract of the query events and the way they are written in it.
 */
enum EventFormat {
  /** One JSON object a record: what the others are compared with. */
  JSON("one JSON object a record", 1, 1.0, "json", QueryFields.JSON) {
    @Override
    byte[] record(List<JsonNode> events) {
      return bytes(events.get(0).toString());
    }
  },
  /** An array of them. */
  JSON_ARRAY(
      "an array of JSON objects", 100, 1.0, "json\nevents: {path: events}", QueryFields.JSON) {
    @Override
    byte[] record(List<JsonNode> events) {
      return bytes("{\"events\":" + events + "}");
    }
  },
  INFLUX("line protocol", 100, 0.8, "{type: influx, precision: ns}", QueryFields.INFLUX) {
    @Override
    byte[] record(List<JsonNode> events) {
      return InfluxLines.of(events);
    }
  },
  OTLP_LOGS("OTLP logs, protobuf", 100, 0.8, "otlp-logs", QueryFields.OTLP_LOGS) {
    @Override
    byte[] record(List<JsonNode> events) {
      return OtlpLogs.of(events);
    }
  },
  AVRO("Avro", 1, 0.8, "{type: avro, schema: query-event.avsc}", QueryFields.AVRO) {
    @Override
    byte[] record(List<JsonNode> events) {
      return AvroEvents.of(events.get(0));
    }
  };

  private final String label;
  private final int perRecord;
  private final double bar;
  private final String format;
  private final String fields;

  EventFormat(String label, int perRecord, double bar, String format, String fields) {
    this.label = label;
    this.perRecord = perRecord;
    this.bar = bar;
    this.format = format;
    this.fields = fields;
  }

  /** The display name. */
  String label() {
    return label;
  }

  /** The name in flags, JSON and topics. */
  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Events in a record. */
  int perRecord() {
    return perRecord;
  }

  /** Most of the pipeline's CPU time an event, as a ratio to {@link #JSON}. */
  double bar() {
    return bar;
  }

  /** One record with these events. */
  abstract byte[] record(List<JsonNode> events);

  /** The contract, made of that of the query events without its roll-ups. */
  String contract(String queryEvents) {
    int from = queryEvents.indexOf("fields:");
    int to = queryEvents.indexOf("event_time:\n");
    return (queryEvents.substring(0, from) + fields + queryEvents.substring(to))
        .replace("format: json\n", "format: " + format + "\n");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String names() {
    return List.of(values()).stream().map(EventFormat::id).collect(Collectors.joining(", "));
  }
}
