package io.millrace.sink.clickhouse;

import io.millrace.contract.FieldDefinition;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The ClickHouse type and codec of a contract's field, spelled as {@code system.columns} does. */
final class ClickHouseTypes {
  static final String TIME = "DateTime64(3, 'UTC')";
  static final String TIME_CODEC = "Delta(8), ZSTD(1)";
  static final String TEXT_CODEC = "ZSTD(1)";

  private ClickHouseTypes() {}

  /** The type of a column that holds the field. */
  static String of(FieldDefinition field, boolean nullable) {
    String plain = plain(field);
    String type = nullable ? "Nullable(" + plain + ")" : plain;
    return field.lowCardinality() ? "LowCardinality(" + type + ")" : type;
  }

  private static String plain(FieldDefinition field) {
    return switch (field.type()) {
      // JSON stays text: any JSON value, exactly as it was sent.
      case STRING, TEXT, JSON -> "String";
      case UUID -> "UUID";
      case INT32 -> "Int32";
      case INT64 -> "Int64";
      case FLOAT64 -> "Float64";
      case DECIMAL -> "Decimal(" + field.precision() + ", " + field.scale() + ")";
      case BOOLEAN -> "Bool";
      case TIMESTAMP -> TIME;
      case MAP -> "Map(String, String)";
      case ARRAY -> "Array(" + plain(field.items()) + ")";
      case RECORD ->
          field.fields().stream()
              .map(f -> quote(f.name()) + " " + of(f, f.nullable()))
              .collect(Collectors.joining(", ", "Tuple(", ")"));
    };
  }

  /** The codec of a column that holds the field; null: the server's default. */
  static @Nullable String codec(FieldDefinition field) {
    if (field.lowCardinality()) {
      return null;
    }
    return switch (field.type()) {
      // Neighbours in the sort order are neighbours in time.
      case TIMESTAMP -> TIME_CODEC;
      case STRING, TEXT, JSON, MAP, ARRAY, RECORD -> TEXT_CODEC;
      case INT32, INT64, FLOAT64, DECIMAL -> "ZSTD(1)";
      case UUID, BOOLEAN -> null;
    };
  }

  /** Whether two spellings mean the same type. */
  static boolean same(String a, String b) {
    return squeeze(a).equals(squeeze(b));
  }

  private static String squeeze(String type) {
    StringBuilder squeezed = new StringBuilder(type.length());
    for (int i = 0; i < type.length(); i++) {
      char c = type.charAt(i);
      if (c != '`' && !Character.isWhitespace(c)) {
        squeezed.append(c);
      }
    }
    return squeezed.toString();
  }

  /** A name between back quotes. */
  static String quote(String name) {
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`";
  }

  /** A text between quotes. */
  static String literal(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
