package io.millrace.bench.baseline;

/**
 * A query event. A bean with public fields, as Flink's own serializer wants it: the fields that are
 * null are those that the event does not have.
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

  /** Any JSON value, in the bytes that were sent. */
  public byte[] payload;

  /** The fields that are not named here, as one JSON object; empty if there are none. */
  public byte[] extra;

  /** Milliseconds since the epoch, UTC. */
  public long eventTime;

  /** When it was decoded, milliseconds since the epoch, UTC. */
  public long ingestionTime;

  /** How late it came, milliseconds; 0 if it is not late. */
  public long lateByMs;

  /** The upper half of a 128-bit hash of query id, event type and event time. */
  public long identityHigh;

  /** The lower half of it. */
  public long identityLow;

  /** An event without values, to be filled. */
  public PlainEvent() {}
}
