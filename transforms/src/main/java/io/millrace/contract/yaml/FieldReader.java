package io.millrace.contract.yaml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.TimeFormat;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Reads the {@code fields} of a contract. */
final class FieldReader {
  private static final int MAX_DECIMAL_DIGITS = 38;
  private static final int MIN_TIME_DIGITS = 3;
  private static final int MAX_TIME_DIGITS = 9;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** The fields of an event. */
  List<FieldDefinition> fields(YamlNode node) {
    List<FieldDefinition> fields = new ArrayList<>();
    for (Map.Entry<String, YamlNode> entry : node.entries().entrySet()) {
      fields.add(field(entry.getKey(), entry.getValue()));
    }
    if (fields.isEmpty()) {
      node.mistake("expected at least one field");
    }
    checkPaths(node, fields);
    return fields;
  }

  private FieldDefinition field(String name, YamlNode node) {
    checkColumnName(name, node);
    node.allowOnly(
        "path",
        "type",
        "required",
        "default",
        "format",
        "precision",
        "scale",
        "items",
        "fields",
        "low_cardinality",
        "store_as");
    List<String> path = path(node.at("path"), name);
    return definition(name, path, node, false);
  }

  private FieldDefinition definition(
      String name, List<String> path, YamlNode node, boolean isElement) {
    FieldType type = node.at("type").oneOf(FieldType::of, FieldType.names(), FieldType.STRING);
    boolean required = node.at("required").booleanOr(false);
    TimeFormat format = null;
    if (type == FieldType.TIMESTAMP) {
      format =
          node.at("format").isPresent()
              ? node.at("format").oneOf(TimeFormat::of, TimeFormat.names(), TimeFormat.ISO8601)
              : TimeFormat.ISO8601;
    } else {
      onlyFor(node, "format", "timestamp");
    }
    int precision = 0;
    int scale = 0;
    if (type == FieldType.DECIMAL) {
      precision = node.at("precision").integer(1, MAX_DECIMAL_DIGITS);
      scale = node.at("scale").integer(0, precision);
    } else if (type == FieldType.TIMESTAMP) {
      precision = timePrecision(node.at("precision"), format.digits());
      onlyFor(node, "scale", "decimal");
    } else {
      onlyFor(node, "precision", "decimal or timestamp");
      onlyFor(node, "scale", "decimal");
    }
    FieldDefinition items = null;
    if (type == FieldType.ARRAY) {
      items = items(node.at("items"));
    } else {
      onlyFor(node, "items", "array");
    }
    boolean lowCardinality = node.at("low_cardinality").booleanOr(false);
    if (lowCardinality && type != FieldType.STRING && type != FieldType.TEXT) {
      node.at("low_cardinality").mistake("only for the types string and text");
    }
    List<FieldDefinition> fields = List.of();
    if (type == FieldType.RECORD) {
      if (!isElement) {
        node.at("type").mistake("a record is only an array's element; give its fields as paths");
      }
      fields = recordFields(node.at("fields"));
    } else {
      onlyFor(node, "fields", "record");
    }
    boolean storedAsJson = storedAsJson(node, type);
    Object defaultValue = defaultValue(node.at("default"), type, required);
    if (storedAsJson && defaultValue instanceof String text && !text.strip().startsWith("{")) {
      node.at("default").mistake("with store_as: json expected the text of a JSON object");
    }
    if (defaultValue instanceof BigDecimal decimal) {
      defaultValue = fitting(node.at("default"), decimal, precision, scale);
    }
    return new FieldDefinition(
        name,
        path,
        type,
        required,
        defaultValue,
        format,
        precision,
        scale,
        items,
        List.copyOf(fields),
        lowCardinality,
        storedAsJson);
  }

  /** The digits after the second that a column keeps; by default all that can be sent. */
  private static int timePrecision(YamlNode node, int most) {
    int precision = node.integerOr(most, MIN_TIME_DIGITS, MAX_TIME_DIGITS);
    if (precision % MIN_TIME_DIGITS != 0) {
      node.mistake("expected 3 (milliseconds), 6 (microseconds) or 9 (nanoseconds)");
      return most;
    }
    return precision;
  }

  private static boolean storedAsJson(YamlNode node, FieldType type) {
    YamlNode storeAs = node.at("store_as");
    if (!storeAs.isPresent()) {
      return false;
    }
    if (type != FieldType.JSON) {
      storeAs.mistake("only for the type json");
    }
    return storeAs.oneOf(
        name ->
            switch (name) {
              case "text" -> Optional.of(false);
              case "json" -> Optional.of(true);
              default -> Optional.empty();
            },
        "text, json",
        false);
  }

