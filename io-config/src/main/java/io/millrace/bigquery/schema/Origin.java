package io.millrace.bigquery.schema;

import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableRow;
import io.millrace.event.Outcome;
import io.millrace.event.SourceRecord;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The column {@link #NAME} that Millrace adds to every table of events and of rollups: which record
 * a row was made from, and when it was encoded (UTC, the worker's clock). BigQueryIO tells which
 * rows are written by giving their columns back; by this one a row is known again. It also decides
 * which of several rows of one identity is the last.
 */
public final class Origin {
  public static final String NAME = "millrace";

  public static final String OUTCOME = "outcome";
  public static final String TOPIC = "topic";
  public static final String PARTITION = "partition";
  public static final String OFFSET = "offset";
  public static final String RECORD_TIME = "record_time";
  static final String WRITTEN_AT = "written_at";

  /** All names that are needed to know a row again, here or in the table of dead letters. */
  public static final Set<String> NAMES =
      Set.of(NAME, OUTCOME, TOPIC, PARTITION, OFFSET, RECORD_TIME, WRITTEN_AT);

  private static final TableFieldSchema WRITTEN =
      BigQueryTypes.column(
          WRITTEN_AT, "TIMESTAMP", BigQueryTypes.REQUIRED, "when the row was encoded");

  /** First and last millisecond that a TIMESTAMP holds: years 1 to 9999. */
  private static final long MIN_TIME = -62_135_596_800_000L;

  private static final long MAX_TIME = 253_402_300_799_999L;

  private Origin() {}

  /** The column of a table of events. */
  static TableFieldSchema column() {
    return record(
        "which record the row was made from",
        BigQueryTypes.cloneable(
            BigQueryTypes.column(OUTCOME, "STRING", BigQueryTypes.REQUIRED, "how it ended"),
            BigQueryTypes.column(TOPIC, "STRING", BigQueryTypes.REQUIRED, "where it was read"),
            BigQueryTypes.column(PARTITION, "INTEGER", BigQueryTypes.REQUIRED, "likewise"),
            BigQueryTypes.column(OFFSET, "INTEGER", BigQueryTypes.REQUIRED, "likewise"),
            BigQueryTypes.column(
                RECORD_TIME, "TIMESTAMP", BigQueryTypes.REQUIRED, "the source's own clock"),
            WRITTEN));
  }

  /** The column of a rollup's table, whose rows are no record's. */
  static TableFieldSchema columnOfRollup() {
    return record("when the row was made", BigQueryTypes.cloneable(WRITTEN));
  }

  private static TableFieldSchema record(String description, List<TableFieldSchema> fields) {
    return BigQueryTypes.column(NAME, "RECORD", BigQueryTypes.REQUIRED, description)
        .setFields(fields);
  }

  /** One of its fields in SQL. */
  static String path(String field) {
    return BigQuerySql.quote(NAME) + "." + BigQuerySql.quote(field);
  }

  /** A column's name as BigQueryIO gives acknowledged rows back: in lower case. */
  public static String nameGivenBack(String column) {
    return column.toLowerCase(Locale.ROOT);
  }

  /** Its value for a record. */
  public static TableRow value(SourceRecord record, Outcome outcome, long writtenAtMillis) {
    return place(record).set(OUTCOME, outcome.label()).set(WRITTEN_AT, micros(writtenAtMillis));
  }

  /** Its value for a rollup's row. */
  public static TableRow valueOfRollup(long writtenAtMillis) {
    return new TableRow().set(WRITTEN_AT, micros(writtenAtMillis));
  }

  /** Where a record was read, as columns. */
  static TableRow place(SourceRecord record) {
    return new TableRow()
        .set(TOPIC, record.topic())
        .set(PARTITION, (long) record.partition())
        .set(OFFSET, record.offset())
        .set(RECORD_TIME, micros(record.recordTimeMillis()));
  }

  /**
   * A time as rows are sent: microseconds since the epoch, UTC. The nearest that a column can hold:
   * a source's clock may say anything, and there are rows that have nowhere else to go.
   */
  public static Long micros(long millis) {
    return Math.max(MIN_TIME, Math.min(MAX_TIME, millis)) * 1000;
  }
}
