package io.millrace.expression;

import com.google.common.primitives.UnsignedLong;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.NullableType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.NullValue;
import io.millrace.contract.FieldDefinition;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The CEL type of each field, and the CEL value of a row's value. A decimal is a double, rounded to
 * the nearest one. Values of type json are their text.
 */
final class FieldTypes {
  private FieldTypes() {}

  static CelType of(FieldDefinition field) {
    CelType type = plain(field);
    return field.nullable() && type instanceof SimpleType ? NullableType.create(type) : type;
  }

  private static CelType plain(FieldDefinition field) {
    return switch (field.type()) {
      case STRING, TEXT, JSON, UUID, IPV4, IPV6, ENUM -> SimpleType.STRING;
      case INT32, INT64 -> SimpleType.INT;
      case UINT64 -> SimpleType.UINT;
      case FLOAT32, FLOAT64, DECIMAL -> SimpleType.DOUBLE;
      case BOOLEAN -> SimpleType.BOOL;
      case TIMESTAMP -> SimpleType.TIMESTAMP;
      case MAP ->
          MapType.create(
              SimpleType.STRING, field.items() == null ? SimpleType.STRING : plain(field.items()));
      case ARRAY -> ListType.create(plain(items(field)));
      case RECORD -> MapType.create(SimpleType.STRING, SimpleType.DYN);
    };
  }

  /** The CEL value of a value as {@link io.millrace.event.RowValues#get} returns it. */
  static Object value(FieldDefinition field, @Nullable Object value) {
    if (value == null) {
      return NullValue.NULL_VALUE;
    }
    return switch (field.type()) {
      case STRING, TEXT, JSON, UUID, IPV4, IPV6, ENUM, INT64, FLOAT64, BOOLEAN, TIMESTAMP -> value;
      case UINT64 -> UnsignedLong.fromLongBits((Long) value);
      case FLOAT32 -> ((Float) value).doubleValue();
      case INT32 -> ((Integer) value).longValue();
      case DECIMAL -> ((BigDecimal) value).doubleValue();
      case MAP -> field.items() == null ? value : map(field.items(), (Map<?, ?>) value);
      case ARRAY -> list(items(field), (Iterable<?>) value);
      case RECORD -> map(field.fields(), (Row) value);
    };
  }

  private static List<Object> list(FieldDefinition items, Iterable<?> values) {
    List<Object> list = new ArrayList<>();
    for (Object value : values) {
      list.add(value(items, value));
    }
    return list;
  }

  private static Map<Object, Object> map(FieldDefinition values, Map<?, ?> texts) {
    Map<Object, Object> map = new LinkedHashMap<>();
    texts.forEach((key, value) -> map.put(key, value(values, value)));
    return map;
  }

  private static Map<String, Object> map(List<FieldDefinition> fields, Row row) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < fields.size(); i++) {
      map.put(fields.get(i).name(), value(fields.get(i), row.getValue(i)));
    }
    return map;
  }

  private static FieldDefinition items(FieldDefinition array) {
    FieldDefinition items = array.items();
    if (items == null) {
      throw new IllegalStateException("the array " + array.name() + " has no items");
    }
    return items;
  }
}
