package io.millrace.decode;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.millrace.contract.Contract;
import io.millrace.contract.UnknownFields;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.Event;
import io.millrace.event.RowValues;
import io.millrace.event.SourceRecord;
import java.io.IOException;
import java.time.Instant;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Decodes records by a contract: a record is a valid event, every field of it of the declared type,
 * or it fails with a code that says why. Nothing is coerced, rounded or lost: what the contract
 * does not declare is kept in its column for unknown fields.
 *
 * <p>Compiled once a worker, then one pass over the bytes for each record. Not thread-safe: one for
 * each DoFn instance.
 */
public final class EventDecoder {
  private final Contract contract;
  private final Clock clock;
  private final RecordNode event;
  private final FieldNode[] identityFields;
  private final FieldNode timeField;
  private final long maxAheadMillis;
  private final long notBeforeMillis;

  private final Identity identity = new Identity();
  private final Utf8Validator utf8 = new Utf8Validator();
  private final JsonInput in;
  private final UnknownFieldCollector unknown;
  private final ObjectReader objects;

  private EventDecoder(Contract contract, Clock clock) {
    this.contract = contract;
    this.clock = clock;
    this.event = RecordNode.compile(contract.fields(), contract.schema(), true);
    this.identityFields =
        contract.identity().stream()
            .map(name -> event.fields[contract.indexOf(name)])
            .toArray(FieldNode[]::new);
    this.timeField = event.fields[contract.indexOf(contract.eventTime())];
    java.time.Duration maxAhead = contract.time().maxAhead();
    Instant notBefore = contract.time().notBefore();
    this.maxAheadMillis = maxAhead == null ? Long.MAX_VALUE : maxAhead.toMillis();
    this.notBeforeMillis = notBefore == null ? Long.MIN_VALUE : notBefore.toEpochMilli();
    this.in = new JsonInput(contract.limits().maxDepth());
    this.unknown =
        contract.unknownFields().form() == UnknownFields.Form.JSON
            ? new UnknownAsJson()
            : new UnknownAsMap();
    this.objects = new ObjectReader(in, unknown);
  }

  /**
   * Prepares decoding by a contract.
   *
   * @param clock tells the {@link Contract#INGESTION_TIME} of each event
   */
  public static EventDecoder compile(Contract contract, Clock clock) {
    return new EventDecoder(contract, clock);
  }

  /**
   * Decodes one record.
   *
   * @return the event; its row holds the record's values and the time of decoding, {@link
   *     Contract#LATE_BY_MS} is null
   * @throws DecodeException if the record is no valid event; the decoder can go on with the next
   */
  public Event decode(SourceRecord record) throws DecodeException {
    byte[] bytes = record.value();
    if (bytes == null) {
      throw new DecodeException(DeadLetterCode.TOMBSTONE, "expected an event, found a null body");
    }
    int brace = Envelope.openingBrace(bytes, contract.limits().maxBytes(), utf8);
    @Nullable Object[] values = new @Nullable Object[event.schema.getFieldCount()];
    objects.clear();
    try {
      in.open(bytes, brace, utf8.halfPairs());
      objects.read(event.top, values);
      Envelope.checkEnd(bytes, in.position());
    } catch (JsonProcessingException e) {
      throw SyntaxErrors.of(e, bytes, brace, in.inArray());
    } catch (IOException e) {
      throw new IllegalStateException("reading bytes does no IO", e);
    } finally {
      in.close();
    }
    objects.complete(event, values);
    long eventTime = checkedEventTime(values, record);
    values[contract.ingestionTimeIndex()] = Instant.ofEpochMilli(clock.millis());
    values[contract.unknownFieldsIndex()] = unknown.result();
    identify(values);
    return new Event(
        RowValues.attach(event.schema, values), identity.high(), identity.low(), eventTime, record);
  }

  private long checkedEventTime(@Nullable Object[] values, SourceRecord record)
      throws DecodeException {
    Instant instant = (Instant) required(values, timeField);
    // Rounded towards the past, also before 1970.
    long time = instant.toEpochMilli();
    if (time < notBeforeMillis) {
      throw new DecodeException(
          DeadLetterCode.TIME_OUT_OF_RANGE,
          timeField.path
              + ": expected no time before "
              + contract.time().notBefore()
              + TimeUnitHint.of(timeField.timeFormat, instant));
    }
    // The event's time is within a few centuries of 1970; the record's may be anything.
    if (record.recordTimeMillis() < time && time - record.recordTimeMillis() > maxAheadMillis) {
      throw new DecodeException(
          DeadLetterCode.TIME_OUT_OF_RANGE,
          timeField.path
              + ": expected a time at most "
              + contract.time().maxAhead()
              + " ahead of the record's"
              + recordTimeHint(record.recordTimeMillis(), time));
    }
    return time;
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

  private void identify(@Nullable Object[] values) {
    identity.clear();
    for (FieldNode field : identityFields) {
      identity.add(field.type, required(values, field));
    }
    identity.finish();
  }

  private static Object required(@Nullable Object[] values, FieldNode field) {
    Object value = values[field.index];
    if (value == null) {
      throw new IllegalStateException("a contract requires every field of the identity");
    }
    return value;
  }
}
