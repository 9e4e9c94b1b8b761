package io.millrace.bigquery.schema;

import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableRow;
import io.millrace.event.Outcome;
import io.millrace.event.SourceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The column {@link #NAME} that Millrace adds to every table of events and of roll-ups: the record
 * and its element that a row comes from, and when the row was encoded (UTC, by the worker's clock).
 * BigQueryIO reports written rows by returning their columns; this column identifies the row. It
 * also decides which of several rows with one identity is the last.
 */
public final class Origin {
  public static final String NAME = "millrace";

  public static final String OUTCOME = "outcome";
  public static final String TOPIC = "topic";
  public static final String PARTITION = "partition";
  public static final String OFFSET = "offset";
  public static final String RECORD_TIME = "record_time";
  static final String WRITTEN_AT = "written_at";

  /** Which element of its record an event is; null: 0. */
  public static final String ELEMENT = "element";

  /** How many elements the record holds; null: 1. */
  public static final String ELEMENTS = "elements";

  /** All names that identify a returned row, here or in the dead-letter table. */
  public static final Set<String> NAMES =
      Set.of(NAME, OUTCOME, TOPIC, PARTITION, OFFSET, RECORD_TIME, WRITTEN_AT, ELEMENT, ELEMENTS);

  private static final TableFieldSchema WRITTEN =
      BigQueryTypes.required(WRITTEN_AT, "TIMESTAMP", "when the row was encoded");

  /** First and last millisecond that a TIMESTAMP holds: years 1 to 9999. */
  private static final long MIN_TIME = -62_135_596_800_000L;

  private static final long MAX_TIME = 253_402_300_799_999L;

  private Origin() {}

  /**
   * The column.
   *
   * @param many whether a record of the contract may hold many events
   */
  static TableFieldSchema column(boolean many) {
    List<TableFieldSchema> fields =
        new ArrayList<>(
            List.of(
                BigQueryTypes.required(OUTCOME, "STRING", "the event's outcome"),
                BigQueryTypes.required(
                    TOPIC, "STRING", "Kafka topic, Pub/Sub subscription or file"),
                BigQueryTypes.required(PARTITION, "INTEGER", "partition in it"),
                BigQueryTypes.required(OFFSET, "INTEGER", "offset in the partition"),
                BigQueryTypes.required(RECORD_TIME, "TIMESTAMP", "the source's own clock"),
                WRITTEN));
    fields.addAll(elementColumns(many));
    return record(
        "the record that the row comes from",
        BigQueryTypes.cloneable(fields.toArray(new TableFieldSchema[0])));
  }

  /** The columns that say which element of its record an event is; none if a record is one. */
  static List<TableFieldSchema> elementColumns(boolean many) {
    return many
        ? List.of(
            BigQueryTypes.column(
                ELEMENT, "INTEGER", BigQueryTypes.NULLABLE, "element of the record; null: 0"),
            BigQueryTypes.column(
                ELEMENTS, "INTEGER", BigQueryTypes.NULLABLE, "elements in the record; null: 1"))
        : List.of();
  }

  /** The column of a roll-up table, whose rows do not come from one record. */
  static TableFieldSchema columnOfRollup() {
    return record("when the row was encoded", BigQueryTypes.cloneable(WRITTEN));
  }

  private static TableFieldSchema record(String description, List<TableFieldSchema> fields) {
    return BigQueryTypes.column(NAME, "RECORD", BigQueryTypes.REQUIRED, description)
        .setFields(fields);
  }

  static String path(String field) {
    return BigQuerySql.quote(NAME) + "." + BigQuerySql.quote(field);
  }

  /** A column's name in the rows that BigQueryIO returns as written: in lower case. */
  public static String nameGivenBack(String column) {
    return column.toLowerCase(Locale.ROOT);
  }

  public static TableRow value(SourceRecord record, Outcome outcome, long writtenAtMillis) {
    return place(record).set(OUTCOME, outcome.label()).set(WRITTEN_AT, micros(writtenAtMillis));
  }

  public static TableRow valueOfRollup(long writtenAtMillis) {
    return new TableRow().set(WRITTEN_AT, micros(writtenAtMillis));
  }

  static TableRow place(SourceRecord record) {
    TableRow place =
        new TableRow()
            .set(TOPIC, record.topic())
            .set(PARTITION, (long) record.partition())
            .set(OFFSET, record.offset())
            .set(RECORD_TIME, micros(record.recordTimeMillis()));
    return record.isWhole()
        ? place
        : place.set(ELEMENT, (long) record.element()).set(ELEMENTS, (long) record.elements());
  }

  /**
   * A time as rows hold it: microseconds since the epoch, UTC. A time that no column can hold
   * becomes the nearest that it can: a source's clock may be arbitrarily wrong, and dead letters
   * and audit rows have no other destination.
   */
  public static Long micros(long millis) {
    return Math.max(MIN_TIME, Math.min(MAX_TIME, millis)) * 1000;
  }
}
