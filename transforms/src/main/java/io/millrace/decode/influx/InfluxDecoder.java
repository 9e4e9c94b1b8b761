package io.millrace.decode.influx;

import io.millrace.contract.Contract;
import io.millrace.contract.EventsInRecord;
import io.millrace.contract.TimeFormat;
import io.millrace.decode.BodyHint;
import io.millrace.decode.DecodeException;
import io.millrace.decode.EventAssembler;
import io.millrace.decode.RecordDecoder;
import io.millrace.decode.Utf8Validator;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.text.Utf8;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Decodes records of line protocol. The lines are found first, by their ends and quotes alone; then
 * each is decoded from a copy of its own, so that a bad one does not affect the others. Comments
 * and blank lines are no elements.
 */
final class InfluxDecoder implements RecordDecoder {
  private static final String FORMAT = "line protocol";

  /** By so many bytes an encoding of wide characters shows. */
  private static final int FIRST_BYTES = 4;

  private static final int BYTE_ORDER_MARK_BYTES = 3;

  private final EventsInRecord events;
  private final int maxBytes;
  private final boolean ofFields;
  private final EventAssembler assembler;
  private final PointReader reader;
  private final Utf8Validator utf8 = new Utf8Validator();
  private final Lines lines = new Lines();
  private final LineParser parser = new LineParser();
  private final Point point = new Point();

  /** Only for an event for each field: their number is known when all lines are decoded. */
  private final List<Outcome> outcomes = new ArrayList<>();

  /** An event, or why an element is dead. */
  private record Outcome(
      @Nullable Event event, @Nullable DecodeException reason, SourceRecord element) {}

  /**
   * Prepares for a contract.
   *
   * @param unit the unit of timestamps
   * @param ofFields whether each field of a point is an event, in place of the point
   */
  InfluxDecoder(
      Contract contract, EventsInRecord events, Clock clock, TimeFormat unit, boolean ofFields) {
    this.events = events;
    this.maxBytes = contract.limits().maxBytes();
    this.ofFields = ofFields;
    this.assembler = new EventAssembler(contract, clock);
    this.reader = new PointReader(contract, unit);
  }

  @Override
  public int decode(SourceRecord record, Receiver receiver) throws DecodeException {
    byte[] bytes = record.value();
    if (bytes == null) {
      throw new DecodeException(DeadLetterCode.TOMBSTONE, "expected points, found a null body");
    } else if (bytes.length > events.maxRecordBytes()) {
      throw new DecodeException(
          DeadLetterCode.TOO_LARGE, "expected at most " + events.maxRecordBytes() + " bytes");
    }
    int start = hasByteOrderMark(bytes) ? BYTE_ORDER_MARK_BYTES : 0;
    boolean valid = isUtf8(bytes, start);
    lines.find(bytes, start, events.maxEvents());
    if (lines.count() == 0 && !lines.comments()) {
      throw new DecodeException(DeadLetterCode.EMPTY, "expected points, found no bytes");
    }
    return ofFields
        ? decodeFields(record, bytes, valid, receiver)
        : decodePoints(record, bytes, valid, receiver);
  }

  private int decodePoints(SourceRecord record, byte[] bytes, boolean valid, Receiver receiver) {
    int count = lines.count();
    for (int i = 0; i < count; i++) {
      SourceRecord element = record.element(i, count, line(bytes, i));
      Event event;
      try {
        parse(element.value(), valid, i, lines.to(i) == bytes.length);
        @Nullable Object[] row = assembler.newValues();
        reader.readPoint(point, record.recordTimeMillis(), row);
        reader.readFields(point, row);
        event = assembler.event(row, reader.unknown(point), element);
      } catch (DecodeException e) {
        receiver.dead(e, element);
        continue;
      }
      receiver.event(event);
    }
    return count;
  }

