package io.millrace.bench.baseline;

import java.util.List;

/** The tables of query events: names, columns and rows. */
public enum EventTable {
  /** Events that report no error. */
  NORMAL(
      "sink_output",
      "query_id, event_type, query_text, user_id, database_name, duration_ms, "
          + "rows_affected, payload, event_time, ingestion_time, extra") {
    @Override
    public void write(PlainEvent event, RowBytes out) {
      writeText(event, out);
      writeFigures(event, out);
      writeEnd(event, out);
    }
  },
  /** Events that report one. */
  ERROR(
      "error_events",
      "query_id, event_type, query_text, user_id, database_name, error, event_time, "
          + "ingestion_time, extra") {
    @Override
    public void write(PlainEvent event, RowBytes out) {
      writeText(event, out);
      out.writeString(event.error);
      writeEnd(event, out);
    }
  },
  /** Events past the allowed lateness. */
  LATE(
      "late_events",
      "query_id, event_type, query_text, user_id, database_name, duration_ms, "
          + "rows_affected, payload, error, event_time, ingestion_time, extra, late_by_ms") {
    @Override
    public void write(PlainEvent event, RowBytes out) {
      writeText(event, out);
      writeFigures(event, out);
      out.writeNullable(event.error);
      writeEnd(event, out);
      out.writeLong(event.lateByMs);
    }
  };

  private final String table;
  private final String columns;

  EventTable(String table, String columns) {
    this.table = table;
    this.columns = columns;
  }

  /** The table of an event that is not late. */
  public static EventTable of(PlainEvent event) {
    return event.error == null ? NORMAL : ERROR;
  }

  /** The name, without the database. */
  public String table() {
    return table;
  }

  /** The columns in the order of {@link #write}. */
  public List<String> columns() {
    return List.of(columns.split(", ", -1));
  }

  /** Writes an event as a row. */
  public abstract void write(PlainEvent event, RowBytes out);

  private static void writeText(PlainEvent event, RowBytes out) {
    out.writeString(event.queryId);
    out.writeString(event.eventType);
    out.writeString(event.queryText);
    out.writeString(event.userId);
    out.writeString(event.databaseName);
  }

  private static void writeFigures(PlainEvent event, RowBytes out) {
    out.writeNullable(event.durationMs);
    out.writeNullable(event.rowsAffected);
    out.writeNullable(event.payload);
  }

  private static void writeEnd(PlainEvent event, RowBytes out) {
    out.writeLong(event.eventTime);
    out.writeLong(event.ingestionTime);
    out.writeString(event.extra);
  }
}
