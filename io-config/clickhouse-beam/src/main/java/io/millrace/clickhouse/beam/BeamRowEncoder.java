package io.millrace.clickhouse.beam;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.apache.beam.sdk.io.clickhouse.ClickHouseIOAccess;
import org.apache.beam.sdk.io.clickhouse.TableSchema;
import org.apache.beam.sdk.values.Row;

/** Encodes rows like ClickHouseIO without a connection, for benchmarks and comparisons. */
public final class BeamRowEncoder {
  private final TableSchema schema;

  private BeamRowEncoder(TableSchema schema) {
    this.schema = schema;
  }

  /** Creates the encoder of a table. */
  public static BeamRowEncoder of(List<BeamClickHouseWrite.Column> columns) {
    return new BeamRowEncoder(BeamClickHouseWrite.schema(columns));
  }

  /**
   * Appends a row.
   *
   * @throws IOException if the stream fails; a value of the wrong type throws an exception of
   *     ClickHouseIO
   */
  public void encode(Row row, OutputStream out) throws IOException {
    ClickHouseIOAccess.writeRow(out, schema, row);
  }
}
