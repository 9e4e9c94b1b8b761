package io.millrace.contract;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The declaration of one event shape, from which everything about it is derived: the row's schema,
 * decoding, validation, identity, the tables and their columns. Immutable, and complete: a contract
 * that exists is valid (see {@code ContractLoader}).
 *
 * <p>A decoded event's row holds the declared fields in their order, then the three columns that
 * Millrace adds: {@link #INGESTION_TIME}, {@link #LATE_BY_MS} and the one for unknown fields.
 *
 * @param name stable name; part of every dead letter
 * @param version counts up with every change of the contract
 * @param description for people
 * @param format the format of the records, one of {@link RecordFormats}
 * @param limits beyond them an event is a dead letter
 * @param fields the declared fields, in order
 * @param identity the fields that make two events the same; always holds the event time
 * @param eventTime the timestamp field by which the event is placed in event time
 * @param time how late, how disordered and how far ahead an event may be
 * @param error which events report an application error; null: none does
 * @param unknownFields where fields go that are not declared
 * @param tables where the outcomes are written
 * @param rollups figures by windows of event time
 */
public record Contract(
    String name,
    int version,
    String description,
    String format,
    Limits limits,
    List<FieldDefinition> fields,
    List<String> identity,
    String eventTime,
    TimeBounds time,
    @Nullable Condition error,
    UnknownFields unknownFields,
    Tables tables,
    List<Rollup> rollups)
    implements Serializable {

  /** Column: when the event was decoded (UTC, milliseconds, the worker's clock). */
  public static final String INGESTION_TIME = "ingestion_time";

  /** Column of the late table: by how many milliseconds the event missed the allowed lateness. */
  public static final String LATE_BY_MS = "late_by_ms";

  /**
   * Bounds on one event.
   *
   * @param maxBytes largest event, in bytes of its record
   * @param maxDepth deepest nesting of objects and arrays, the event itself being 1
   */
  public record Limits(int maxBytes, int maxDepth) implements Serializable {}

  /**
   * The event-time rules.
   *
   * @param outOfOrderness how far the source's clock is ahead of the watermark
   * @param allowedLateness how long after its bucket an event is still accepted
   * @param bucket the smallest window; lateness is judged by the end of an event's bucket
   * @param maxAhead how far an event's time may be ahead of the record's time before it is taken
   *     for a wrong clock (dead letter {@code time_out_of_range}); null: no bound
   * @param notBefore events before this instant are dead letters {@code time_out_of_range}; null:
   *     no bound
   */
  public record TimeBounds(
      Duration outOfOrderness,
      Duration allowedLateness,
      Duration bucket,
      @Nullable Duration maxAhead,
      @Nullable Instant notBefore)
      implements Serializable {

    /**
     * What cannot be meant: a bound that is wrong in itself, or that contradicts another.
     *
     * @param now {@code not_before} must lie before it
     * @param names what a bound is called where it was set, a contract's path or a flag
     * @return one line each, which begins with the bound's name: what was expected, what was found
     *     and why; empty if all is well
     */
    public List<String> mistakes(Instant now, Function<TimeBound, String> names) {
      return TimeBoundsCheck.mistakes(this, now, names);
    }
  }

  /** One of the {@link TimeBounds}, to say where a mistake is. */
  public enum TimeBound {
    OUT_OF_ORDERNESS,
    ALLOWED_LATENESS,
    BUCKET,
    MAX_AHEAD,
    NOT_BEFORE;

    /** Where it stands in a contract. */
    public String path() {
      return "event_time." + name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The tables of the outcomes.
   *
   * @param normal accepted events
   * @param error events that report an application error; null: no event does
   * @param late events past the allowed lateness
   * @param deadLetters the name and retention of the dead-letter table, whose columns are fixed
   * @param audit the name and retention of the audit table, whose columns are fixed
   */
  public record Tables(
      TableDefinition normal,
      @Nullable TableDefinition error,
      TableDefinition late,
      DeadLetterTable deadLetters,
      AuditTable audit)
      implements Serializable {}

  /**
   * The dead-letter table.
   *
   * @param name the table's name
   * @param ttl how long a dead letter is kept; null: for ever
   */
  public record DeadLetterTable(String name, @Nullable Duration ttl) implements Serializable {}

  /**
   * The audit table: one row for each record read, which says how it ended. Several contracts may
   * share one.
   *
   * @param name the table's name
   * @param ttl how long a row is kept; null: for ever
   */
  public record AuditTable(String name, @Nullable Duration ttl) implements Serializable {}

  /** All columns an event's row can have: the declared fields, then those that Millrace adds. */
  public List<FieldDefinition> rowFields() {
    return rowFields(fields, unknownFields);
  }

  public static List<FieldDefinition> rowFields(
      List<FieldDefinition> declared, UnknownFields unknown) {
    List<FieldDefinition> all = new ArrayList<>(declared);
    all.add(added(INGESTION_TIME, FieldType.TIMESTAMP, true, null));
    all.add(added(LATE_BY_MS, FieldType.INT64, false, null));
    all.add(
        unknown.form() == UnknownFields.Form.MAP
            ? added(unknown.column(), FieldType.MAP, false, null)
            : added(unknown.column(), FieldType.JSON, false, ""));
    return all;
  }

  private static FieldDefinition added(
      String name, FieldType type, boolean required, @Nullable Object defaultValue) {
    return new FieldDefinition(
        name, List.of(), type, required, defaultValue, null, 0, 0, null, List.of(), false);
  }

  /** The Beam schema of an event's row: {@link #rowFields()} in their order. */
  public Schema schema() {
    return RowSchemas.of(rowFields());
  }

  /** Where a declared field stands in the row, or -1. */
  public int indexOf(String fieldName) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equals(fieldName)) {
        return i;
      }
    }
    return -1;
  }

  /** Where {@link #INGESTION_TIME} stands in the row. */
  public int ingestionTimeIndex() {
    return fields.size();
  }

  /** Where {@link #LATE_BY_MS} stands in the row. */
  public int lateByIndex() {
    return fields.size() + 1;
  }

  /** Where the unknown fields stand in the row. */
  public int unknownFieldsIndex() {
    return fields.size() + 2;
  }

  /** The same contract under other event-time rules, as flags can ask for. */
  public Contract withTime(TimeBounds other) {
    return new Contract(
        name,
        version,
        description,
        format,
        limits,
        fields,
        identity,
        eventTime,
        other,
        error,
        unknownFields,
        tables,
        rollups);
  }
}
