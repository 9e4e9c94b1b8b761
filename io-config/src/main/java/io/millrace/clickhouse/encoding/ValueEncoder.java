package io.millrace.clickhouse.encoding;

import io.millrace.event.RowBuffer;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Encodes one value as RowBinary. */
@FunctionalInterface
interface ValueEncoder {
  /**
   * Appends a value.
   *
   * @throws InvalidRowException if the column cannot hold it; the caller discards the appended
   *     bytes
   */
  void encode(@Nullable Object value, RowBuffer out) throws InvalidRowException;
}
