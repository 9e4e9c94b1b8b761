package io.millrace.event;

import io.millrace.text.Escapes;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The coder of {@link RowValues}: a byte for the form of a value, and the value. A {@link
 * Utf8Slice} of the record is written as its position and read as a slice again, with escapes or
 * not. Beam's {@link RowCoder} writes maps, arrays and decimals after all other values.
 */
final class RowValuesCoder {
  private static final byte NULL = 0;
  private static final byte VALUE = 1;

  /** A slice of the record's value. */
  private static final byte SLICE = 2;

  /** A slice with escapes: this and the code of its {@link Escapes}. */
  private static final byte ESCAPED = 3;

  private final Schema schema;
  private final Schema.TypeName[] types;

  /** The indexes of the values that Beam's coder writes. */
  private final int[] others;

  private final Schema othersSchema;
  private final RowCoder othersCoder;

  RowValuesCoder(Schema schema) {
    this.schema = schema;
    this.types =
        schema.getFields().stream()
            .map(field -> field.getType().getTypeName())
            .toArray(Schema.TypeName[]::new);
    List<Integer> indexes = new ArrayList<>();
    Schema.Builder rest = Schema.builder();
    for (int i = 0; i < types.length; i++) {
      if (isOther(types[i])) {
        indexes.add(i);
        rest.addField(schema.getField(i));
      }
    }
    this.others = indexes.stream().mapToInt(Integer::intValue).toArray();
    this.othersSchema = rest.build();
    this.othersCoder = RowCoder.of(othersSchema);
  }

  private static boolean isOther(Schema.TypeName type) {
    return switch (type) {
      case STRING, INT32, INT64, FLOAT, DOUBLE, BOOLEAN -> false;
      // The only logical type is a timestamp.
      case LOGICAL_TYPE -> false;
      default -> true;
    };
  }

  /** Writes values, whose slices may refer to the record's value. */
  void encode(RowValues values, byte @Nullable [] record, RowBuffer out) throws IOException {
    for (int i = 0; i < types.length; i++) {
      Object value = values.raw(i);
      if (value == null) {
        out.writeByte(NULL);
      } else if (value instanceof Utf8Slice text && text.sent() == record) {
        Escapes escapes = text.escapes();
        out.writeByte(escapes == null ? SLICE : ESCAPED + escapes.code());
        out.writeVarInt(text.sentFrom());
        out.writeVarInt(text.sentLength());
      } else {
        out.writeByte(VALUE);
        write(types[i], value, out);
      }
    }
    if (others.length > 0) {
      @Nullable Object[] rest = new @Nullable Object[others.length];
      for (int i = 0; i < rest.length; i++) {
        rest[i] = values.raw(others[i]);
      }
      othersCoder.encode(
          Row.withSchema(othersSchema).attachValues(Arrays.asList(rest)), out.stream());
    }
  }

  private static void write(Schema.TypeName type, Object value, RowBuffer out) {
    switch (type) {
      case STRING -> out.writeText(value);
      case INT32 -> out.writeInt((Integer) value);
      case INT64 -> out.writeLong((Long) value);
      case FLOAT -> out.writeInt(Float.floatToRawIntBits((Float) value));
      case DOUBLE -> out.writeLong(Double.doubleToRawLongBits((Double) value));
      case BOOLEAN -> out.writeByte((Boolean) value ? 1 : 0);
      case LOGICAL_TYPE -> {
        Instant time = (Instant) value;
        out.writeLong(time.getEpochSecond());
        out.writeInt(time.getNano());
      }
      default -> {}
    }
  }

  /** Reads values, whose slices refer to the record's value. */
  RowValues decode(RowBytesReader in, byte @Nullable [] record) throws IOException {
    @Nullable Object[] values = new @Nullable Object[types.length];
    for (int i = 0; i < types.length; i++) {
      byte form = in.readByte();
      if (form == SLICE) {
        values[i] = slice(in, record, null);
      } else if (form == VALUE) {
        values[i] = read(types[i], in);
      } else if (form != NULL) {
        Escapes escapes = Escapes.ofCode(form - ESCAPED);
        if (escapes == null) {
          throw new IOException("unknown form of a value: " + form);
        }
        values[i] = slice(in, record, escapes);
      }
    }
    if (others.length > 0) {
      Row rest = othersCoder.decode(in.rest());
      for (int i = 0; i < others.length; i++) {
        values[others[i]] = rest.getValue(i);
      }
    }
    return RowValues.attach(schema, values);
  }

  private static Utf8Slice slice(
      RowBytesReader in, byte @Nullable [] record, @Nullable Escapes escapes) throws IOException {
    int from = in.readVarInt();
    int length = in.readVarInt();
    if (record == null || from < 0 || length < 0 || length > record.length - from) {
      throw new IOException("the slice " + from + "+" + length + " exceeds the record");
    }
    return new Utf8Slice(record, from, length, escapes);
  }

  private static @Nullable Object read(Schema.TypeName type, RowBytesReader in) throws IOException {
    return switch (type) {
      case STRING -> in.readText();
      case INT32 -> in.readInt();
      case INT64 -> in.readLong();
      case FLOAT -> Float.intBitsToFloat(in.readInt());
      case DOUBLE -> Double.longBitsToDouble(in.readLong());
      case BOOLEAN -> in.readByte() != 0;
      case LOGICAL_TYPE -> Instant.ofEpochSecond(in.readLong(), in.readInt());
      default -> null;
    };
  }
}
