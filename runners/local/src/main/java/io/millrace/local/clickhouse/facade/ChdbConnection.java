package io.millrace.local.clickhouse.facade;

import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One connection to the engine, with its own database, settings and temporary tables. Connections
 * run in parallel; statements on one connection run one after another.
 */
final class ChdbConnection implements AutoCloseable {
  private final Chdb chdb;
  private final Pointer handle;
  private final ReentrantLock turn = new ReentrantLock();
  private boolean closed;

  ChdbConnection(Chdb chdb, Pointer handle) {
    this.chdb = chdb;
    this.handle = handle;
  }

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
  record Result(
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

  Result execute(String sql) throws ServerError {
    return execute(sql, "TabSeparated");
  }

  /** The answer's text in the format TSVRaw, without the last line end. */
  String ask(String sql) throws ServerError {
    String answer = new String(execute(sql, "TSVRaw").body(), StandardCharsets.UTF_8);
    return answer.endsWith("\n") ? answer.substring(0, answer.length() - 1) : answer;
  }

  /**
   * Runs one statement.
   *
   * @param format the output format if the statement names none
   * @throws ServerError the engine's error
   */
  Result execute(String sql, String format) throws ServerError {
    byte[] query = sql.getBytes(StandardCharsets.UTF_8);
    byte[] formatName = format.getBytes(StandardCharsets.UTF_8);
    turn.lock();
    try {
      if (closed) {
        throw ServerError.of(210, "NETWORK_ERROR", "The server is shutting down");
      }
      Pointer connection = handle.getPointer(0);
      Pointer result =
          chdb.chdb_query_n(connection, query, query.length, formatName, formatName.length);
      if (result == null) {
        throw ServerError.of(1002, "UNKNOWN_EXCEPTION", "The engine gave no result");
      }
      try {
        return read(result);
      } finally {
        chdb.chdb_destroy_query_result(result);
      }
    } finally {
      turn.unlock();
    }
  }

  private Result read(Pointer result) throws ServerError {
    String error = chdb.chdb_result_error(result);
    if (error != null) {
      // The counters of a failed statement are uninitialized memory.
      throw ServerError.fromEngine(error);
    }
    long length = chdb.chdb_result_length(result);
    if (length > Integer.MAX_VALUE - 8) {
      throw ServerError.of(
          396, "TOO_MANY_ROWS_OR_BYTES", "An answer of " + length + " bytes is too large");
    }
    byte[] body =
        length == 0
            ? new byte[0]
            : chdb.chdb_result_buffer(result).getByteArray(0, Math.toIntExact(length));
    long writtenRows = chdb.chdb_result_rows_written(result);
    long storageRows = chdb.chdb_result_storage_rows_read(result);
    return new Result(
        body,
        storageRows > 0 ? storageRows : writtenRows,
        storageRows > 0
            ? chdb.chdb_result_storage_bytes_read(result)
            : chdb.chdb_result_bytes_written(result),
        writtenRows,
        chdb.chdb_result_bytes_written(result),
        writtenRows > 0 ? 0 : chdb.chdb_result_rows_read(result),
        (long) (chdb.chdb_result_elapsed(result) * 1e9));
  }

  @Override
  public void close() {
    turn.lock();
    try {
      if (!closed) {
        closed = true;
        chdb.chdb_close_conn(handle);
      }
    } finally {
      turn.unlock();
    }
  }
}
