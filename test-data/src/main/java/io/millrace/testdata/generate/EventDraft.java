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
  QueryKeys.Key key;
  EventType type;
  long eventTime;
  byte[] queryTextColumn;
  String userColumn;
  String databaseColumn;
  long durationMs;
  long rowsAffected;
  byte[] errorColumn;
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
  final ByteBuilder payload = new ByteBuilder(8192);
  boolean hasPayload;
  boolean hasMetadata;

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

  /** Resets to an event of the query's current step without optional fields. */
  void reset(RunningQuery query, long newEventTime) {
    key = query.key();
    type = query.type();
    eventTime = newEventTime;
    queryTextColumn = NOTHING;
    userColumn = "";
    databaseColumn = "";
    durationMs = 0;
    rowsAffected = 0;
    errorColumn = NOTHING;
    hasError = false;
    queryId = quoted(key.utf8());
    timestamp = null;
    eventType = type.json();
    queryText = null;
    userId = null;
    database = null;
    duration = null;
    rows = null;
    error = null;
    payload.clear();
    hasPayload = false;
    hasMetadata = true;
    metadata = null;
    extraMember = null;
    extraMetadataMember = null;
    layout = 0;
    spaced = false;
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

  private static byte[] quoted(byte[] plain) {
    return new ByteBuilder(plain.length + 2).add('"').add(plain).add('"').array();
  }
}
