package io.millrace.sink.clickhouse;

import io.millrace.sink.SinkException;
import java.io.Serializable;
import java.util.List;
import org.joda.time.Instant;

/**
 * What is known of a table's rows that wait.
 *
 * @param sinceMillis when the first of them came, by the worker's clock
 * @param failures how many attempts have failed here
 * @param earliest the earliest timestamp of their elements
 * @param columns for which they were encoded, see {@link ClickHouseTable#encoding}
 * @param toldMillis when it was said last that they wait, by the worker's clock; or {@link #UNTOLD}
 */
record Waits(
    long sinceMillis,
    long rows,
    long bytes,
    int failures,
    Instant earliest,
    int columns,
    long toldMillis)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** That rows wait has not been said; what a savepoint of before holds is read as this. */
  static final long UNTOLD = 0;

  Waits with(WaitingBatch batch, Instant timestamp) {
    return new Waits(
        sinceMillis,
        rows + batch.rows().rowCount(),
        bytes + batch.rows().memoryBytes(),
        failures,
        timestamp.isBefore(earliest) ? timestamp : earliest,
        columns,
        toldMillis);
  }

  /** After it was said that rows wait. */
  Waits toldAt(long millis) {
    return new Waits(sinceMillis, rows, bytes, failures, earliest, columns, millis);
  }

  /** After an attempt that has failed, with what is left. */
  Waits failed(List<WaitingBatch> left) {
    Waits after = new Waits(sinceMillis, 0, 0, failures + 1, earliest, columns, toldMillis);
    for (WaitingBatch batch : left) {
      after = after.with(batch, earliest);
    }
    return after;
  }

  /**
   * Checks that the rows can be sent for the columns that are now: they may have been restored from
   * a savepoint, under another contract.
   *
   * @throws SinkException if they cannot
   */
  Waits of(String table, int columnsNow) {
    if (columns != columnsNow) {
      throw new SinkException(
          List.of(
              "ClickHouse table "
                  + table
                  + ": "
                  + rows
                  + " rows that waited when the savepoint was taken are encoded for other columns"
                  + " than the contract has now: go on from it with the contract of before until"
                  + " none wait (gauge "
                  + InsertWaiting.GAUGE_PREFIX
                  + table
                  + "), then change the contract"));
    }
    return this;
  }
}
