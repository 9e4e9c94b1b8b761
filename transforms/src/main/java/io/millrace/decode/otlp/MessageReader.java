package io.millrace.decode.otlp;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.decode.DecodeException;
import io.millrace.decode.TimeConversion;
import io.millrace.decode.otlp.Message.Field;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.RowBuffer;
import io.millrace.event.Utf8Slice;
import io.millrace.text.Utf8;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads a message's wire form in one pass: declared fields into a row, the others into notes. A
 * field that may be there once is a failure if it comes twice. Not thread-safe.
 */
final class MessageReader {
  private static final long NANO = 1_000_000_000L;

  private final WireReader in;
  private final Notes notes;
  private final JsonText json;
  private final AnyReader any;
  private long time;
  private long otherTime;

  MessageReader(WireReader in, Notes notes, JsonText json, AnyReader any) {
    this.in = in;
    this.notes = notes;
    this.json = json;
    this.any = any;
  }

  /** Nanoseconds of the time that the message last read begins with, unsigned; 0: none. */
  long time() {
    return time;
  }

  /** The same of its other time: when it was observed or ended. */
  long otherTime() {
    return otherTime;
  }

  /** Reads a message that is all of a range of bytes. */
  void read(Plan plan, byte[] bytes, int from, int to, @Nullable Object[] values)
      throws DecodeException {
    time = 0;
    otherTime = 0;
    in.open(bytes, from, to);
    read(plan, values, true);
  }

  /**
   * Reads the message in the reader's range.
   *
   * @param top whether it is of the event's own row, where texts may be slices
   */
  private void read(Plan plan, @Nullable Object[] values, boolean top) throws DecodeException {
    long seen = 0;
    while (in.hasNext()) {
      int fieldFrom = in.position();
      int tag = in.tag();
      int type = WireReader.type(tag);
      Target target = plan.target(WireReader.number(tag));
      if (target == null) {
        in.skip(type);
        notes.addOther(plan.message().name(), fieldFrom, in.position());
        continue;
      }
      Kind kind = target.field.kind();
      if (type != kind.wireType) {
        Numbers.checkType(target.field, type, target.dotted);
      }
      if (!kind.repeated) {
        long bit = 1L << target.bit;
        if ((seen & bit) != 0) {
          throw Numbers.twice(target.dotted);
        }
        seen |= bit;
      }
      if (type == WireReader.LENGTH) {
        int length = in.length();
        int end = in.end();
        int from = in.position();
        ranged(target, from, from + length, values, top);
        in.seek(from + length, end);
      } else {
        int from = in.position();
        if (kind.isNumbers()) {
          in.skip(type);
          int end = in.end();
          int to = in.position();
          numbers(target, from, to, values);
          in.seek(to, end);
        } else {
          boolean holdsValue = scalar(target, values);
          if (holdsValue && !target.covered && (!target.isDeclared() || target.asJson)) {
            notes.add(target, from, in.position());
          }
        }
      }
    }
  }

  /** A field with a length; the reader may be anywhere afterwards. */
  private void ranged(Target target, int from, int to, @Nullable Object[] values, boolean top)
      throws DecodeException {
    Kind kind = target.field.kind();
    if (kind == Kind.ATTRIBUTES) {
      attribute(target, from, to, values);
    } else if (from == to && kind != Kind.MESSAGES) {
      // By the protocol the same as none
      return;
    } else if (target.asJson) {
      notes.add(target, from, to);
    } else if (kind == Kind.MESSAGE && target.nested != null) {
      in.seek(from, to);
      read(target.nested, values, top);
    } else if (!target.isDeclared()) {
      notes.add(target, from, to);
    } else if (kind == Kind.MESSAGES && target.nested != null) {
      list(values, target.index).add(record(target.nested, target.dotted, from, to));
      notes.add(target, from, to);
    } else if (kind.isNumbers()) {
      numbers(target, from, to, values);
    } else if (kind == Kind.ANY) {
      values[target.index] = any.read(definition(target), target.dotted, from, to);
    } else if (kind == Kind.HEX) {
      byte[] digits = JsonText.hex(in.bytes(), target.field, target.dotted, from, to);
      if (digits.length > 0) {
        values[target.index] = text(digits, 0, digits.length, top);
      }
    } else {
      if (!Utf8.isValid(in.bytes(), from, to)) {
        throw JsonText.notUtf8(target.dotted);
      }
      values[target.index] = text(in.bytes(), from, to - from, top);
    }
  }

