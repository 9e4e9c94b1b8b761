package org.apache.beam.sdk.io.clickhouse;

import com.clickhouse.data.ClickHouseOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Properties;
import org.apache.beam.sdk.values.Row;

/**
 * What ClickHouseIO keeps to its own package and Millrace needs: the connection's properties, for
 * which it has no method, and the encoding of one row, to measure it.
 */
public final class ClickHouseIOAccess {
  private ClickHouseIOAccess() {}

  /** The same transform with other properties of its connections. */
  public static <T> ClickHouseIO.Write<T> withProperties(
      ClickHouseIO.Write<T> write, Properties properties) {
    return write.toBuilder().properties(properties).build();
  }

  /** One row as ClickHouseIO encodes it. */
  public static void writeRow(OutputStream out, TableSchema schema, Row row) throws IOException {
    ClickHouseOutputStream stream = ClickHouseOutputStream.of(out);
    ClickHouseWriter.writeRow(stream, schema, row);
    stream.flush();
  }
}
