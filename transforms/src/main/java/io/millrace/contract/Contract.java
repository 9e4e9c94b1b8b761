package io.millrace.contract;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The declaration of one event shape. The row schema, decoding, validation, identity, tables and
 * columns are derived from it. Immutable. A contract loaded by {@code ContractLoader} is valid.
 *
 * <p>The row of an event holds the fields in their order. Then come the three columns that Millrace
 * adds: {@link #INGESTION_TIME}, {@link #LATE_BY_MS} and the unknown fields. Decoders know the
 * {@link #decoded()} contract only, without the columns that are looked up or derived.
 *
 * <p>Flink's savepoints contain it in Java's serialization. After a rename of a nested class or a
 * component, a job cannot continue from an earlier savepoint.
 *
 * @param name stable name; part of every dead letter
 * @param version increases with every change of the contract
 * @param description free text
 * @param format the format of the records, one of {@link RecordFormats}
 * @param limits an event beyond them is a dead letter
 * @param fields the decoded fields, in order, then the columns of the look-ups, then those of the
 *     derivations
 * @param identity the fields that make two events the same; always includes the event time
 * @param eventTime the timestamp field that holds the event time
 * @param time the event-time rules
 * @param error which events report an application error; null: none
 * @param unknownFields how undeclared fields are stored
 * @param tables the tables of the outcomes
 * @param rollups the roll-ups by windows of event time
 * @param events how a record holds many events; null: a record is one event
 * @param formatOptions the options of the format, see {@link RecordFormat#options}
 * @param compression how producers compress the value of each record
 * @param filters the rules that turn events away, in order
 * @param records which records it describes; null: all
 * @param lookups the look-ups, in order; each may use the columns of those before it
 * @param derivations the derived columns, in order; each may use those before it and all look-ups
 * @param redaction what is redacted before an event leaves decoding
 * @param alerts the alerts on results of the roll-ups
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
    List<Rollup> rollups,
    @Nullable EventsInRecord events,
    Map<String, String> formatOptions,
    Compression compression,
    List<FilterRule> filters,
    @Nullable RecordRule records,
    List<Lookup> lookups,
    List<Derivation> derivations,
    Redaction redaction,
    Alerts alerts)
    implements Serializable {

  public Contract {
    // Savepoints from before formats had options
    formatOptions = formatOptions == null ? Map.of() : Map.copyOf(formatOptions);
    // Savepoints from before values could be compressed
    compression = compression == null ? Compression.NONE : compression;
    // Savepoints from before there were filters
    filters = filters == null ? List.of() : List.copyOf(filters);
    // Savepoints from before events were enriched
    lookups = lookups == null ? List.of() : List.copyOf(lookups);
    derivations = derivations == null ? List.of() : List.copyOf(derivations);
    // Savepoints from before there was redaction
    redaction = redaction == null ? Redaction.NONE : redaction;
    // Savepoints from before there were alerts
    alerts = alerts == null ? Alerts.NONE : alerts;
  }

  /** Column: when the event was decoded (UTC, milliseconds, the worker's clock). */
  public static final String INGESTION_TIME = "ingestion_time";

  /** Column of the late table: by how many milliseconds the event missed the allowed lateness. */
  public static final String LATE_BY_MS = "late_by_ms";

  /**
   * Bounds on one event.
   *
   * @param maxBytes the largest event, in bytes of its record, or of its element of the record
   * @param maxDepth the deepest nesting of objects and arrays; the event itself has depth 1
   */
  public record Limits(int maxBytes, int maxDepth) implements Serializable {}

  /**
   * The event-time rules.
   *
   * @param outOfOrderness how far the watermark stays behind the source's clock
   * @param allowedLateness how long after the end of its bucket an event is still accepted
   * @param bucket the smallest window; lateness is measured from the end of an event's bucket
   * @param maxAhead how far an event time may be ahead of the record time; an event beyond it is a
   *     dead letter ({@code time_out_of_range}); null: no bound
   * @param notBefore an event before this instant is a dead letter ({@code time_out_of_range});
   *     null: no bound
   */
  public record TimeBounds(
      Duration outOfOrderness,
      Duration allowedLateness,
      Duration bucket,
      @Nullable Duration maxAhead,
      @Nullable Instant notBefore)
      implements Serializable {

    /**
     * Finds bounds that are invalid or contradict each other.
     *
     * @param now {@code not_before} must not be after it
     * @param names the name of a bound where it was set: a path in the contract or a flag
     * @return one line for each problem: the bound's name, what was expected, what was found and
     *     why
     */
    public List<String> problems(Instant now, Function<TimeBound, String> names) {
      return TimeBoundsCheck.problems(this, now, names);
    }
  }

  /** Names one of the {@link TimeBounds} in a problem. */
  public enum TimeBound {
    OUT_OF_ORDERNESS,
    ALLOWED_LATENESS,
    BUCKET,
    MAX_AHEAD,
    NOT_BEFORE;

    /** The path of the bound in a contract. */
    public String path() {
      return "event_time." + name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The tables of the outcomes.
   *
   * @param normal accepted events
   * @param error events that report an application error; null: the contract has no error rule
   * @param late events past the allowed lateness
   * @param deadLetters the dead-letter table, whose columns are fixed
   * @param audit the audit table, whose columns are fixed
   * @param routes the tables of some accepted events, in place of the normal one; the first whose
   *     condition an event meets holds it
   */
  public record Tables(
      TableDefinition normal,
      @Nullable TableDefinition error,
      TableDefinition late,
      DeadLetterTable deadLetters,
      AuditTable audit,
      List<TableRoute> routes)
      implements Serializable {
    public Tables {
      // Savepoints from before there were routes
      routes = routes == null ? List.of() : List.copyOf(routes);
    }

    /** The tables of accepted events: the normal one, then those of the routes, in order. */
    public List<TableDefinition> accepted() {
      return Stream.concat(Stream.of(normal), routes.stream().map(TableRoute::table)).toList();
    }
  }

  /**
   * The dead-letter table.
   *
   * @param name the table's name
   * @param ttl how long a dead letter is kept; null: indefinitely
   */
  public record DeadLetterTable(String name, @Nullable Duration ttl) implements Serializable {}

  /**
   * The audit table, with one row for each record and its outcome. Contracts may share one.
   *
   * @param name the table's name
   * @param ttl how long a row is kept; null: indefinitely
   */
  public record AuditTable(String name, @Nullable Duration ttl) implements Serializable {}

  /** Whether a record may hold many events. */
  public boolean holdsMany() {
    return events != null;
  }

  /** All columns of an event's row: the declared fields, then those that Millrace adds. */
  public List<FieldDefinition> rowFields() {
    return rowFields(fields, unknownFields);
  }

  /** The columns of a row with these declared and unknown fields, see {@link #rowFields()}. */
  public static List<FieldDefinition> rowFields(
      List<FieldDefinition> declared, UnknownFields unknown) {
    List<FieldDefinition> all = new ArrayList<>(declared);
    all.add(FieldDefinition.column(INGESTION_TIME, FieldType.TIMESTAMP, true));
    all.add(FieldDefinition.column(LATE_BY_MS, FieldType.INT64, false));
    all.add(
        unknown.form() == UnknownFields.Form.MAP
            ? FieldDefinition.column(unknown.column(), FieldType.MAP, false)
            : FieldDefinition.column(unknown.column(), FieldType.JSON, false, ""));
    return all;
  }

  /** The tables whose rows are no events but results: the roll-ups, then the alerts. */
  public List<TableDefinition> resultTables() {
    return Stream.concat(rollups.stream().map(Rollup::definition), alerts.definition().stream())
        .toList();
  }

  /** The Beam schema of an event's row: {@link #rowFields()} in their order. */
  public Schema schema() {
    return RowSchemas.of(rowFields());
  }

  /** The index of a declared field in the row, or -1. */
  public int indexOf(String fieldName) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equals(fieldName)) {
        return i;
      }
    }
    return -1;
  }

  public int ingestionTimeIndex() {
    return fields.size();
  }

  public int lateByIndex() {
    return fields.size() + 1;
  }

  public int unknownFieldsIndex() {
    return fields.size() + 2;
  }

  /** How many of the fields are decoded from the record; they come first. */
  public int decodedFields() {
    return fields.size()
        - derivations.size()
        - lookups.stream().mapToInt(lookup -> lookup.columns().size()).sum();
  }

  /** Whether events get columns by look-ups or derivations. */
  public boolean isEnriched() {
    return !lookups.isEmpty() || !derivations.isEmpty();
  }

  /** The contract that decoders and producers know: only with the fields that are decoded. */
  public Contract decoded() {
    return isEnriched()
        ? with(fields.subList(0, decodedFields()), time, rollups, List.of(), List.of(), alerts)
        : this;
  }

  /** A copy with other event-time rules, for flags that override them. */
  public Contract withTime(TimeBounds other) {
    return with(fields, other, rollups, lookups, derivations, alerts);
  }

  /** A copy without roll-ups, for a run that would not see all events of their windows. */
  public Contract withoutRollups() {
    return with(fields, time, List.of(), lookups, derivations, Alerts.NONE);
  }

  private Contract with(
      List<FieldDefinition> otherFields,
      TimeBounds otherTime,
      List<Rollup> otherRollups,
      List<Lookup> otherLookups,
      List<Derivation> otherDerivations,
      Alerts otherAlerts) {
    return new Contract(
        name,
        version,
        description,
        format,
        limits,
        List.copyOf(otherFields),
        identity,
        eventTime,
        otherTime,
        error,
        unknownFields,
        tables,
        otherRollups,
        events,
        formatOptions,
        compression,
        filters,
        records,
        otherLookups,
        otherDerivations,
        redaction,
        otherAlerts);
  }
}
