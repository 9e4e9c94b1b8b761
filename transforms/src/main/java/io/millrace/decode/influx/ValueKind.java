package io.millrace.decode.influx;

/** The type of a field's value, by how it is written. A tag's value is a string. */
enum ValueKind {
  STRING("string", "a string"),
  FLOAT("float", "a float"),
  INTEGER("integer", "an integer"),
  UNSIGNED("unsigned", "an unsigned integer"),
  TRUE("boolean", "a boolean"),
  FALSE("boolean", "a boolean");

  /** The name in a row. */
  final String label;

  /** For messages. */
  final String description;

  ValueKind(String label, String description) {
    this.label = label;
    this.description = description;
  }

  boolean isInteger() {
    return this == INTEGER || this == UNSIGNED;
  }

  boolean isNumber() {
    return this == FLOAT || isInteger();
  }
}
