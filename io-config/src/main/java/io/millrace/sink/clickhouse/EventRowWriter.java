package io.millrace.sink.clickhouse;

import io.millrace.contract.ColumnDefinition;
import io.millrace.contract.TableDefinition;
import io.millrace.event.Event;
import org.apache.beam.sdk.values.Row;

/** Writes an event as one row of a table of its contract. Values are found by index. */
final class EventRowWriter implements RowBlockBuilder.RowWriter<Event> {
  private final int[] indexes;
  private final ValueEncoder[] encoders;

  private EventRowWriter(int[] indexes, ValueEncoder[] encoders) {
    this.indexes = indexes;
    this.encoders = encoders;
  }

  static EventRowWriter of(TableDefinition table) {
    return new EventRowWriter(
        table.columns().stream().mapToInt(ColumnDefinition::index).toArray(),
        table.columns().stream()
            .map(c -> ValueEncoders.of(c.field(), c.nullable()))
            .toArray(ValueEncoder[]::new));
  }

  @Override
  public void write(Event event, RowBuffer out) throws ContentException {
    Row row = event.row();
    for (int i = 0; i < indexes.length; i++) {
      encoders[i].encode(row.getValue(indexes[i]), out);
    }
  }
}
