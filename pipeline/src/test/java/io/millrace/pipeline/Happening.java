package io.millrace.pipeline;

import java.time.Instant;

/**
 * Something that happened to a query, and the record that tells of it.
 *
 * @param query a number that stands for query_id
 * @param finished whether the event is query_finished, else query_started
 * @param failed whether it reports an error
 * @param database a number that stands for metadata.database
 * @param durationMs metadata.duration_ms
 * @param timeMillis when it happened, milliseconds since the epoch, UTC
 * @param delayMillis how much later the record arrived
 */
record Happening(
    int query,
    boolean finished,
    boolean failed,
    int database,
    long durationMs,
    long timeMillis,
    long delayMillis) {

  /** The milliseconds since the epoch, UTC, at which the record arrived: its record time. */
  long arrivalMillis() {
    return timeMillis + delayMillis;
  }

  String eventType() {
    return finished ? "query_finished" : "query_started";
  }

  /** What makes two of them the same event. */
  String identity() {
    return "q" + query + "|" + eventType() + "|" + timeMillis;
  }

  String json() {
    return "{\"query_id\":\"q%d\",\"event_type\":\"%s\",\"timestamp\":\"%s\",\"metadata\":{\"database\":\"db%d\",\"duration_ms\":%d%s}}"
        .formatted(
            query,
            eventType(),
            Instant.ofEpochMilli(timeMillis),
            database,
            durationMs,
            failed ? ",\"error\":\"failed\"" : "");
  }
}