  private static Object text(byte[] bytes, int from, int length, boolean sliced) {
    return sliced
        ? new Utf8Slice(bytes, from, length)
        : new String(bytes, from, length, StandardCharsets.UTF_8);
  }

  private static FieldDefinition definition(Target target) {
    FieldDefinition definition = target.definition;
    if (definition == null) {
      throw new IllegalStateException(target.dotted + " is not declared");
    }
    return definition;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(@Nullable Object[] values, int index) {
    Object list = values[index];
    if (list == null) {
      list = new ArrayList<>();
      values[index] = list;
    }
    return (List<Object>) list;
  }

  @SuppressWarnings("unchecked")
  private void attribute(Target target, int from, int to, @Nullable Object[] values)
      throws DecodeException {
    boolean isMap = target.isDeclared() && !target.asJson;
    if (!isMap && target.keyed.isEmpty() && target.service == null) {
      notes.add(target, from, to);
      return;
    }
    int others = notes.others();
    KeyValue pair = KeyValue.read(in, notes, target.dotted, from, to);
    String key = json.key(target.dotted, pair);
    if (target.service != null && key.equals("service.name")) {
      values[target.service.index] = json.text(target.dotted, pair.valueFrom(), pair.valueTo());
    }
    if (isMap) {
      Map<String, Object> map = (Map<String, Object>) values[target.index];
      if (map == null) {
        map = new LinkedHashMap<>();
        values[target.index] = map;
      }
      Object value =
          any.member(definition(target), target.dotted, key, pair.valueFrom(), pair.valueTo());
      if (map.put(key, value) != null) {
        throw Numbers.twice(target.dotted);
      }
      return;
    }
    Target keyed = target.keyed.get(key);
    if (keyed == null) {
      // It is read again when the note is.
      notes.truncateOthers(others);
      notes.add(target, from, to);
    } else if (values[keyed.index] != null) {
      throw Numbers.twice(keyed.dotted);
    } else {
      values[keyed.index] =
          any.read(definition(keyed), keyed.dotted, pair.valueFrom(), pair.valueTo());
    }
  }

  private Row record(Plan plan, String path, int from, int to) throws DecodeException {
    @Nullable Object[] values = new @Nullable Object[plan.schema().getFieldCount()];
    plan.initialize(values);
    int outerNotes = notes.size();
    long keptTime = time;
    long keptOther = otherTime;
    in.seek(from, to);
    read(plan, values, false);
    // What is left over is written from the array's note, in which its place is kept.
    notes.truncate(outerNotes);
    time = keptTime;
    otherTime = keptOther;
    for (Target target : plan.targets()) {
      if (target.asJson) {
        RowBuffer out = new RowBuffer(128);
        json.member(out, target.field, path, from, to);
        values[target.index] =
            out.size() == 0 ? null : new String(out.toByteArray(), StandardCharsets.UTF_8);
      }
    }
    plan.absent().complete(values, field -> path + "." + field);
    return Row.withSchema(plan.schema()).attachValues(Arrays.asList(values));
  }

  private void numbers(Target target, int from, int to, @Nullable Object[] values)
      throws DecodeException {
    if (!target.isDeclared() || target.asJson) {
      notes.add(target, from, to);
      return;
    }
    List<Object> list = list(values, target.index);
    Kind kind = target.field.kind();
    FieldDefinition items = definition(target).items();
    FieldType type = items == null ? FieldType.INT64 : items.type();
    in.seek(from, to);
    while (in.hasNext()) {
      long bits = kind == Kind.UINT64S ? in.varint() : in.fixed64();
      if (kind == Kind.DOUBLES) {
        list.add(real(type, bits, target.dotted));
      } else {
        list.add(type == FieldType.UINT64 ? bits : signed(bits, target.dotted));
      }
    }
  }

  /** The value of a finite double as a float64 or float32. */
  private static Object real(FieldType type, long bits, String path) throws DecodeException {
    double value = AnyReader.finite(Double.longBitsToDouble(bits), path);
    return type == FieldType.FLOAT32 ? (Object) AnyReader.nearest(value, path) : (Object) value;
  }

  private static long signed(long value, String path) throws DecodeException {
    if (value < 0) {
      throw new DecodeException(
          DeadLetterCode.NUMBER_OVERFLOW, path + ": expected an integer of 63 bits");
    }
    return value;
  }

  /**
   * A field without a length.
   *
   * @return whether it says anything that is lost if it is not declared
   */
  private boolean scalar(Target target, @Nullable Object[] values) throws DecodeException {
    Field field = target.field;
    boolean declared = target.isDeclared() && !target.asJson;
    switch (field.kind()) {
      case TIME -> {
        return time(target, declared, values);
      }
      case DOUBLE -> {
        long bits = in.fixed64();
        if (declared) {
          values[target.index] = real(target.type(), bits, target.dotted);
        }
        return field.present() || bits != 0;
      }
      case BOOL -> {
        boolean value = Numbers.bool(in, target.dotted);
        if (declared) {
          values[target.index] = value;
        }
        return value;
      }
      case NAMED -> {
        int value = (int) Numbers.integer(in, field.kind(), target.dotted);
        if (declared) {
          FieldType type = target.type();
          values[target.index] =
              type == FieldType.INT64
                  ? (Object) (long) value
                  : type == FieldType.INT32 ? (Object) value : name(target, value);
        }
        return value != 0;
      }
      default -> {
        long value = Numbers.integer(in, field.kind(), target.dotted);
        if (declared) {
          values[target.index] = integer(target, value);
        }
        Target doubleForm = target.doubleForm;
        if (doubleForm != null) {
          double nearest = (double) value;
          values[doubleForm.index] =
              doubleForm.type() == FieldType.FLOAT32 ? (Object) (float) value : (Object) nearest;
          return !AnyReader.isExact(value, nearest);
        }
        return field.present() || value != 0;
      }
    }
  }

  private static String name(Target target, int value) throws DecodeException {
    String name = Numbers.name(target.field, value);
    return target.type() == FieldType.ENUM
        ? AnyReader.named(definition(target), target.dotted, name)
        : name;
  }

  private static Object integer(Target target, long value) throws DecodeException {
    if (target.type() == FieldType.UINT64) {
      return value;
    }
    long signed = target.field.kind() == Kind.FIXED64 ? signed(value, target.dotted) : value;
    if (target.type() != FieldType.INT32) {
      return signed;
    }
    if (signed != (int) signed) {
      throw new DecodeException(
          DeadLetterCode.NUMBER_OVERFLOW, target.dotted + ": expected an integer of 32 bits");
    }
    return (int) signed;
  }

  private boolean time(Target target, boolean declared, @Nullable Object[] values)
      throws DecodeException {
    long nanos = in.fixed64();
    switch (target.field.name()) {
      case "time" -> time = nanos;
      case "observed_time", "end_time" -> otherTime = nanos;
      default -> {}
    }
    if (declared && nanos != 0) {
      values[target.index] =
          target.type() == FieldType.TIMESTAMP
              ? instant(nanos, target.dotted)
              : target.type() == FieldType.UINT64 ? nanos : (Object) signed(nanos, target.dotted);
    }
    return nanos != 0;
  }

  /** The time of a number of nanoseconds since the epoch. */
  static Instant instant(long nanos, String path) throws DecodeException {
    if (nanos < 0) {
      throw new DecodeException(
          DeadLetterCode.TIME_OUT_OF_RANGE,
          path + ": " + TimeConversion.storable(TimeConversion.NANOS_DIGITS));
    }
    return Instant.ofEpochSecond(nanos / NANO, nanos % NANO);
  }
}
