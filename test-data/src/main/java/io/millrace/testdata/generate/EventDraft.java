package io.millrace.testdata.generate;

import io.millrace.testdata.workload.ByteBuilder;
import io.millrace.testdata.workload.EventType;
import io.millrace.testdata.workload.QueryKeys;
import io.millrace.testdata.workload.RunningQuery;

/**
 * An event before it is written: the JSON text of each field, and the expected value of each
 * column. A field whose JSON text is null is omitted. Malformed events replace JSON texts; their
 * columns are unused.
 */
final class EventDraft {
  private static final byte[] NOTHING = new byte[0];

  // Columns
  final QueryKeys.Key key;
  final EventType type;
  final long eventTime;
  byte[] queryTextColumn = NOTHING;
  String userColumn = "";
  String databaseColumn = "";
  long durationMs;
  long rowsAffected;
  byte[] errorColumn = NOTHING;
  boolean hasError;

  // JSON texts
  byte[] queryId;
  byte[] timestamp;
  byte[] eventType;
  byte[] queryText;
  byte[] userId;
  byte[] database;
  byte[] duration;
  byte[] rows;
  byte[] error;
  final ByteBuilder payload;
  boolean hasPayload;
  boolean hasMetadata = true;

  /** Replaces the whole metadata object. */
  byte[] metadata;

  /** An additional member such as {@code "k":1}: an unknown field or a duplicate key. */
  byte[] extraMember;

  /** An additional member of the metadata object. */
  byte[] extraMetadataMember;

  /** The order of the fields, see {@link EventWriter#layouts()}. */
  int layout;

  /** Whether whitespace follows colons and commas. */
  boolean spaced;

  /**
   * An event of the query's current step without optional fields.
   *
   * @param payload is cleared and reused
   */
  EventDraft(RunningQuery query, long eventTime, ByteBuilder payload) {
    key = query.key();
    type = query.type();
    this.eventTime = eventTime;
    this.payload = payload;
    queryId = new ByteBuilder(key.utf8().length + 2).add('"').add(key.utf8()).add('"').array();
    eventType = type.json();
    payload.clear();
  }

  /** The size of all values, a lower bound of the size of the event. */
  int valueBytes() {
    return length(queryId)
        + length(timestamp)
        + length(eventType)
        + length(queryText)
        + length(userId)
        + length(database)
        + length(error)
        + length(extraMember)
        + length(extraMetadataMember)
        + payload.size();
  }

  private static int length(byte[] json) {
    return json == null ? 0 : json.length;
  }
}
