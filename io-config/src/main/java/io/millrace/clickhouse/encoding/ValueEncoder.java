package io.millrace.clickhouse.encoding;

import io.millrace.event.RowBuffer;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Writes one value of a row as RowBinary. */
@FunctionalInterface
interface ValueEncoder {
  /**
   * Appends a value.
   *
   * @throws InvalidRowException if the column cannot hold it; what was appended is to be taken back
   */
  void encode(@Nullable Object value, RowBuffer out) throws InvalidRowException;
}
