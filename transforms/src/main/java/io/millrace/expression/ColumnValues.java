package io.millrace.expression;

import com.google.common.primitives.UnsignedLong;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.NullableType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.NullValue;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.decode.TimeConversion;
import io.millrace.event.Utf8Slice;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The columns that hold the values of expressions: their types, and the conversion of a CEL value.
 * A value that a column cannot hold exactly is {@link RowValue#FAILED}, except that a column of
 * floating-point numbers or decimals holds the nearest number.
 */
final class ColumnValues {
  private static final BigDecimal TWO_TO_64 = BigDecimal.valueOf(2).pow(Long.SIZE);

  private ColumnValues() {}

  /**
   * The type of column for values of a CEL type, as a definition without a name.
   *
   * @return null if the values have no column without a declared type
   */
  static @Nullable FieldDefinition inferred(CelType type) {
    CelType plain = plain(type);
    if (plain.equals(SimpleType.STRING)) {
      return of(FieldType.STRING, null);
    } else if (plain.equals(SimpleType.INT)) {
      return of(FieldType.INT64, null);
    } else if (plain.equals(SimpleType.UINT)) {
      return of(FieldType.UINT64, null);
    } else if (plain.equals(SimpleType.DOUBLE)) {
      return of(FieldType.FLOAT64, null);
    } else if (plain.equals(SimpleType.BOOL)) {
      return of(FieldType.BOOLEAN, null);
    } else if (plain.equals(SimpleType.TIMESTAMP)) {
      return of(FieldType.TIMESTAMP, null);
    } else if (plain instanceof ListType list) {
      FieldDefinition items = inferred(list.elemType());
      return items == null || items.type() == FieldType.MAP
          ? null
          : of(FieldType.ARRAY, items.asElement());
    } else if (plain instanceof MapType map && map.keyType().equals(SimpleType.STRING)) {
      FieldDefinition items = inferred(map.valueType());
      return items == null || !items.type().isScalar()
          ? null
          : of(FieldType.MAP, items.type() == FieldType.STRING ? null : items.asElement());
    }
    return null;
  }

  private static FieldDefinition of(FieldType type, @Nullable FieldDefinition items) {
    return FieldDefinition.added("value", type, false, 0, 0, items, false);
  }

  /** Whether a column of a scalar type can hold values of a CEL type. */
  static boolean holds(FieldType column, CelType type) {
    CelType plain = plain(type);
    if (plain.equals(SimpleType.DYN)) {
      return column.isScalar();
    }
    return switch (column) {
      case STRING, TEXT -> plain.equals(SimpleType.STRING);
      case INT32, INT64, UINT64 -> isInteger(plain);
      case FLOAT32, FLOAT64, DECIMAL -> isInteger(plain) || plain.equals(SimpleType.DOUBLE);
      case BOOLEAN -> plain.equals(SimpleType.BOOL);
      case TIMESTAMP -> plain.equals(SimpleType.TIMESTAMP);
      case UUID, IPV4, IPV6, ENUM, JSON, MAP, ARRAY, RECORD -> false;
    };
  }

  private static boolean isInteger(CelType type) {
    return type.equals(SimpleType.INT) || type.equals(SimpleType.UINT);
  }

  /** Whether values of a CEL type can be null. */
  static boolean nullable(CelType type) {
    return type instanceof NullableType
        || type.equals(SimpleType.DYN)
        || type.equals(SimpleType.NULL_TYPE);
  }

  private static CelType plain(CelType type) {
    return type instanceof NullableType nullable ? nullable.targetType() : type;
  }

  /** A CEL value as rows hold it in a column. */
  static @Nullable Object converted(FieldDefinition column, @Nullable Object value) {
    if (value == null || value instanceof NullValue) {
      return null;
    }
    return switch (column.type()) {
      case STRING, TEXT ->
          value instanceof Utf8Slice || value instanceof String ? value : RowValue.FAILED;
      case INT64 -> integer(value);
      case INT32 ->
          integer(value) instanceof Long number && number == number.intValue()
              ? (Integer) number.intValue()
              : RowValue.FAILED;
      case UINT64 -> unsigned(value);
      case FLOAT64 -> {
        double number = number(value);
        yield Double.isFinite(number) ? (Double) number : RowValue.FAILED;
      }
      case FLOAT32 -> {
        float number = (float) number(value);
        yield Float.isFinite(number) ? (Float) number : RowValue.FAILED;
      }
      case DECIMAL -> decimal(column, value);
      case BOOLEAN -> value instanceof Boolean ? value : RowValue.FAILED;
      case TIMESTAMP ->
          value instanceof Instant time && TimeConversion.isStorable(time, column.digits())
              ? time
              : RowValue.FAILED;
      case ARRAY -> array(column, value);
      case MAP -> map(column, value);
      case UUID, IPV4, IPV6, ENUM, JSON, RECORD -> RowValue.FAILED;
    };
  }

  private static Object integer(Object value) {
    if (value instanceof Long) {
      return value;
    }
    return value instanceof UnsignedLong number && number.longValue() >= 0
        ? (Long) number.longValue()
        : RowValue.FAILED;
  }

  private static Object unsigned(Object value) {
    if (value instanceof UnsignedLong number) {
      return number.longValue();
    }
    return value instanceof Long number && number >= 0 ? number : RowValue.FAILED;
  }

  private static double number(Object value) {
    return value instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  private static Object decimal(FieldDefinition column, Object value) {
    BigDecimal exact;
    if (value instanceof BigDecimal decimal) {
      exact = decimal;
    } else if (value instanceof Double number && Double.isFinite(number)) {
      exact = BigDecimal.valueOf(number);
    } else if (value instanceof Long number) {
      exact = BigDecimal.valueOf(number);
    } else if (value instanceof UnsignedLong number) {
      BigDecimal signed = BigDecimal.valueOf(number.longValue());
      exact = signed.signum() < 0 ? signed.add(TWO_TO_64) : signed;
    } else {
      return RowValue.FAILED;
    }
    BigDecimal rounded = exact.setScale(column.scale(), RoundingMode.HALF_EVEN);
    return rounded.precision() > column.precision() ? RowValue.FAILED : rounded;
  }

  private static Object array(FieldDefinition column, Object value) {
    FieldDefinition items = column.items();
    if (items == null || !(value instanceof Iterable<?> elements)) {
      return RowValue.FAILED;
    }
    List<Object> list = new ArrayList<>();
    for (Object element : elements) {
      Object one = converted(items, element);
      if (one == null || one == RowValue.FAILED) {
        return RowValue.FAILED;
      }
      list.add(one instanceof Utf8Slice text ? text.toString() : one);
    }
    return list;
  }

  private static Object map(FieldDefinition column, Object value) {
    if (!(value instanceof Map<?, ?> entries)) {
      return RowValue.FAILED;
    }
    FieldDefinition items = column.items();
    Map<String, Object> map = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : entries.entrySet()) {
      Object one = items == null ? entry.getValue() : converted(items, entry.getValue());
      if (!(entry.getKey() instanceof String key)
          || one == null
          || one == RowValue.FAILED
          || (items == null && !(one instanceof String))) {
        return RowValue.FAILED;
      }
      map.put(key, one);
    }
    return map;
  }
}
