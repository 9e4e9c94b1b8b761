package org.apache.beam.sdk.io.clickhouse;

import com.clickhouse.data.ClickHouseOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Properties;
import org.apache.beam.sdk.values.Row;

/**
 * Access to package-private parts of ClickHouseIO: connection properties, and the encoding of a
 * row.
 */
public final class ClickHouseIOAccess {
  private ClickHouseIOAccess() {}

  /** The same transform with other connection properties. */
  public static <T> ClickHouseIO.Write<T> withProperties(
      ClickHouseIO.Write<T> write, Properties properties) {
    return write.toBuilder().properties(properties).build();
  }

  /** Encodes a row. */
  public static void writeRow(OutputStream out, TableSchema schema, Row row) throws IOException {
    ClickHouseOutputStream stream = ClickHouseOutputStream.of(out);
    ClickHouseWriter.writeRow(stream, schema, row);
    stream.flush();
  }
}
