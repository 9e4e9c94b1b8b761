package io.millrace.contract;

import static io.millrace.contract.FieldDefinition.column;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A roll-up: measures of events by windows of event time and groups. Its table has one row for each
 * window and group. Of several results, the row with the most {@link #EVENTS} is the latest; it
 * replaces the earlier ones in queries.
 *
 * @param table the name of the table
 * @param window the windows
 * @param groupBy the fields whose values form a group; null counts as the empty text
 * @param where the conditions that an event must meet
 * @param measures the measures
 * @param early the interval between results of an open window, by the worker's clock; null: only
 *     closed windows have results
 * @param ttl how long a row is kept after the start of its window; null: indefinitely
 */
public record Rollup(
    String table,
    RollupWindow window,
    List<FieldDefinition> groupBy,
    List<Condition> where,
    List<Measure> measures,
    @Nullable Duration early,
    @Nullable Duration ttl)
    implements Serializable {

  /** Column: the first instant of the window, UTC. */
  public static final String WINDOW_START = "window_start";

  /** Column: the first instant after the window, UTC. */
  public static final String WINDOW_END = "window_end";

  /** Column: how many events the row counts. Of two rows of a group and window, the larger wins. */
  public static final String EVENTS = "events";

  /** Column of session roll-ups: 1 if the session was merged into another one. */
  public static final String MERGED = "merged";

  public boolean sessions() {
    return window.kind() == RollupWindow.Kind.SESSION;
  }

  public List<FieldDefinition> columns() {
    List<FieldDefinition> columns = new ArrayList<>();
    columns.add(column(WINDOW_START, FieldType.TIMESTAMP, true));
    columns.add(column(WINDOW_END, FieldType.TIMESTAMP, true));
    groupBy.forEach(field -> columns.add(field.asColumn(field.name(), true)));
    measures.forEach(measure -> columns.addAll(measure.columns()));
    columns.add(column(EVENTS, FieldType.INT64, true));
    if (sessions()) {
      columns.add(column(MERGED, FieldType.BOOLEAN, true));
    }
    return columns;
  }

  public Schema schema() {
    return RowSchemas.of(columns());
  }

  /** The table, independent of any sink's dialect. */
  public TableDefinition definition() {
    List<FieldDefinition> fields = columns();
    List<ColumnDefinition> columns = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      columns.add(new ColumnDefinition(fields.get(i), i, fields.get(i).nullable()));
    }
    List<String> groups = groupBy.stream().map(FieldDefinition::name).toList();
    List<String> identity = new ArrayList<>(groups);
    identity.add(WINDOW_START);
    return new TableDefinition(
        table, List.copyOf(columns), List.copyOf(identity), groups, WINDOW_START, ttl);
  }
}
