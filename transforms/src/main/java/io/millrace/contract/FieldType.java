package io.millrace.contract;

import java.util.Locale;

/**
 * The type of a field, and the JSON values that it accepts. Values are never coerced, unless the
 * field is {@link FieldDefinition#lenient}: another JSON type makes the event a dead letter ({@code
 * wrong_type}).
 */
public enum FieldType {
  /** A JSON string, decoded. */
  STRING,
  /** A JSON integer within 32 bits. */
  INT32,
  /** A JSON integer within 64 bits. */
  INT64,
  /**
   * A JSON integer from 0 to 2^64 - 1. A row holds it as a {@link Long} with the same 64 bits, so
   * that it costs what an int64 costs and every coder keeps working. From 2^63 on that long is
   * negative: whoever compares, adds or prints values must ask for this type and use the unsigned
   * methods of {@link Long}.
   */
  UINT64,
  /** Any JSON number, rounded to the nearest IEEE 754 float of 32 bits. */
  FLOAT32,
  /** Any JSON number, as IEEE 754 double. */
  FLOAT64,
  /** Any JSON number that fits the declared precision and scale, or a string with such a number. */
  DECIMAL,
  /** {@code true} or {@code false}. */
  BOOLEAN,
  /** An instant in UTC with all digits that were sent, written in a {@link TimeFormat}. */
  TIMESTAMP,
  /** A string with a UUID in its canonical form. */
  UUID,
  /** A string with an IPv4 address: four decimal numbers without leading zeros. */
  IPV4,
  /**
   * A string with an IPv6 address in any form of RFC 4291, kept in the form of RFC 5952. An IPv4
   * address is accepted too, and kept as {@code ::ffff:a.b.c.d}.
   */
  IPV6,
  /** A string that is one of the declared {@link EnumValues}. */
  ENUM,
  /** Any JSON value, kept as the exact JSON text that was sent (a string keeps its quotes). */
  JSON,
  /** A JSON string, decoded, or any other JSON value as its exact text. */
  TEXT,
  /**
   * A JSON object. Maps each name to a value of a declared scalar type; without one, to the decoded
   * string, or to the JSON text of the value.
   */
  MAP,
  /** A JSON array. All elements have one scalar type, or all are records, or all are arrays. */
  ARRAY,
  /** A JSON object with declared fields; only as the element of an array. */
  RECORD;

  /** The name used in contract files. */
  public String contractName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a value of this type is a single value, neither a map, an array nor a record. */
  public boolean isScalar() {
    return switch (this) {
      case STRING, INT32, INT64, UINT64, FLOAT32, FLOAT64, DECIMAL, BOOLEAN, TIMESTAMP -> true;
      case UUID, IPV4, IPV6, ENUM, JSON, TEXT -> true;
      case MAP, ARRAY, RECORD -> false;
    };
  }

  /** Whether values of the type can be added. */
  public boolean isNumber() {
    return switch (this) {
      case INT32, INT64, UINT64, FLOAT32, FLOAT64, DECIMAL -> true;
      case STRING, BOOLEAN, TIMESTAMP, UUID, IPV4, IPV6, ENUM, JSON, TEXT -> false;
      case MAP, ARRAY, RECORD -> false;
    };
  }
}
