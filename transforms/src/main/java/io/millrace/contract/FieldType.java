package io.millrace.contract;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a contract's field holds, and what it accepts from JSON. Nothing is coerced: a value of
 * another JSON kind is the dead-letter code {@code wrong_type}.
 */
public enum FieldType {
  /** A JSON string, decoded. */
  STRING,
  /** A JSON integer within 32 bits. */
  INT32,
  /** A JSON integer within 64 bits. */
  INT64,
  /** Any JSON number, as IEEE 754 double. */
  FLOAT64,
  /** Any JSON number that fits the declared precision and scale, or a string holding one. */
  DECIMAL,
  /** {@code true} or {@code false}. */
  BOOLEAN,
  /** An instant in UTC, with every digit sent; {@link TimeFormat} says how it is written. */
  TIMESTAMP,
  /** A string holding a UUID in its canonical form. */
  UUID,
  /** Any JSON value, kept as the exact JSON text that was sent (a string keeps its quotes). */
  JSON,
  /** A JSON string decoded, or any other JSON value as its exact text. */
  TEXT,
  /** A JSON object of custom fields: name to decoded string, or to the value's JSON text. */
  MAP,
  /** A JSON array whose elements all are of one scalar type, or records. */
  ARRAY,
  /** A JSON object with fields of its own; only as the element of an array. */
  RECORD;

  public static Optional<FieldType> of(String name) {
    return Arrays.stream(values()).filter(t -> t.contractName().equals(name)).findFirst();
  }

  public static String names() {
    return Arrays.stream(values()).map(FieldType::contractName).collect(Collectors.joining(", "));
  }

  /** The name used in contract files. */
  public String contractName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a value of this type is one token of JSON. */
  public boolean isScalar() {
    return this != MAP && this != ARRAY && this != RECORD;
  }
}
