package io.millrace.clickhouse.encoding;

import io.millrace.clickhouse.encoding.ValueEncoders.ValueEncoder;
import io.millrace.contract.ColumnDefinition;
import io.millrace.contract.TableDefinition;
import io.millrace.event.RowBuffer;
import io.millrace.event.RowValues;

/** Encodes a row of a contract for one of its tables. Finds values by index. */
public final class TableRowWriter implements RowBlockBuilder.RowWriter<RowValues> {
  private final int[] indexes;
  private final ValueEncoder[] encoders;

  private TableRowWriter(int[] indexes, ValueEncoder[] encoders) {
    this.indexes = indexes;
    this.encoders = encoders;
  }

  public static TableRowWriter of(TableDefinition table) {
    return new TableRowWriter(
        table.columns().stream().mapToInt(ColumnDefinition::index).toArray(),
        table.columns().stream().map(ValueEncoders::of).toArray(ValueEncoder[]::new));
  }

  @Override
  public void write(RowValues row, RowBuffer out) throws InvalidRowException {
    for (int i = 0; i < indexes.length; i++) {
      encoders[i].encode(row.raw(indexes[i]), out);
    }
  }
}
