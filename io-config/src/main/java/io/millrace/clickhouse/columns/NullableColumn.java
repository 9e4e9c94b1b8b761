package io.millrace.clickhouse.columns;

import io.millrace.clickhouse.conversion.RowReader;
import java.io.IOException;
import java.io.OutputStream;

/** First a byte for each value that says whether it is null, then the values with defaults. */
final class NullableColumn implements Column {
  private final ColumnBytes nulls;
  private final Column values;

  NullableColumn(Column values, ChunkPool pool) {
    this.nulls = new ColumnBytes(pool);
    this.values = values;
  }

  @Override
  public void add(RowReader in) {
    byte isNull = in.readByte();
    nulls.writeByte(isNull);
    if (isNull == 0) {
      values.add(in);
    } else {
      values.addDefault();
    }
  }

  @Override
  public void addDefault() {
    nulls.writeByte(1);
    values.addDefault();
  }

  @Override
  public void writePrefix(OutputStream out) throws IOException {
    values.writePrefix(out);
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    nulls.writeTo(out);
    values.writeTo(out);
  }

  @Override
  public void clear() {
    nulls.clear();
    values.clear();
  }
}
