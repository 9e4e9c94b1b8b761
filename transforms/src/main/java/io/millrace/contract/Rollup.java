package io.millrace.contract;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Figures of events by windows of event time and groups, in a table of their own: one row for each
 * window and group. The row with the most {@link #EVENTS} is the one that counts; a later result
 * replaces an earlier one for whoever queries.
 *
 * @param table the table's name
 * @param window the windows
 * @param groupBy the fields whose values make a group; null in an event is the empty text
 * @param where the conditions that an event must meet to count
 * @param measures the figures
 * @param early how often a result of a window that is still open is given, by the worker's clock;
 *     null: never
 * @param ttl how long a row is kept after its window's start; null: for ever
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

  /**
   * Column: how many events the row counts; of two rows of a group and window the greater holds.
   */
  public static final String EVENTS = "events";

  /** Column of session rollups: 1 if the session has become part of another one. */
  public static final String MERGED = "merged";

  /** Whether windows are sessions, which can merge. */
  public boolean sessions() {
    return window.kind() == RollupWindow.Kind.SESSION;
  }

  /** The columns of the table, in order. */
  public List<FieldDefinition> columns() {
    List<FieldDefinition> columns = new ArrayList<>();
    columns.add(RollupColumns.of(WINDOW_START, FieldType.TIMESTAMP, true));
    columns.add(RollupColumns.of(WINDOW_END, FieldType.TIMESTAMP, true));
    groupBy.forEach(field -> columns.add(RollupColumns.like(field.name(), field, true)));
    measures.forEach(measure -> columns.addAll(measure.columns()));
    columns.add(RollupColumns.of(EVENTS, FieldType.INT64, true));
    if (sessions()) {
      columns.add(RollupColumns.of(MERGED, FieldType.BOOLEAN, true));
    }
    return columns;
  }

  /** The Beam schema of a row: {@link #columns()} in their order. */
  public Schema schema() {
    return RowSchemas.of(columns());
  }

  /** The table, free of any sink's dialect. */
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
