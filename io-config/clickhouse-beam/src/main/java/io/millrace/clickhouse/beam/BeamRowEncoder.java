package io.millrace.clickhouse.beam;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.apache.beam.sdk.io.clickhouse.ClickHouseIOAccess;
import org.apache.beam.sdk.io.clickhouse.TableSchema;
import org.apache.beam.sdk.values.Row;

/** One row as ClickHouseIO encodes it, without a connection: to compare and to measure. */
public final class BeamRowEncoder {
  private final TableSchema schema;

  private BeamRowEncoder(TableSchema schema) {
    this.schema = schema;
  }

  /** The encoder for a table of these columns. */
  public static BeamRowEncoder of(List<BeamClickHouseWrite.Column> columns) {
    return new BeamRowEncoder(BeamClickHouseWrite.schema(columns));
  }

  /**
   * Appends a row.
   *
   * @throws IOException if the stream cannot take it; a value of the wrong kind throws whatever
   *     ClickHouseIO throws
   */
  public void encode(Row row, OutputStream out) throws IOException {
    ClickHouseIOAccess.writeRow(out, schema, row);
  }
}
