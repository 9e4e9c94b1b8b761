package io.millrace.clickhouse.write;

import io.millrace.clickhouse.schema.ClickHouseTable;
import java.io.Serializable;

/** Sends batches to ClickHouse without retries. Not thread-safe. */
public interface InsertClient extends AutoCloseable {
  /**
   * Sends one INSERT and waits for the acknowledgement.
   *
   * @throws UnfitRowsException if columns cannot hold some rows; then nothing was sent
   * @throws RuntimeException if the INSERT failed or there was no answer
   */
  void insert(ClickHouseTable table, Batch batch);

  /**
   * Whether the table's columns still match the encoding of rows. If not, a rejection is not caused
   * by a row.
   *
   * @throws RuntimeException if the server does not answer
   */
  boolean fits(ClickHouseTable table);

  @Override
  void close();

  /** Opens clients on workers. */
  @FunctionalInterface
  interface Factory extends Serializable {
    InsertClient open();
  }
}
