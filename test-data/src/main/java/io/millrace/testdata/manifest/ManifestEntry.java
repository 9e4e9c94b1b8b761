package io.millrace.testdata.manifest;

/**
 * One line of the manifest: a sent record and its expected outcome.
 *
 * <p>The fields of the event have the expected values of the columns: an absent optional string is
 * the empty string and an absent number is 0. They are null or 0 for a dead record.
 *
 * @param n the sequence number, from 0, in the order of sending
 * @param partition the partition of the record
 * @param outcome the expected outcome
 * @param code the stable code of a dead record, otherwise null
 * @param identity {@code query_id|event_type|epochMillis} of the event, null for a dead record
 * @param sha256 hex SHA-256 of the value's bytes, null for a tombstone
 * @param bytes the size of the value, 0 for a tombstone
 * @param sentAt the record time in epoch milliseconds
 * @param eventTime the event's time in epoch milliseconds
 * @param queryId query_id
 * @param eventType event_type
 * @param database metadata.database
 * @param userId metadata.user_id
 * @param durationMs metadata.duration_ms
 * @param rowsAffected metadata.rows_affected
 * @param hasError whether metadata.error is present and not null; also for duplicates and late
 *     events
 * @param rowSha256 hex SHA-256 of the columns query_id, event_type, query_text, user_id,
 *     database_name, duration_ms, rows_affected, payload, error and the event time in epoch
 *     milliseconds, in UTF-8, joined by the byte 0x1F. The payload is its exact JSON text. The
 *     error is the decoded JSON string, or the JSON text of another value
 */
public record ManifestEntry(
    long n,
    int partition,
    Outcome outcome,
    String code,
    String identity,
    String sha256,
    int bytes,
    long sentAt,
    long eventTime,
    String queryId,
    String eventType,
    String database,
    String userId,
    long durationMs,
    long rowsAffected,
    boolean hasError,
    String rowSha256) {

  public static ManifestEntry dead(
      long n, int partition, String code, String sha256, int bytes, long sentAt) {
    return new ManifestEntry(
        n,
        partition,
        Outcome.DEAD,
        code,
        null,
        sha256,
        bytes,
        sentAt,
        0,
        null,
        null,
        null,
        null,
        0,
        0,
        false,
        null);
  }

  /** The entry of the same bytes, sent again. */
  public ManifestEntry repeated(long newN, Outcome newOutcome, long newSentAt) {
    return new ManifestEntry(
        newN,
        partition,
        newOutcome,
        code,
        identity,
        sha256,
        bytes,
        newSentAt,
        eventTime,
        queryId,
        eventType,
        database,
        userId,
        durationMs,
        rowsAffected,
        hasError,
        rowSha256);
  }
}
