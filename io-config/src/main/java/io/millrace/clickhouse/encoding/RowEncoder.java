package io.millrace.clickhouse.encoding;

import io.millrace.contract.TableDefinition;
import io.millrace.event.RowBuffer;
import io.millrace.event.RowValues;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.beam.sdk.values.Row;

/**
 * Encodes rows for ClickHouse without a connection, for benchmarks and comparisons. Not
 * thread-safe.
 */
public final class RowEncoder {
  private static final int INITIAL_BYTES = 1 << 16;

  private final TableRowWriter writer;
  private final RowBuffer buffer = new RowBuffer(INITIAL_BYTES);

  private RowEncoder(TableRowWriter writer) {
    this.writer = writer;
  }

  /** Creates the encoder of a contract's table. */
  public static RowEncoder of(TableDefinition table) {
    return new RowEncoder(TableRowWriter.of(table));
  }

  /**
   * Encodes a row of the contract into the buffer.
   *
   * @throws IllegalArgumentException if the table cannot hold it
   */
  public void add(Row row) {
    try {
      writer.write(RowValues.of(row), buffer);
    } catch (InvalidRowException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** Writes the buffered rows and clears the buffer. */
  public void writeTo(OutputStream out) throws IOException {
    buffer.writeTo(out);
    buffer.clear();
  }
}
