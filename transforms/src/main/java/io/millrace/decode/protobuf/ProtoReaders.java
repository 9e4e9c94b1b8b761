package io.millrace.decode.protobuf;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.millrace.contract.FieldType;
import io.millrace.contract.TimeFormat;
import io.millrace.decode.DecodeException;
import io.millrace.decode.binary.JsonText;
import io.millrace.decode.binary.Target;
import io.millrace.event.DeadLetterCode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Readers of single values for scalar fields. */
final class ProtoReaders {
  private static final int TIMESTAMP_DIGITS = 9;

  /** Reads a value, as Protobuf's messages hold it, as the value of a field. */
  interface ValueReader {
    @Nullable Object read(Object value, ProtoCursor cursor) throws DecodeException;
  }

  private ProtoReaders() {}

  /** The reader for a field; null if it accepts no value of the type. */
  static @Nullable ValueReader of(FieldDescriptor from, Target field) {
    FieldDescriptor wrapped = ProtoJson.wrapped(from);
    if (wrapped != null && field.type != FieldType.JSON) {
      ValueReader reader = of(wrapped, field);
      return reader == null
          ? null
          : (value, c) -> reader.read(((Message) value).getField(wrapped), c);
    }
    return switch (field.type) {
      case JSON -> json(from, field);
      case TEXT -> text(from, field);
      case MAP, ARRAY, RECORD -> null;
      default -> strict(from, field);
    };
  }

  private static @Nullable ValueReader strict(FieldDescriptor from, Target field) {
    return switch (from.getType()) {
      case DOUBLE ->
          isFloat(field.type) ? (value, c) -> c.scalars.ofDouble(field, (Double) value) : null;
      case FLOAT ->
          isFloat(field.type) ? (value, c) -> c.scalars.ofDouble(field, (Float) value) : null;
      case INT32, SINT32, SFIXED32 ->
          takesIntegers(field) ? (value, c) -> c.scalars.ofLong(field, (Integer) value) : null;
      case UINT32, FIXED32 ->
          takesIntegers(field)
              ? (value, c) -> c.scalars.ofLong(field, Integer.toUnsignedLong((Integer) value))
              : null;
      case INT64, SINT64, SFIXED64 ->
          takesIntegers(field) ? (value, c) -> c.scalars.ofLong(field, (Long) value) : null;
      case UINT64, FIXED64 ->
          takesIntegers(field) ? (value, c) -> c.scalars.ofUnsigned(field, (Long) value) : null;
      case BOOL ->
          field.type == FieldType.BOOLEAN
              ? (value, c) -> c.scalars.ofBoolean(field, (Boolean) value)
              : null;
      case STRING -> takesTexts(field) ? string(field) : null;
      case BYTES -> field.type == FieldType.STRING ? base64(field) : null;
      case ENUM -> symbol(field);
      case MESSAGE, GROUP ->
          ProtoJson.isTimestamp(from)
                  && field.type == FieldType.TIMESTAMP
                  && field.timeFormat.digits() >= TIMESTAMP_DIGITS
              ? timestamp(field)
              : null;
    };
  }

  private static boolean isFloat(FieldType type) {
    return type == FieldType.FLOAT32 || type == FieldType.FLOAT64;
  }

  private static boolean takesIntegers(Target field) {
    return field.type == FieldType.INT32
        || field.type == FieldType.INT64
        || field.type == FieldType.UINT64
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

  private static ValueReader string(Target field) {
    return field.type == FieldType.STRING
        ? (value, c) -> value
        : (value, c) -> {
          byte[] utf8 = ((String) value).getBytes(StandardCharsets.UTF_8);
          return c.scalars.ofText(field, utf8, 0, utf8.length);
        };
  }

  private static ValueReader base64(Target field) {
    return (value, c) -> {
      byte[] bytes = ((ByteString) value).toByteArray();
      byte[] text = JsonText.base64Of(bytes, 0, bytes.length);
      return c.scalars.ofText(field, text, 0, text.length);
    };
  }

  private static @Nullable ValueReader symbol(Target field) {
    if (field.type == FieldType.INT32
        || field.type == FieldType.INT64
        || field.type == FieldType.UINT64) {
      return (value, c) -> c.scalars.ofLong(field, ((EnumValueDescriptor) value).getNumber());
    } else if (field.type != FieldType.STRING && field.type != FieldType.ENUM) {
      return null;
    }
    boolean isEnum = field.type == FieldType.ENUM;
    return (value, c) -> {
      EnumValueDescriptor symbol = (EnumValueDescriptor) value;
      if (!ProtoJson.isNamed(symbol)) {
        throw unnamed(symbol.getType(), field, c);
      }
      String name = symbol.getName();
      return isEnum ? c.scalars.enumValue(field, name) : name;
    };
  }

  /** The failure of a number that an enum has no name for. */
  static DecodeException unnamed(EnumDescriptor type, Target field, ProtoCursor cursor) {
    return cursor.scalars.fail(
        DeadLetterCode.WRONG_TYPE,
        field.path,
        "expected a number that the enum " + type.getName() + " has a name for");
  }

  /** The failure of a Timestamp that Protobuf does not allow. */
  static DecodeException noTime(Target field, ProtoCursor cursor) {
    return cursor.scalars.fail(
        DeadLetterCode.INVALID_TIME,
        field.path,
        "expected a Timestamp with seconds in range and 0 to 999999999 nanos");
  }

  private static ValueReader timestamp(Target field) {
    return (value, c) -> {
      Instant time = ProtoJson.instant((Message) value);
      if (time == null) {
        throw noTime(field, c);
      }
      return c.scalars.ofInstant(field, time);
    };
  }

  private static @Nullable ValueReader json(FieldDescriptor from, Target field) {
    boolean object =
        from.getJavaType() == FieldDescriptor.JavaType.MESSAGE
            && ProtoJson.wrapped(from) == null
            && !ProtoJson.isTimestamp(from);
    if (field.objectsOnly && !object) {
      return null;
    }
    return (value, c) -> {
      c.text.clear();
      ProtoJson.single(from, value, c.text);
      return texts(c, field);
    };
  }

  private static ValueReader text(FieldDescriptor from, Target field) {
    if (from.getType() == FieldDescriptor.Type.STRING) {
      return (value, c) -> value;
    }
    return (value, c) -> {
      c.text.clear(true);
      ProtoJson.single(from, value, c.text);
      return texts(c, field);
    };
  }

  static Object texts(ProtoCursor cursor, Target field) {
    return field.sliced ? cursor.text.toSlice() : cursor.text.toString();
  }
}
