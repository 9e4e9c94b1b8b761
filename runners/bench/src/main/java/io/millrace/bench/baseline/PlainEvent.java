package io.millrace.bench.baseline;

/**
 * A query event. A bean with public fields for Flink's POJO serializer; missing fields are null.
 */
public class PlainEvent {
  public String queryId;
  public String eventType;
  public String queryText;
  public String userId;
  public String databaseName;
  public Long durationMs;
  public Long rowsAffected;

  /** The text of a JSON string, or the JSON text of anything else. */
  public String error;

  /** Any JSON value, as the sent bytes. */
  public byte[] payload;

  /** Unknown fields as one JSON object; empty if there are none. */
  public byte[] extra;

  /** Milliseconds since the epoch, UTC. */
  public long eventTime;

  /** When it was decoded, milliseconds since the epoch, UTC. */
  public long ingestionTime;

  /** Lateness in milliseconds; 0 if not late. */
  public long lateByMs;

  /** The upper half of a 128-bit hash of query id, event type and event time. */
  public long identityHigh;

  /** The lower half of it. */
  public long identityLow;

  /** An event without values, to be filled. */
  public PlainEvent() {}
}
