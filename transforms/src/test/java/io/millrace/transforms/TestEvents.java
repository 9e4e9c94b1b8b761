package io.millrace.transforms;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TimestampedValue;

/** Small events of a small contract. */
final class TestEvents {
  /** Buckets of a minute, ten minutes of allowed lateness. */
  static final Contract CONTRACT =
      ContractLoader.parse(
          """
          contract: small
          version: 1
          format: json
          fields:
            id: {type: string, required: true}
            kind: {type: string}
            fault: {type: text}
            at: {type: timestamp, required: true}
          event_time: {field: at, allowed_lateness: 10m, out_of_orderness: 0s}
          identity: [id, at]
          error: {field: fault, is: present}
          unknown_fields: {column: extra, as: json}
          tables:
            normal: {name: small, columns: [id, kind, at, ingestion_time, extra]}
            error: {name: small_errors, columns: [id, fault, at, ingestion_time, extra]}
            late: {name: small_late, columns: [id, kind, fault, at, ingestion_time, extra]}
            dead_letters: {name: small_dead}
          """,
          "small.yaml");

  /** An arrival watermark that makes no event late. */
  static final long UNKNOWN = BoundedWindow.TIMESTAMP_MIN_VALUE.getMillis();

  private static final AtomicLong OFFSETS = new AtomicLong();

  private TestEvents() {}

  static Event event(String id, long eventTime, long arrivalWatermark) {
    return event(id, null, null, eventTime, arrivalWatermark);
  }

  static Event event(String id, String kind, String fault, long eventTime, long arrivalWatermark) {
    Row row =
        Row.withSchema(CONTRACT.schema())
            .addValues(
                id, kind, fault, Instant.ofEpochMilli(eventTime), Instant.ofEpochMilli(0), null, "")
            .build();
    SourceRecord origin =
        new SourceRecord(
            "topic",
            0,
            OFFSETS.getAndIncrement(),
            null,
            id.getBytes(StandardCharsets.UTF_8),
            List.of(),
            eventTime,
            arrivalWatermark);
    return new Event(row, id.hashCode() * 0x9E3779B97F4A7C15L, eventTime, eventTime, origin);
  }

  static TimestampedValue<Event> timestamped(Event event) {
    return TimestampedValue.of(event, event.timestamp());
  }

  static String id(Event event) {
    return event.row().getString("id");
  }
}
