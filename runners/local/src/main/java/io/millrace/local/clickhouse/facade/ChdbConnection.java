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

  EngineResult execute(String sql) throws ServerError {
    return execute(sql.getBytes(StandardCharsets.UTF_8), "TabSeparated");
  }

  /**
   * Runs one statement.
   *
   * @param format the output format if the statement names none
   * @throws ServerError the engine's error
   */
  EngineResult execute(byte[] sql, String format) throws ServerError {
    byte[] formatName = format.getBytes(StandardCharsets.UTF_8);
    turn.lock();
    try {
      if (closed) {
        throw ServerError.of(210, "NETWORK_ERROR", "The server is shutting down");
      }
      Pointer connection = handle.getPointer(0);
      Pointer result =
          chdb.chdb_query_n(connection, sql, sql.length, formatName, formatName.length);
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

  private EngineResult read(Pointer result) throws ServerError {
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
    return new EngineResult(
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
