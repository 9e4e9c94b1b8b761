package io.millrace.testdata.manifest;

/**
 * The truth about one record that was sent: one line of the manifest.
 *
 * <p>The fields of the event hold what the table's columns must hold: an absent optional string is
 * the empty string and an absent number is 0. A dead record has no event, so these are null or 0.
 *
 * @param n the sequence number, from 0, in the order of sending
 * @param partition the partition it went to
 * @param outcome how the record must end
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
 * @param hasError whether metadata.error is present and not null; also for duplicate and late
 * @param rowSha256 hex SHA-256 over the columns query_id, event_type, query_text, user_id,
 *     database_name, duration_ms, rows_affected, payload, error and the event time in epoch
 *     milliseconds, in UTF-8, joined by the byte 0x1F. The payload is its JSON text exactly as in
 *     the event; the error is the decoded text of a JSON string, otherwise its JSON text
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

  /** The same bytes, sent again. */
  public ManifestEntry again(long newN, Outcome newOutcome, long newSentAt) {
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
