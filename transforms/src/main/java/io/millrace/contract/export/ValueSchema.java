package io.millrace.contract.export;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The JSON Schema of the values that a field accepts. */
final class ValueSchema {
  private static final String NUMBER = "-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?";
  private static final String WHOLE_NUMBER = "-?(0|[1-9][0-9]*)";
  private static final String TIME =
      "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?";
  private static final String OFFSET = "([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)";
  private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final String IPV4 = BYTE + "(\\." + BYTE + "){3}";
  private static final BigInteger MOST_UINT64 =
      BigInteger.TWO.pow(Long.SIZE).subtract(BigInteger.ONE);
  private static final String HEX = "[0-9a-fA-F]";

  private ValueSchema() {}

  /** What a field accepts, null included if it may be absent. */
  static Map<String, Object> of(FieldDefinition field) {
    Map<String, Object> schema = new LinkedHashMap<>();
    if (!field.dottedPath().equals(field.name())) {
      schema.put("description", "column " + field.name());
    }
    if (!field.nullIfInvalid()) {
      schema.putAll(field.required() ? notNull(value(field)) : orNull(value(field)));
    }
    if (field.defaultValue() != null) {
      schema.put("default", field.shownDefault());
    }
    return schema;
  }

  private static Map<String, Object> value(FieldDefinition field) {
    return switch (field.type()) {
      case STRING -> Map.of("type", "string");
      case INT32 -> integer(field, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case INT64 -> integer(field, Long.MIN_VALUE, Long.MAX_VALUE);
      case UINT64 -> integer(field, 0, MOST_UINT64);
      case FLOAT32, FLOAT64 -> orText(field.lenient(), type("number"), NUMBER);
      case DECIMAL -> orText(true, decimal(field), NUMBER);
      case BOOLEAN ->
          field.lenient()
              ? Map.of("enum", List.of(true, false, 0, 1, "0", "1", "true", "false"))
              : type("boolean");
      case TIMESTAMP -> time(field);
      case UUID -> text(HEX + "{8}(-" + HEX + "{4}){3}-" + HEX + "{12}");
      case JSON -> field.storedAsJson() ? type("object") : Map.of();
      case TEXT -> Map.of();
      case IPV4 -> text(IPV4);
      case IPV6 -> anyOf(Map.of("type", "string", "format", "ipv6"), text(IPV4));
      case ENUM -> Map.of("enum", field.enumValues().names());
      case MAP -> {
        Map<String, Object> map = new LinkedHashMap<>(type("object"));
        FieldDefinition values = field.items();
        if (values != null) {
          map.put("additionalProperties", notNull(value(values)));
        }
        yield map;
      }
      case ARRAY -> {
        Map<String, Object> array = new LinkedHashMap<>(type("array"));
        FieldDefinition items = field.items();
        if (items != null) {
          array.put(
              "items",
              items.type() == FieldType.RECORD
                  ? EventSchema.object(items.fields())
                  : notNull(value(items)));
        }
        yield array;
      }
      case RECORD -> EventSchema.object(field.fields());
    };
  }

  private static Map<String, Object> integer(FieldDefinition field, Number least, Number greatest) {
    Map<String, Object> integer = new LinkedHashMap<>(type("integer"));
    integer.put("minimum", least);
    integer.put("maximum", greatest);
    return orText(field.lenient(), integer, WHOLE_NUMBER);
  }

  private static Map<String, Object> decimal(FieldDefinition field) {
    BigDecimal bound = BigDecimal.ONE.movePointRight(field.precision() - field.scale());
    Map<String, Object> decimal = new LinkedHashMap<>(type("number"));
    decimal.put("exclusiveMinimum", bound.negate());
    decimal.put("exclusiveMaximum", bound);
    return decimal;
  }

  private static Map<String, Object> time(FieldDefinition field) {
    if (field.timeFormat() == null) {
      throw new IllegalStateException("the timestamp " + field.name() + " has no format");
    }
    return switch (field.timeFormat()) {
      case ISO8601 -> text(TIME + OFFSET + (field.lenient() ? "?" : ""));
      case EPOCH_S -> orText(field.lenient(), type("number"), NUMBER);
      case EPOCH_MS, EPOCH_US, EPOCH_NS -> orText(field.lenient(), type("integer"), WHOLE_NUMBER);
    };
  }

  private static Map<String, Object> type(String name) {
    return Map.of("type", name);
  }

  private static Map<String, Object> text(String pattern) {
    Map<String, Object> text = new LinkedHashMap<>(type("string"));
    text.put("pattern", "^" + pattern + "$");
    return text;
  }

  private static Map<String, Object> orText(
      boolean accepted, Map<String, Object> schema, String pattern) {
    return accepted ? anyOf(schema, text(pattern)) : schema;
  }

  private static Map<String, Object> anyOf(Map<String, Object> one, Map<String, Object> other) {
    return Map.of("anyOf", List.of(one, other));
  }

  private static Map<String, Object> notNull(Map<String, Object> schema) {
    return schema.isEmpty() ? Map.of("not", type("null")) : schema;
  }

  /** An absent value and null mean the same. */
  private static Map<String, Object> orNull(Map<String, Object> schema) {
    Map<String, Object> all = new LinkedHashMap<>(schema);
    if (schema.get("type") instanceof String type) {
      all.put("type", List.of(type, "null"));
    } else if (schema.get("anyOf") instanceof List<?> kinds) {
      List<Object> more = new ArrayList<>(kinds);
      more.add(type("null"));
      all.put("anyOf", more);
    } else if (schema.get("enum") instanceof List<?> values) {
      List<Object> more = new ArrayList<>(values);
      more.add(null);
      all.put("enum", more);
    }
    return all;
  }
}
