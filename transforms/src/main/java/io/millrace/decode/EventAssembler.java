package io.millrace.decode;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.TimeFormat;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.Event;
import io.millrace.event.RowValues;
import io.millrace.event.SourceRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Makes events of decoded values, by the rules that do not depend on the format: defaults and
 * required fields, the bounds of the event time, the columns that Millrace adds, the identity. Not
 * thread-safe.
 */
public final class EventAssembler {
  private final Contract contract;
  private final Clock clock;
  private final Schema schema;
  private final AbsentFields absent;
  private final FieldType[] identityTypes;
  private final int[] identityIndexes;
  private final FieldDefinition timeField;
  private final int timeIndex;
  private final int ingestionTimeIndex;
  private final int unknownFieldsIndex;
  private final long maxAheadMillis;
  private final long notBeforeMillis;
  private final Identity identity = new Identity();

  /**
   * Prepares for events of a contract.
   *
   * @param clock gives the {@link Contract#INGESTION_TIME} of each event
   */
  public EventAssembler(Contract contract, Clock clock) {
    this.contract = contract;
    this.clock = clock;
    this.schema = contract.schema();
    this.absent = new AbsentFields(contract.fields());
    this.identityIndexes = contract.identity().stream().mapToInt(contract::indexOf).toArray();
    this.identityTypes = new FieldType[identityIndexes.length];
    for (int i = 0; i < identityIndexes.length; i++) {
      identityTypes[i] = contract.fields().get(identityIndexes[i]).type();
    }
    this.timeIndex = contract.indexOf(contract.eventTime());
    this.timeField = contract.fields().get(timeIndex);
    this.ingestionTimeIndex = contract.ingestionTimeIndex();
    this.unknownFieldsIndex = contract.unknownFieldsIndex();
    Duration maxAhead = contract.time().maxAhead();
    Instant notBefore = contract.time().notBefore();
    this.maxAheadMillis = maxAhead == null ? Long.MAX_VALUE : maxAhead.toMillis();
    this.notBeforeMillis = notBefore == null ? Long.MIN_VALUE : notBefore.toEpochMilli();
  }

  public Schema schema() {
    return schema;
  }

  /** Room for the values of one event: the contract's fields in their order, then other columns. */
  public @Nullable Object[] newValues() {
    return new @Nullable Object[schema.getFieldCount()];
  }

  /**
   * Makes an event.
   *
   * @param values the declared fields' values, null where one is absent, as {@link
   *     RowValues#attach} takes them; becomes part of the event
   * @param unknown the value of the column for unknown fields
   * @throws DecodeException if a required field is absent, or the event time out of bounds
   */
  public Event event(@Nullable Object[] values, @Nullable Object unknown, SourceRecord record)
      throws DecodeException {
    absent.complete(values, UnaryOperator.identity());
    long time = checkedTime((Instant) required(values, timeIndex), record.recordTimeMillis());
    values[ingestionTimeIndex] = Instant.ofEpochMilli(clock.millis());
    values[unknownFieldsIndex] = unknown;
    identity.clear();
    for (int i = 0; i < identityIndexes.length; i++) {
      identity.add(identityTypes[i], required(values, identityIndexes[i]));
    }
    identity.finish();
    return new Event(
        RowValues.attach(schema, values), identity.high(), identity.low(), time, record);
  }

  private long checkedTime(Instant instant, long recordTime) throws DecodeException {
    // Rounded towards the past, also before 1970.
    long time = instant.toEpochMilli();
    if (time < notBeforeMillis) {
      TimeFormat format = timeField.timeFormat();
      throw outOfRange(
          "expected no time before "
              + contract.time().notBefore()
              + TimeUnitHint.of(format == null ? TimeFormat.ISO8601 : format, instant));
    }
    // The event's time is within a few centuries of 1970; the record's may be anything.
    if (recordTime < time && time - recordTime > maxAheadMillis) {
      throw outOfRange(
          "expected a time at most "
              + contract.time().maxAhead()
              + " ahead of the record's"
              + recordTimeHint(recordTime, time));
    }
    return time;
  }

  private DecodeException outOfRange(String message) {
    return new DecodeException(
        DeadLetterCode.TIME_OUT_OF_RANGE, timeField.dottedPath() + ": " + message);
  }

  /** A hint that the record's time is the one that is wrong, to be appended to a message. */
  private static String recordTimeHint(long recordTime, long eventTime) {
    if (recordTime <= 0) {
      return "; the record has no time: does its producer or topic set one?";
    }
    return !TimeUnitHint.isUsual(recordTime) && TimeUnitHint.isUsual(eventTime)
        ? "; the record's time is near 1970: does its producer set seconds in place of"
            + " milliseconds?"
        : "";
  }

  private static Object required(@Nullable Object[] values, int index) {
    Object value = values[index];
    if (value == null) {
      throw new IllegalStateException("a contract requires every field of the identity");
    }
    return value;
  }
}
