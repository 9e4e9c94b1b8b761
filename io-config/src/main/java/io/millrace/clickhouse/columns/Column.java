package io.millrace.clickhouse.columns;

import io.millrace.clickhouse.conversion.RowReader;
import java.io.IOException;
import java.io.OutputStream;

/** The values of one column, or of a part of one. Not thread-safe. */
interface Column {
  /** Reads one value as RowBinary has it, and appends it. */
  void add(RowReader in);

  /** Appends the type's default, which stands where a value is null. */
  void addDefault();

  /** Writes what precedes all values of a column, of its nested parts too. */
  default void writePrefix(OutputStream out) throws IOException {}

  void writeTo(OutputStream out) throws IOException;

  void clear();
}
