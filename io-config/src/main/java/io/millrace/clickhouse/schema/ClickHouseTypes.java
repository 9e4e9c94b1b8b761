package io.millrace.clickhouse.schema;

import io.millrace.contract.EnumValues;
import io.millrace.contract.FieldDefinition;
import java.math.BigDecimal;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The ClickHouse type and codec of a contract's field, spelled as {@code system.columns} does. */
public final class ClickHouseTypes {
  static final String TIME = "DateTime64(3, 'UTC')";
  static final String TIME_CODEC = "Delta(8), ZSTD(1)";
  static final String TEXT_CODEC = "ZSTD(1)";

  /** A column that can be queried by path; parameters may follow in parentheses. */
  public static final String JSON = "JSON";

  private static final Pattern BLANKS_AND_QUOTES = Pattern.compile("[`\\s]");
  private static final Pattern JSON_SETTINGS = Pattern.compile("JSON\\(.*\\)");
  private static final Pattern NULLABLE_JSON_SETTINGS =
      Pattern.compile("Nullable\\(JSON\\(.*\\)\\)");

  private ClickHouseTypes() {}

  public static String of(FieldDefinition field, boolean nullable) {
    String plain = plain(field);
    String type = nullable ? "Nullable(" + plain + ")" : plain;
    return field.lowCardinality() ? "LowCardinality(" + type + ")" : type;
  }

  private static String plain(FieldDefinition field) {
    return switch (field.type()) {
      case STRING, TEXT -> "String";
      // String keeps any JSON value as it was sent; JSON stores an object by path.
      case JSON -> field.storedAsJson() ? JSON : "String";
      case UUID -> "UUID";
      case INT32 -> "Int32";
      case INT64 -> "Int64";
      case UINT64 -> "UInt64";
      case FLOAT32 -> "Float32";
      case FLOAT64 -> "Float64";
      case DECIMAL -> "Decimal(" + field.precision() + ", " + field.scale() + ")";
      case BOOLEAN -> "Bool";
      case IPV4 -> "IPv4";
      case IPV6 -> "IPv6";
      case ENUM -> enumType(field.enumValues());
      case TIMESTAMP -> "DateTime64(" + field.digits() + ", 'UTC')";
      case MAP -> "Map(String, " + (field.items() == null ? "String" : plain(field.items())) + ")";
      case ARRAY -> "Array(" + plain(field.items()) + ")";
      case RECORD ->
          field.fields().stream()
              .map(f -> quote(f.name()) + " " + of(f, f.nullable()))
              .collect(Collectors.joining(", ", "Tuple(", ")"));
    };
  }

  private static String enumType(EnumValues values) {
    return values.namesByNumber().stream()
        .map(name -> literal(name) + " = " + values.number(name))
        .collect(Collectors.joining(", ", values.fitsByte() ? "Enum8(" : "Enum16(", ")"));
  }

  /** The codec of a column that holds the field; null: the server's default. */
  static @Nullable String codec(FieldDefinition field) {
    if (field.lowCardinality()) {
      return null;
    }
    return switch (field.type()) {
      // Adjacent rows in the sort order have close times.
      case TIMESTAMP -> TIME_CODEC;
      case STRING, TEXT, JSON, MAP, ARRAY, RECORD -> TEXT_CODEC;
      case INT32, INT64, UINT64, FLOAT32, FLOAT64, DECIMAL, IPV4, IPV6, ENUM -> "ZSTD(1)";
      case UUID, BOOLEAN -> null;
    };
  }

  /** A field's default, as an expression; null: it has none. */
  static @Nullable String defaultOf(FieldDefinition field) {
    Object value = field.defaultValue();
    if (value == null) {
      return null;
    }
    return switch (field.type()) {
      case INT32, INT64, FLOAT32, FLOAT64, BOOLEAN -> value.toString();
      case UINT64 -> Long.toUnsignedString((Long) value);
      // As text, because the server reads a number with a point as a binary fraction.
      case DECIMAL -> literal(((BigDecimal) value).toPlainString());
      case STRING, TIMESTAMP, UUID, IPV4, IPV6, ENUM, JSON, TEXT, MAP, ARRAY, RECORD ->
          literal(value.toString());
    };
  }

  /** The default value of a type, as an expression. */
  static String zero(String type) {
    ColumnType plain = ColumnType.parse(type).plain();
    return switch (plain.name()) {
      case "Nullable" -> "NULL";
      case "String" -> "''";
      case "Int32", "Int64", "UInt64", "Float32", "Float64", "Decimal" -> "0";
      case "Bool" -> "false";
      case "UUID" -> "'00000000-0000-0000-0000-000000000000'";
      case "DateTime64" -> "'1970-01-01 00:00:00.000'";
      case "Array" -> "[]";
      case "Map" -> "map()";
      default -> "defaultValueOfTypeName(" + literal(type) + ")";
    };
  }

  /**
   * Whether two spellings mean the same type. JSON with parameters is the same type as without: how
   * a column stores its paths is its owner's choice.
   */
  public static boolean same(String a, String b) {
    return normalized(a).equals(normalized(b));
  }

  /** Whether values of the type are read from the text of a JSON object. */
  public static boolean isJson(String type) {
    return type.equals(JSON) || type.equals("Nullable(" + JSON + ")");
  }

  private static String normalized(String type) {
    if (type.contains("Enum")) {
      // The blanks and quotes in the names of its values count.
      return ColumnType.parse(type).toString();
    }
    String plain = BLANKS_AND_QUOTES.matcher(type).replaceAll("");
    return JSON_SETTINGS.matcher(plain).matches()
        ? JSON
        : NULLABLE_JSON_SETTINGS.matcher(plain).matches() ? "Nullable(" + JSON + ")" : plain;
  }

  public static String quote(String name) {
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`";
  }

  public static String literal(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
