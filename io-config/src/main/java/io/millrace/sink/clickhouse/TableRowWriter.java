package io.millrace.sink.clickhouse;

import io.millrace.contract.ColumnDefinition;
import io.millrace.contract.TableDefinition;
import org.apache.beam.sdk.values.Row;

/** Writes a row of a contract as one row of one of its tables. Values are found by index. */
final class TableRowWriter implements RowBlockBuilder.RowWriter<Row> {
  private final int[] indexes;
  private final ValueEncoder[] encoders;

  private TableRowWriter(int[] indexes, ValueEncoder[] encoders) {
    this.indexes = indexes;
    this.encoders = encoders;
  }

  static TableRowWriter of(TableDefinition table) {
    return new TableRowWriter(
        table.columns().stream().mapToInt(ColumnDefinition::index).toArray(),
        table.columns().stream()
            .map(c -> ValueEncoders.of(c.field(), c.nullable()))
            .toArray(ValueEncoder[]::new));
  }

  @Override
  public void write(Row row, RowBuffer out) throws ContentException {
    for (int i = 0; i < indexes.length; i++) {
      encoders[i].encode(row.getValue(indexes[i]), out);
    }
  }
}