  private List<FieldDefinition> recordFields(YamlNode node) {
    List<FieldDefinition> fields = fields(node);
    for (FieldDefinition field : fields) {
      if (field.storedAsJson()) {
        node.at(field.name())
            .at("store_as")
            .mistake("expected text: a record in an array has no columns of its own");
      }
    }
    return fields;
  }

  private FieldDefinition items(YamlNode node) {
    node.allowOnly("type", "format", "precision", "scale", "fields");
    FieldDefinition read = definition("items", List.of(), node, true);
    if (read.type() == FieldType.MAP || read.type() == FieldType.ARRAY) {
      node.at("type").mistake("expected a scalar type or record");
    }
    // An array holds no nulls: a null element is the wrong type.
    return new FieldDefinition(
        read.name(),
        read.path(),
        read.type(),
        true,
        null,
        read.timeFormat(),
        read.precision(),
        read.scale(),
        null,
        read.fields(),
        false);
  }

  private static void onlyFor(YamlNode node, String key, String type) {
    if (node.at(key).isPresent()) {
      node.at(key).mistake("only for the type " + type);
    }
  }

  private static List<String> path(YamlNode node, String name) {
    if (!node.isPresent()) {
      return List.of(name);
    }
    // A list is for keys that hold a dot themselves.
    if (!node.isText()) {
      List<String> keys = List.copyOf(node.texts());
      if (keys.isEmpty()) {
        node.mistake("expected at least one key");
        return List.of(name);
      }
      return keys;
    }
    List<String> path = List.of(node.raw().textValue().split("\\.", -1));
    if (path.stream().anyMatch(String::isEmpty)) {
      node.mistake("expected keys joined by dots, such as metadata.user_id");
    }
    return path;
  }

  private static @Nullable Object defaultValue(YamlNode node, FieldType type, boolean required) {
    if (!node.isPresent()) {
      return null;
    }
    if (required) {
      node.mistake("a required field has no default");
    }
    if (!type.isScalar() || type == FieldType.TIMESTAMP || type == FieldType.UUID) {
      node.mistake("the type " + type.contractName() + " has no default");
      return null;
    }
    JsonNode raw = node.raw();
    Object value =
        switch (type) {
          case INT32 -> raw.isInt() ? raw.intValue() : null;
          case INT64 -> raw.isIntegralNumber() && raw.canConvertToLong() ? raw.longValue() : null;
          case FLOAT64 -> raw.isNumber() ? raw.doubleValue() : null;
          case DECIMAL -> raw.isNumber() ? raw.decimalValue() : null;
          case BOOLEAN -> raw.isBoolean() ? raw.booleanValue() : null;
          case JSON -> raw.isTextual() && isJson(raw.textValue()) ? raw.textValue() : null;
          default -> raw.isTextual() ? raw.textValue() : null;
        };
    if (value == null) {
      node.mistake("expected a value of the type " + type.contractName());
    }
    return value;
  }

  /** Whether a text is one JSON value; nothing at all is allowed too. */
  private static boolean isJson(String text) {
    try {
      JSON.readTree(text);
      return true;
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private static @Nullable BigDecimal fitting(
      YamlNode node, BigDecimal value, int precision, int scale) {
    BigDecimal plain = value.stripTrailingZeros();
    if (plain.scale() > scale || plain.precision() - plain.scale() > precision - scale) {
      node.mistake(
          "expected a number of at most "
              + precision
              + " digits, "
              + scale
              + " of them after the point");
      return null;
    }
    return plain.setScale(scale);
  }

  /** No two fields may claim the same place, nor one a place inside another's. */
  private static void checkPaths(YamlNode node, List<FieldDefinition> fields) {
    for (int i = 0; i < fields.size(); i++) {
      for (int j = 0; j < i; j++) {
        List<String> a = fields.get(i).path();
        List<String> b = fields.get(j).path();
        int common = Math.min(a.size(), b.size());
        if (a.subList(0, common).equals(b.subList(0, common))) {
          node.at(fields.get(i).name())
              .mistake(
                  "path "
                      + fields.get(i).dottedPath()
                      + " overlaps with that of `"
                      + fields.get(j).name()
                      + "`; expected paths apart from each other");
        }
      }
    }
  }

  static void checkColumnName(String name, YamlNode node) {
    if (!isColumnName(name)) {
      node.mistake("not a column name; expected letters, digits and _, not beginning with a digit");
    }
    if (name.equals(Contract.INGESTION_TIME) || name.equals(Contract.LATE_BY_MS)) {
      node.mistake("the name is taken by a column that Millrace adds; expected another");
    }
  }

  static boolean isColumnName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && !(i > 0 && c >= '0' && c <= '9')) {
        return false;
      }
    }
    return !name.isEmpty();
  }
}