  private int decodeFields(SourceRecord record, byte[] bytes, boolean valid, Receiver receiver)
      throws DecodeException {
    outcomes.clear();
    for (int i = 0; i < lines.count(); i++) {
      byte[] line = line(bytes, i);
      int before = outcomes.size();
      try {
        parse(line, valid, i, lines.to(i) == bytes.length);
        decodeFields(record, line);
      } catch (DecodeException e) {
        // All fields of a line or none: its bytes are those of one dead element.
        outcomes.subList(before, outcomes.size()).clear();
        outcomes.add(new Outcome(null, e, record.element(before, 0, line)));
      }
      if (outcomes.size() > events.maxEvents()) {
        outcomes.clear();
        throw new DecodeException(
            DeadLetterCode.TOO_LARGE,
            "expected at most " + events.maxEvents() + " events in a record");
      }
    }
    for (Outcome outcome : outcomes) {
      if (outcome.event != null) {
        receiver.event(outcome.event);
      } else if (outcome.reason != null) {
        receiver.dead(outcome.reason, outcome.element);
      }
    }
    int count = outcomes.size();
    outcomes.clear();
    return count;
  }

  private void decodeFields(SourceRecord record, byte[] line) throws DecodeException {
    @Nullable Object[] shared = assembler.newValues();
    reader.readPoint(point, record.recordTimeMillis(), shared);
    Object unknown = reader.unknown(point);
    for (int i = 0; i < point.fields.count(); i++) {
      @Nullable Object[] row = shared.clone();
      reader.readField(point, i, row);
      SourceRecord element = record.element(outcomes.size(), 0, line);
      outcomes.add(new Outcome(assembler.event(row, unknown, element), null, element));
    }
  }

  private byte[] line(byte[] bytes, int i) {
    return lines.from(i) == 0 && lines.to(i) == bytes.length
        ? bytes
        : Arrays.copyOfRange(bytes, lines.from(i), lines.to(i));
  }

  private void parse(byte[] line, boolean valid, int number, boolean isLast)
      throws DecodeException {
    if (line.length > maxBytes) {
      throw new DecodeException(
          DeadLetterCode.TOO_LARGE, "expected at most " + maxBytes + " bytes");
    }
    if (!valid) {
      Utf8Validator.Result result = utf8.check(line, 0);
      if (result == Utf8Validator.Result.INCOMPLETE && isLast) {
        throw new DecodeException(
            DeadLetterCode.TRUNCATED, "byte " + utf8.position() + ": a character is cut off");
      } else if (result != Utf8Validator.Result.VALID) {
        throw new DecodeException(
            DeadLetterCode.NOT_UTF8, "byte " + utf8.position() + ": expected UTF-8");
      }
    }
    parser.parse(line, lines, number, point);
  }

  /**
   * Whether all of a record is UTF-8; otherwise each line is checked.
   *
   * @throws DecodeException if the record is something else as a whole
   */
  private boolean isUtf8(byte[] bytes, int start) throws DecodeException {
    int invalid = Utf8.firstInvalid(bytes, start, bytes.length);
    boolean valid = invalid == bytes.length;
    String hint = valid ? "" : BodyHint.of(bytes, FORMAT);
    if (!hint.isEmpty()) {
      throw new DecodeException(
          DeadLetterCode.NOT_UTF8, "byte " + invalid + ": expected UTF-8" + hint);
    }
    for (int i = 0; i < Math.min(FIRST_BYTES, bytes.length); i++) {
      if (bytes[i] == 0) {
        throw new DecodeException(
            DeadLetterCode.NOT_UTF8,
            "byte " + i + ": expected UTF-8, found a zero byte" + BodyHint.of(bytes, FORMAT));
      }
    }
    return valid;
  }

  private static boolean hasByteOrderMark(byte[] bytes) {
    return bytes.length >= BYTE_ORDER_MARK_BYTES
        && bytes[0] == (byte) 0xef
        && bytes[1] == (byte) 0xbb
        && bytes[2] == (byte) 0xbf;
  }
}
