package io.millrace.clickhouse.columns;

import io.millrace.clickhouse.conversion.RowReader;
import java.io.IOException;
import java.io.OutputStream;

/** Texts: each with its length before it, in both formats. */
final class TextColumn implements Column {
  private final ColumnBytes values;

  TextColumn(ChunkPool pool) {
    this.values = new ColumnBytes(pool);
  }

  @Override
  public void add(RowReader in) {
    int start = in.position();
    int length = in.readVarInt();
    values.writeRaw(in.bytes(), start, in.skip(length) + length - start);
  }

  @Override
  public void addDefault() {
    values.writeByte(0);
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    values.writeTo(out);
  }

  @Override
  public void clear() {
    values.clear();
  }
}
