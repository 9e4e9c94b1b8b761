package io.millrace.clickhouse.columns;

import io.millrace.clickhouse.conversion.RowReader;
import java.io.IOException;
import java.io.OutputStream;

/** Values of fixed width: numbers, times, addresses. Both formats encode them alike. */
final class FixedColumn implements Column {
  private final int width;
  private final ColumnBytes values;

  FixedColumn(int width, ChunkPool pool) {
    this.width = width;
    this.values = new ColumnBytes(pool);
  }

  @Override
  public void add(RowReader in) {
    switch (width) {
      case Long.BYTES -> values.writeLong(in.readLong());
      case Integer.BYTES -> values.writeInt(in.readInt());
      case Byte.BYTES -> values.writeByte(in.readByte());
      default -> values.writeRaw(in.bytes(), in.skip(width), width);
    }
  }

  @Override
  public void addDefault() {
    values.writeZeros(width);
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
