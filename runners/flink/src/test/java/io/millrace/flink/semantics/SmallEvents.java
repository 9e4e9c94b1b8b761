package io.millrace.flink.semantics;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/**
 * Small events by a small contract: buckets of a minute, ten minutes of allowed lateness, and a
 * rollup of each kind of window.
 */
final class SmallEvents {
  static final long MINUTE = 60_000;

  /** The beginning of a bucket. */
  static final long NOON = 1_772_359_200_000L;

  /** A watermark from which the bucket that begins at noon is late. */
  static final long NOON_LATE_FROM = NOON + MINUTE + 10 * MINUTE;

  static final Contract CONTRACT =
      ContractLoader.parse(
          """
          contract: small
          version: 1
          format: json
          fields:
            id: {type: string, required: true}
            at: {type: timestamp, required: true}
          event_time: {field: at, allowed_lateness: 10m, out_of_orderness: 0s}
          identity: [id, at]
          unknown_fields: {column: extra, as: json}
          tables:
            normal: {name: small, columns: [id, at, ingestion_time, extra]}
            error: {name: small_errors, columns: [id, at, ingestion_time, extra]}
            late: {name: small_late, columns: [id, at, ingestion_time, extra]}
            dead_letters: {name: small_dead}
          rollups:
            minutes: {window: {fixed: 1m}, group_by: [id], measures: {n: {type: count}}}
            moving: {window: {sliding: 2m, every: 1m}, measures: {n: {type: count}}}
            visits: {window: {session: 2m}, group_by: [id], measures: {n: {type: count}}}
            eager: {window: {fixed: 1m}, early: 5s, measures: {n: {type: count}}}
          """,
          "small.yaml");

  private static final Schema SCHEMA = CONTRACT.schema();

  private SmallEvents() {}

  /** An event that arrived in a partition when the partition's watermark stood somewhere. */
  static Event event(String id, long eventTime, int partition, long offset, long watermark) {
    Row row =
        Row.withSchema(SCHEMA)
            .attachValues(
                Arrays.asList(
                    id, Instant.ofEpochMilli(eventTime), Instant.ofEpochMilli(0), null, ""));
    SourceRecord origin =
        new SourceRecord(
            "topic",
            partition,
            offset,
            null,
            id.getBytes(StandardCharsets.UTF_8),
            List.of(),
            eventTime,
            watermark);
    return new Event(row, id.hashCode() * 0x9E3779B97F4A7C15L, eventTime, eventTime, origin);
  }

  /** The id of an event. */
  static String id(Event event) {
    return event.row().getString("id");
  }
}
