package io.millrace.archive.schema;

import io.millrace.archive.schema.ValueWriter.Depth;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Writes events to the columns of {@link ParquetTypes#events}. Not thread-safe. */
public final class EventRows {
  private final List<ColumnWriter> position;
  private final Binary outcome;
  private final List<Column> columns = new ArrayList<>();
  private @Nullable String latestTopic;
  private Binary topic = Binary.EMPTY;

  /** A field of the row, and the column of its extra digits. */
  private record Column(ValueWriter values, @Nullable ColumnWriter extraDigits, int beyond) {
    void write(@Nullable Object value) {
      values.write(value, 0);
      if (extraDigits != null) {
        if (value instanceof Instant time) {
          extraDigits.write(ExtraDigits.of(time, beyond), 0, 1);
        } else {
          extraDigits.writeNull(0, 0);
        }
      }
    }
  }

  /**
   * Prepares for events of a contract with one outcome.
   *
   * @param writers of all columns, in the order of the schema
   */
  public EventRows(Contract contract, Outcome outcome, List<ColumnWriter> writers) {
    this.position = List.copyOf(writers.subList(0, Position.columns()));
    this.outcome = Binary.fromString(outcome.label());
    Iterator<ColumnWriter> rest = writers.subList(Position.columns(), writers.size()).iterator();
    for (FieldDefinition field : contract.rowFields()) {
      ValueWriter values = ValueWriter.of(field, rest, Depth.TOP);
      columns.add(new Column(values, field.hasExtraDigits() ? rest.next() : null, field.digits()));
    }
  }

  /** Writes the values of one event. They must fit, see {@link TimeRange}. */
  public void write(Event event) {
    String name = event.origin().topic();
    if (!name.equals(latestTopic)) {
      latestTopic = name;
      topic = Binary.fromString(name);
    }
    Position.write(position, outcome, topic, event);
    for (int i = 0; i < columns.size(); i++) {
      columns.get(i).write(event.values().raw(i));
    }
  }
}
