package io.millrace.contract.yaml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.contract.Contract;
import io.millrace.contract.EnumValues;
import io.millrace.contract.EventsInRecord;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.IpText;
import io.millrace.contract.Measure;
import io.millrace.contract.RecordFormat;
import io.millrace.contract.TimeFormat;
import io.millrace.contract.language.ContractLanguage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Reads the {@code fields} of a contract. */
final class FieldReader {

  private static final int MIN_TIME_DIGITS = 3;
  private static final int MAX_TIME_DIGITS = 9;
  private static final Pattern COLUMN_NAME = Pattern.compile(ContractLanguage.NAME);
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final @Nullable RecordFormat format;
  private final @Nullable EventsInRecord events;

  /**
   * Creates a reader.
   *
   * @param format the format of the records; null if the contract names no known one
   * @param events how a record holds many events; null: a record is one event
   */
  FieldReader(@Nullable RecordFormat format, @Nullable EventsInRecord events) {
    this.format = format;
    this.events = events;
  }

  /** Reads the fields of an event. */
  List<FieldDefinition> fields(YamlNode node) {
    List<FieldDefinition> fields = new ArrayList<>();
    for (Map.Entry<String, YamlNode> entry : node.entries().entrySet()) {
      fields.add(field(entry.getKey(), entry.getValue()));
    }
    if (fields.isEmpty()) {
      node.problem("expected at least one field");
    }
    checkPaths(node, fields);
    return fields;
  }

  private FieldDefinition field(String name, YamlNode node) {
    checkColumnName(name, node);
    node.allowOnlyDeclared();
    FieldPath path = FieldPath.of(node.at("path"), name, events);
    return definition(name, path, node, false);
  }

  private FieldDefinition definition(
      String name, FieldPath path, YamlNode node, boolean isElement) {
    FieldType type = node.at("type").oneOf(FieldType.STRING);
    boolean required = node.at("required").booleanOr(false);
    TimeFormat timeFormat = null;
    if (type == FieldType.TIMESTAMP) {
      timeFormat =
          node.at("format").isPresent()
              ? node.at("format").oneOf(TimeFormat.ISO8601)
              : TimeFormat.ISO8601;
    } else {
      onlyFor(node, "format", "timestamp");
    }
    int precision = 0;
    int scale = 0;
    if (type == FieldType.DECIMAL) {
      precision = node.at("precision").integer(1, Measure.MAX_DECIMAL_DIGITS);
      scale = node.at("scale").integer(0, precision);
    } else if (type == FieldType.TIMESTAMP) {
      precision = timePrecision(node.at("precision"), timeFormat.digits());
      onlyFor(node, "scale", "decimal");
    } else {
      onlyFor(node, "precision", "decimal or timestamp");
      onlyFor(node, "scale", "decimal");
    }
    FieldDefinition items = null;
    if (type == FieldType.ARRAY) {
      items = items(node.at("items"), isElement);
    } else {
      onlyFor(node, "items", "array");
    }
    EnumValues values = null;
    if (type == FieldType.ENUM) {
      values = EnumReader.values(node.at("values"));
    } else if (type == FieldType.MAP) {
      items = mapValue(node.at("values"));
    } else {
      onlyFor(node, "values", "enum or map");
    }
    boolean lowCardinality = node.at("low_cardinality").booleanOr(false);
    if (lowCardinality && type != FieldType.STRING && type != FieldType.TEXT) {
      node.at("low_cardinality").problem("only for the types string and text");
    }
    List<FieldDefinition> fields = List.of();
    if (type == FieldType.RECORD) {
      if (!isElement) {
        node.at("type")
            .problem("a record must be the element of an array; declare its fields by their paths");
      }
      fields = recordFields(node.at("fields"));
    } else {
      onlyFor(node, "fields", "record");
    }
    boolean storedAsJson = storedAsJson(node, type);
    Object defaultValue = defaultValue(node.at("default"), type, required, values);
    if (storedAsJson && defaultValue instanceof String text && !text.strip().startsWith("{")) {
      node.at("default").problem("expected the text of a JSON object for store_as: json");
    }
    if (defaultValue instanceof BigDecimal decimal) {
      defaultValue = withScale(node.at("default"), decimal, precision, scale);
    }
    return new FieldDefinition(
        name,
        path.keys(),
        type,
        required,
        defaultValue,
        timeFormat,
        precision,
        scale,
        items,
        List.copyOf(fields),
        lowCardinality,
        storedAsJson,
        path.above(),
        lenient(node.at("lenient"), type),
        nullIfInvalid(node.at("on_invalid"), required),
        values);
  }

