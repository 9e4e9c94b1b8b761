package io.millrace.clickhouse.conversion;

import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.event.RowBuffer;

/** Reads one value in RowBinary and writes it for another type. */
@FunctionalInterface
public interface ValueMover {
  /**
   * Moves a value.
   *
   * @throws InvalidRowException if the other type cannot hold it; the caller discards the written
   *     bytes and skips the rest of the row
   */
  void move(RowReader in, RowBuffer out) throws InvalidRowException;
}
