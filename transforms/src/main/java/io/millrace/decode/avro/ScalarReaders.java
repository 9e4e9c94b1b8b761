package io.millrace.decode.avro;

import io.millrace.contract.FieldType;
import io.millrace.contract.TimeFormat;
import io.millrace.decode.binary.JsonText;
import io.millrace.decode.binary.Target;
import io.millrace.event.DeadLetterCode;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.apache.avro.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Readers of values for scalar fields; the writer's schema is no union. */
final class ScalarReaders {
  private ScalarReaders() {}

  /** The reader for a field; null if it accepts no value of the schema. */
  static @Nullable ValueReader of(Schema schema, Target field) {
    return switch (field.type) {
      case JSON -> json(schema, field);
      case TEXT -> AvroKind.of(schema) == AvroKind.STRING ? text(field) : bareJson(schema, field);
      default -> strict(schema, AvroKind.of(schema), field);
    };
  }

  private static @Nullable ValueReader strict(Schema schema, AvroKind kind, Target field) {
    FieldType type = field.type;
    return switch (kind) {
      case BOOLEAN ->
          type == FieldType.BOOLEAN ? c -> c.scalars.ofBoolean(field, c.in.readBoolean()) : null;
      case INT -> takesIntegers(field) ? c -> c.scalars.ofLong(field, c.in.readInt()) : null;
      case LONG -> takesIntegers(field) ? c -> c.scalars.ofLong(field, c.in.readLong()) : null;
      case FLOAT -> isFloat(type) ? c -> c.scalars.ofDouble(field, c.in.readFloat()) : null;
      case DOUBLE -> isFloat(type) ? c -> c.scalars.ofDouble(field, c.in.readDouble()) : null;
      case STRING -> takesTexts(field) ? text(field) : null;
      case BYTES, FIXED -> type == FieldType.STRING ? base64(schema, field) : null;
      case ENUM ->
          type == FieldType.STRING
              ? symbol(schema)
              : type == FieldType.ENUM ? enumValue(schema, field) : null;
      case DATE ->
          type == FieldType.STRING
              ? c -> LocalDate.ofEpochDay(c.in.readInt()).toString()
              : isInteger(type) ? c -> c.scalars.ofLong(field, c.in.readInt()) : null;
      case TIMESTAMP_MILLIS, TIMESTAMP_MICROS, TIMESTAMP_NANOS ->
          takesTimestamps(field, kind)
              ? c -> c.scalars.ofInstant(field, AvroTimes.instant(kind, c.in.readLong()))
              : isInteger(type) ? c -> c.scalars.ofLong(field, c.in.readLong()) : null;
      case LOCAL_TIMESTAMP ->
          isInteger(type) ? c -> c.scalars.ofLong(field, c.in.readLong()) : null;
      case DECIMAL -> type == FieldType.DECIMAL ? decimal(schema, field) : null;
      case UUID ->
          type == FieldType.UUID || type == FieldType.STRING
              ? c -> {
                c.in.fixed(schema.getFixedSize());
                return AvroTimes.uuid(c.in.bytes(), c.in.from());
              }
              : null;
      case NULL, ARRAY, MAP, UNION, RECORD, DURATION -> null;
    };
  }

  private static boolean isInteger(FieldType type) {
    return type == FieldType.INT32 || type == FieldType.INT64 || type == FieldType.UINT64;
  }

  private static boolean isFloat(FieldType type) {
    return type == FieldType.FLOAT32 || type == FieldType.FLOAT64;
  }

  private static boolean takesIntegers(Target field) {
    return isInteger(field.type)
        || isFloat(field.type)
        || field.type == FieldType.DECIMAL
        || (field.type == FieldType.TIMESTAMP && field.timeFormat != TimeFormat.ISO8601);
  }

  private static boolean takesTexts(Target field) {
    return field.type == FieldType.STRING
        || field.type == FieldType.UUID
        || field.type == FieldType.IPV4
        || field.type == FieldType.IPV6
        || field.type == FieldType.ENUM
        || field.type == FieldType.DECIMAL
        || (field.type == FieldType.TIMESTAMP && field.timeFormat == TimeFormat.ISO8601);
  }

  /** A time format with fewer digits would let a column cut off those of the timestamp. */
  private static boolean takesTimestamps(Target field, AvroKind kind) {
    return field.type == FieldType.TIMESTAMP && field.timeFormat.digits() >= kind.digits();
  }

  private static ValueReader text(Target field) {
    return c -> {
      if (!c.in.string()) {
        throw c.scalars.fail(DeadLetterCode.NOT_UTF8, field.path, "expected UTF-8");
      }
      return c.scalars.ofText(field, c.in.bytes(), c.in.from(), c.in.to());
    };
  }

  private static ValueReader base64(Schema schema, Target field) {
    int size = schema.getType() == Schema.Type.FIXED ? schema.getFixedSize() : -1;
    return c -> {
      if (size < 0) {
        c.in.binary();
      } else {
        c.in.fixed(size);
      }
      byte[] text = JsonText.base64Of(c.in.bytes(), c.in.from(), c.in.to());
      return c.scalars.ofText(field, text, 0, text.length);
    };
  }

  private static ValueReader symbol(Schema schema) {
    String[] symbols = schema.getEnumSymbols().toArray(new String[0]);
    return c -> symbols[c.in.index(symbols.length)];
  }

  private static ValueReader enumValue(Schema schema, Target field) {
    String[] symbols = schema.getEnumSymbols().toArray(new String[0]);
    return c -> c.scalars.enumValue(field, symbols[c.in.index(symbols.length)]);
  }

  private static ValueReader decimal(Schema schema, Target field) {
    int scale = AvroKind.scale(schema);
    int size = schema.getType() == Schema.Type.FIXED ? schema.getFixedSize() : -1;
    return c -> {
      if (size < 0) {
        c.in.binary();
      } else {
        c.in.fixed(size);
      }
      BigDecimal value = AvroTimes.decimal(c.in.bytes(), c.in.from(), c.in.to(), scale);
      if (value == null) {
        throw c.scalars.fail(
            DeadLetterCode.NUMBER_OVERFLOW, field.path, "more digits than a decimal has");
      }
      return c.scalars.decimal(field, value);
    };
  }

  private static @Nullable ValueReader json(Schema schema, Target field) {
    boolean object = schema.getType() == Schema.Type.RECORD || schema.getType() == Schema.Type.MAP;
    if (field.objectsOnly && !object) {
      return null;
    }
    JsonForm form = JsonForm.of(schema);
    return c -> {
      c.text.clear();
      form.write(c.in, c.text);
      return texts(c, field);
    };
  }

  /** The JSON of a value; what is a string in JSON is written without quotes. */
  private static ValueReader bareJson(Schema schema, Target field) {
    JsonForm form = JsonForm.of(schema);
    return c -> {
      c.text.clear(true);
      form.write(c.in, c.text);
      return texts(c, field);
    };
  }

  private static Object texts(AvroCursor cursor, Target field) {
    return field.sliced ? cursor.text.toSlice() : cursor.text.toString();
  }
}
