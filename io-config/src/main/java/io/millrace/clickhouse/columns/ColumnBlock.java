package io.millrace.clickhouse.columns;

import io.millrace.clickhouse.conversion.RowReader;
import io.millrace.clickhouse.schema.ColumnType;
import io.millrace.event.RowBuffer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One block of ClickHouse's Native format: rows of RowBinary, taken apart into columns with their
 * names and types. Not thread-safe; used again for each batch.
 *
 * <p>A server reads columns with less work than rows. With the settings of {@link #SETTINGS} it
 * refuses a block whose types differ from its own. Only for some types it compares less than the
 * name: then it would take values for others, and such tables have no block ({@link #of}).
 *
 * <p>Cost: one pass over the rows and one copy of their bytes. State: the copy, until {@link
 * #clear}.
 */
public final class ColumnBlock {
  /** Settings of an INSERT, without which the server converts values of other types. */
  public static final List<String> SETTINGS =
      List.of("input_format_native_allow_types_conversion", "input_format_null_as_default");

  private final List<byte[]> headers;
  private final Column[] columns;
  private final RowReader reader = new RowReader();
  private int rows;

  private ColumnBlock(List<byte[]> headers, List<Column> columns) {
    this.headers = headers;
    this.columns = columns.toArray(Column[]::new);
  }

  /**
   * Creates a block without rows.
   *
   * @param types the type of each column, in the server's spelling
   * @return null if a column's type cannot be written as a column, or the server would not notice
   *     that its own is another: enums with other numbers, tuples with other names. JSON has no
   *     simple form as a column
   */
  public static @Nullable ColumnBlock of(List<String> names, List<String> types, ChunkPool pool) {
    List<byte[]> headers = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Column column = ColumnFactory.of(ColumnType.parse(types.get(i)), pool);
      if (column == null) {
        return null;
      }
      RowBuffer header = new RowBuffer(64);
      header.writeString(names.get(i));
      header.writeString(types.get(i));
      headers.add(header.toByteArray());
      columns.add(column);
    }
    return new ColumnBlock(headers, columns);
  }

  /** Appends the rows between two positions of an array. */
  public void add(byte[] bytes, int from, int to) {
    reader.reset(bytes, from);
    while (reader.position() < to) {
      for (Column column : columns) {
        column.add(reader);
      }
      rows++;
    }
    if (reader.position() != to) {
      throw new IllegalStateException(
          "the last row ends " + (reader.position() - to) + " bytes behind its end");
    }
  }

  /** Writes the block. */
  public void writeTo(OutputStream out) throws IOException {
    RowBuffer sizes = new RowBuffer(Long.BYTES);
    sizes.writeVarInt(columns.length);
    sizes.writeVarInt(rows);
    sizes.writeTo(out);
    for (int i = 0; i < columns.length; i++) {
      out.write(headers.get(i));
      columns[i].writePrefix(out);
      columns[i].writeTo(out);
    }
  }

  /** Removes all rows. */
  public void clear() {
    for (Column column : columns) {
      column.clear();
    }
    reader.release();
    rows = 0;
  }
}