  private boolean lenient(YamlNode node, FieldType type) {
    boolean lenient = node.booleanOr(false);
    if (!lenient) {
      return false;
    }
    if (format == null || !format.lenientTypes().contains(type)) {
      checkFormat(node);
    }
    switch (type) {
      case INT32, INT64, UINT64, FLOAT32, FLOAT64, DECIMAL, BOOLEAN, TIMESTAMP -> {}
      case STRING, UUID, IPV4, IPV6, ENUM, JSON, TEXT, MAP, ARRAY, RECORD ->
          node.problem(
              "only for the types int32, int64, uint64, float32, float64, decimal, boolean and"
                  + " timestamp");
    }
    return true;
  }

  private boolean nullIfInvalid(YamlNode node, boolean required) {
    if (node.raw().isMissingNode()) {
      return false;
    }
    // In YAML, a bare null is no text.
    if (!node.raw().isNull() && !node.raw().asText().equals("null")) {
      node.problem("expected null, or no `on_invalid`: an invalid value makes a dead letter then");
    }
    if (required) {
      node.problem("only for an optional field; expected a field without `required: true`");
    }
    checkFormat(node);
    return true;
  }

  private void checkFormat(YamlNode node) {
    if (format != null && !format.hasFieldRules()) {
      node.problem("not for the format " + format.name());
    }
  }

  /** Reads the fractional digits of a timestamp's column; by default those of the time format. */
  private static int timePrecision(YamlNode node, int formatDigits) {
    int precision = node.integerOr(formatDigits, MIN_TIME_DIGITS, MAX_TIME_DIGITS);
    if (precision % MIN_TIME_DIGITS != 0) {
      node.problem("expected 3 (milliseconds), 6 (microseconds) or 9 (nanoseconds)");
      return formatDigits;
    }
    return precision;
  }

  private static boolean storedAsJson(YamlNode node, FieldType type) {
    YamlNode storeAs = node.at("store_as");
    if (!storeAs.isPresent()) {
      return false;
    }
    if (type != FieldType.JSON) {
      storeAs.problem("only for the type json");
    }
    return storeAs.oneOf(FieldType.TEXT, FieldType.TEXT, FieldType.JSON) == FieldType.JSON;
  }

  private List<FieldDefinition> recordFields(YamlNode node) {
    List<FieldDefinition> fields = new FieldReader(format, null).fields(node);
    for (FieldDefinition field : fields) {
      if (field.storedAsJson()) {
        node.at(field.name())
            .at("store_as")
            .problem("expected text: a field of a record in an array has no column");
      }
    }
    return fields;
  }

  /**
   * Reads the element of an array.
   *
   * @param inArray whether the array is itself the element of one
   */
  private FieldDefinition items(YamlNode node, boolean inArray) {
    node.allowOnlyDeclared();
    FieldDefinition read = definition("items", FieldPath.NONE, node, true);
    if (read.type() == FieldType.MAP) {
      node.at("type").problem("expected a scalar type, record or array");
    } else if (read.type() == FieldType.RECORD && inArray) {
      node.at("type").problem("expected a scalar type or array: no records in an array of arrays");
    }
    return read.asElement();
  }

  /** Reads the value of a map; null if it holds texts, which is the default. */
  private @Nullable FieldDefinition mapValue(YamlNode values) {
    if (!values.isPresent()) {
      return null;
    }
    YamlNode node = values.isString() ? values.asType() : values;
    node.allowOnlyDeclared();
    FieldDefinition read = definition("values", FieldPath.NONE, node, true);
    if (!read.type().isScalar()) {
      node.at("type").problem("expected a scalar type");
    }
    return read.type() == FieldType.TEXT ? null : read.asElement();
  }

  private static void onlyFor(YamlNode node, String key, String type) {
    if (node.at(key).isPresent()) {
      node.at(key).problem("only for the type " + type);
    }
  }

