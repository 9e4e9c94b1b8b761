package io.millrace.clickhouse.write;

import io.millrace.clickhouse.schema.ClickHouseTable;
import java.io.Serializable;

/** Sends batches to ClickHouse; one attempt each. Used by one thread. */
public interface InsertClient extends AutoCloseable {
  /**
   * Sends one INSERT and waits until the server has acknowledged it.
   *
   * @throws RuntimeException if it has not, or if that is not known
   */
  void insert(ClickHouseTable table, Batch batch);

  /**
   * Whether the table's columns still are those that rows are encoded for. A failure that looks
   * like a row's fault is none if they are not.
   *
   * @throws RuntimeException if the server does not answer
   */
  boolean fits(ClickHouseTable table);

  @Override
  void close();

  /** Opens clients on the worker. */
  @FunctionalInterface
  interface Factory extends Serializable {
    InsertClient open();
  }
}
