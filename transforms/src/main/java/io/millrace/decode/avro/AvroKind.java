package io.millrace.decode.avro;

import java.util.Locale;
import org.apache.avro.Schema;

/**
 * The kinds of values that decoding distinguishes: Avro's types and the logical types that change
 * how a value is read. Other logical types count as the types below them, as Avro asks for.
 */
enum AvroKind {
  NULL,
  BOOLEAN,
  INT,
  LONG,
  FLOAT,
  DOUBLE,
  STRING,
  BYTES,
  FIXED,
  ENUM,
  ARRAY,
  MAP,
  UNION,
  RECORD,
  DATE,
  TIMESTAMP_MILLIS,
  TIMESTAMP_MICROS,
  TIMESTAMP_NANOS,
  LOCAL_TIMESTAMP,
  /** A decimal in bytes or fixed. */
  DECIMAL,
  /** A UUID in a fixed of 16 bytes. */
  UUID,
  DURATION;

  private static final int UUID_BYTES = 16;
  private static final int DURATION_BYTES = 12;

  /** More digits than any column holds. Such a decimal counts as bytes. */
  private static final int MAX_DECIMAL_DIGITS = 1000;

  static AvroKind of(Schema schema) {
    // By its name: Avro's classes know the logical types of their own version only.
    String logical = schema.getProp("logicalType");
    return logical == null ? plain(schema) : logical(schema, logical);
  }

  private static AvroKind logical(Schema schema, String logical) {
    return switch (schema.getType()) {
      case INT -> logical.equals("date") ? DATE : INT;
      case LONG ->
          switch (logical) {
            case "timestamp-millis" -> TIMESTAMP_MILLIS;
            case "timestamp-micros" -> TIMESTAMP_MICROS;
            case "timestamp-nanos" -> TIMESTAMP_NANOS;
            case "local-timestamp-millis", "local-timestamp-micros", "local-timestamp-nanos" ->
                LOCAL_TIMESTAMP;
            default -> LONG;
          };
      case BYTES -> isDecimal(schema, logical) ? DECIMAL : BYTES;
      case FIXED ->
          isDecimal(schema, logical)
              ? DECIMAL
              : logical.equals("uuid") && schema.getFixedSize() == UUID_BYTES
                  ? UUID
                  : logical.equals("duration") && schema.getFixedSize() == DURATION_BYTES
                      ? DURATION
                      : FIXED;
      default -> plain(schema);
    };
  }

  private static boolean isDecimal(Schema schema, String logical) {
    if (!logical.equals("decimal")
        || !(schema.getObjectProp("precision") instanceof Integer precision)) {
      return false;
    }
    int scale = scale(schema);
    return precision > 0 && precision <= MAX_DECIMAL_DIGITS && scale >= 0 && scale <= precision;
  }

  /** The digits after the point of a decimal. */
  static int scale(Schema schema) {
    Object scale = schema.getObjectProp("scale");
    return scale == null ? 0 : scale instanceof Integer number ? number : -1;
  }

  private static AvroKind plain(Schema schema) {
    return switch (schema.getType()) {
      case NULL -> NULL;
      case BOOLEAN -> BOOLEAN;
      case INT -> INT;
      case LONG -> LONG;
      case FLOAT -> FLOAT;
      case DOUBLE -> DOUBLE;
      case STRING -> STRING;
      case BYTES -> BYTES;
      case FIXED -> FIXED;
      case ENUM -> ENUM;
      case ARRAY -> ARRAY;
      case MAP -> MAP;
      case UNION -> UNION;
      case RECORD -> RECORD;
    };
  }

  boolean isTimestamp() {
    return this == TIMESTAMP_MILLIS || this == TIMESTAMP_MICROS || this == TIMESTAMP_NANOS;
  }

  /** Fractional digits of a timestamp. */
  int digits() {
    return switch (this) {
      case TIMESTAMP_MILLIS -> 3;
      case TIMESTAMP_MICROS -> 6;
      default -> 9;
    };
  }

  /** The name for messages, with an article. */
  String found() {
    String name = name().toLowerCase(Locale.ROOT).replace('_', '-');
    return this == NULL ? "null" : "an Avro " + name;
  }

  /** Whether values of a schema take no byte. Then only their count tells how many there are. */
  static boolean isEmpty(Schema schema) {
    return isEmpty(schema, 0);
  }

  private static boolean isEmpty(Schema schema, int depth) {
    return switch (schema.getType()) {
      case NULL -> true;
      case FIXED -> schema.getFixedSize() == 0;
      // A record that directly holds itself never ends: the bound on depth stops it.
      case RECORD ->
          depth > 64 || schema.getFields().stream().allMatch(f -> isEmpty(f.schema(), depth + 1));
      default -> false;
    };
  }
}
