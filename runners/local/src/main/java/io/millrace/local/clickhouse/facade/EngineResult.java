package io.millrace.local.clickhouse.facade;

/**
 * The engine's result of one statement.
 *
 * @param body the formatted rows, empty for a statement without output
 * @param readRows rows read from storage, or rows of insert data
 * @param readBytes bytes of the same
 * @param writtenRows rows inserted, before deduplication
 * @param writtenBytes bytes of the same, uncompressed in memory
 * @param resultRows rows of the answer
 * @param elapsedNanos time in the engine
 */
record EngineResult(
    byte[] body,
    long readRows,
    long readBytes,
    long writtenRows,
    long writtenBytes,
    long resultRows,
    long elapsedNanos) {

  /** The answer's {@code X-ClickHouse-Summary} value. */
  String summary() {
    return "{\"read_rows\":\"%d\",\"read_bytes\":\"%d\",\"written_rows\":\"%d\",\"written_bytes\":\"%d\",\"total_rows_to_read\":\"0\",\"result_rows\":\"%d\",\"result_bytes\":\"0\",\"elapsed_ns\":\"%d\"}"
        .formatted(readRows, readBytes, writtenRows, writtenBytes, resultRows, elapsedNanos);
  }
}
