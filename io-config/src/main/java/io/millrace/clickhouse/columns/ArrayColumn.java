package io.millrace.clickhouse.columns;

import io.millrace.clickhouse.conversion.RowReader;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * Arrays, and maps, which are arrays of keys beside arrays of values: first where each array ends,
 * as a count of all elements before it, then all elements.
 */
final class ArrayColumn implements Column {
  private final ColumnBytes ends;
  private final List<Column> elements;
  private long count;

  /**
   * Creates the column.
   *
   * @param elements the elements; keys and values of a map
   */
  ArrayColumn(List<Column> elements, ChunkPool pool) {
    this.ends = new ColumnBytes(pool);
    this.elements = elements;
  }

  @Override
  public void add(RowReader in) {
    int added = in.readVarInt();
    for (int i = 0; i < added; i++) {
      for (Column element : elements) {
        element.add(in);
      }
    }
    count += added;
    ends.writeLong(count);
  }

  @Override
  public void addDefault() {
    ends.writeLong(count);
  }

  @Override
  public void writePrefix(OutputStream out) throws IOException {
    for (Column element : elements) {
      element.writePrefix(out);
    }
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    ends.writeTo(out);
    for (Column element : elements) {
      element.writeTo(out);
    }
  }

  @Override
  public void clear() {
    ends.clear();
    elements.forEach(Column::clear);
    count = 0;
  }
}