  private static @Nullable Object defaultValue(
      YamlNode node, FieldType type, boolean required, @Nullable EnumValues values) {
    if (!node.isPresent()) {
      return null;
    }
    if (required) {
      node.problem("a required field cannot have a default");
    }
    if (!type.isScalar() || type == FieldType.TIMESTAMP || type == FieldType.UUID) {
      node.problem("a field of the type " + type.contractName() + " cannot have a default");
      return null;
    }
    JsonNode raw = node.raw();
    Object value =
        switch (type) {
          case INT32 -> raw.isInt() ? raw.intValue() : null;
          case INT64 -> raw.isIntegralNumber() && raw.canConvertToLong() ? raw.longValue() : null;
          case UINT64 -> unsigned(raw);
          case FLOAT32 ->
              raw.isNumber() && Float.isFinite(raw.floatValue()) ? raw.floatValue() : null;
          case FLOAT64 -> raw.isNumber() ? raw.doubleValue() : null;
          case IPV4 -> raw.isTextual() ? IpText.ipv4(raw.textValue()) : null;
          case IPV6 -> raw.isTextual() ? IpText.ipv6(raw.textValue()) : null;
          case ENUM -> raw.isTextual() && isOf(values, raw.textValue()) ? raw.textValue() : null;
          case DECIMAL -> raw.isNumber() ? raw.decimalValue() : null;
          case BOOLEAN -> raw.isBoolean() ? raw.booleanValue() : null;
          case JSON -> raw.isTextual() && isJson(raw.textValue()) ? raw.textValue() : null;
          case STRING, TEXT -> raw.isTextual() ? raw.textValue() : null;
          case TIMESTAMP, UUID, MAP, ARRAY, RECORD ->
              throw new IllegalStateException("the type " + type + " has no default");
        };
    if (value == null) {
      node.problem("expected a value of the type " + type.contractName());
    }
    return value;
  }

  /** The bits of an integer from 0 to 2^64 - 1; null for another value. */
  private static @Nullable Long unsigned(JsonNode raw) {
    return raw.isIntegralNumber()
            && raw.bigIntegerValue().signum() >= 0
            && raw.bigIntegerValue().bitLength() <= Long.SIZE
        ? (Long) raw.bigIntegerValue().longValue()
        : null;
  }

  private static boolean isOf(@Nullable EnumValues values, String text) {
    return values != null && values.contains(text);
  }

  /** Whether a text is one JSON value or empty. */
  private static boolean isJson(String text) {
    try {
      JSON.readTree(text);
      return true;
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private static @Nullable BigDecimal withScale(
      YamlNode node, BigDecimal value, int precision, int scale) {
    BigDecimal plain = value.stripTrailingZeros();
    if (plain.scale() > scale || plain.precision() - plain.scale() > precision - scale) {
      node.problem(
          "expected a number of at most %s digits, %s of them after the decimal point"
              .formatted(precision, scale));
      return null;
    }
    return plain.setScale(scale);
  }

  /**
   * Reports one path inside another. Several fields may hold the same value, each by its own type,
   * if the format can decode it more than once.
   */
  private void checkPaths(YamlNode node, List<FieldDefinition> fields) {
    for (int i = 0; i < fields.size(); i++) {
      for (int j = 0; j < i; j++) {
        List<String> a = fields.get(i).path();
        List<String> b = fields.get(j).path();
        if (fields.get(i).above() != fields.get(j).above()) {
          continue;
        }
        if (a.equals(b) && format != null && format.hasFieldRules()) {
          continue;
        }
        int common = Math.min(a.size(), b.size());
        if (a.subList(0, common).equals(b.subList(0, common))) {
          node.at(fields.get(i).name())
              .problem(
                  "path %s overlaps with the path of `%s`; expected separate paths"
                      .formatted(fields.get(i).dottedPath(), fields.get(j).name()));
        }
      }
    }
  }

  /** The field that a node names; reports an unknown name and returns null. */
  static @Nullable FieldDefinition reference(YamlNode node, List<FieldDefinition> fields) {
    String name = node.string();
    return name == null ? null : reference(node, name, fields);
  }

  /** The field with a name; reports an unknown name at the node and returns null. */
  static @Nullable FieldDefinition reference(
      YamlNode node, String name, List<FieldDefinition> fields) {
    for (FieldDefinition field : fields) {
      if (field.name().equals(name)) {
        return field;
      }
    }
    node.problem(
        "no field `"
            + name
            + "`; expected a name from `fields`"
            + NearestName.hint(name, fields.stream().map(FieldDefinition::name).toList()));
    return null;
  }

  static void checkColumnName(String name, YamlNode node) {
    if (!isColumnName(name)) {
      node.problem("expected a column name: letters, digits and _, not starting with a digit");
    }
    if (name.equals(Contract.INGESTION_TIME) || name.equals(Contract.LATE_BY_MS)) {
      node.problem("Millrace adds a column with this name; expected another name");
    }
  }

  static boolean isColumnName(String name) {
    return COLUMN_NAME.matcher(name).matches();
  }
}
