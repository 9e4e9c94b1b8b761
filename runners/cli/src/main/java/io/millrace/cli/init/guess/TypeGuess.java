package io.millrace.cli.init.guess;

import io.millrace.contract.FieldType;

/**
 * A guessed type.
 *
 * @param options the other keys of the field, as in YAML with a comma before each; may be empty
 * @param loose whether an unexpected value should not make the event a dead letter, if the field
 *     may be absent
 * @param note what is unsure about it; empty: nothing
 */
public record TypeGuess(FieldType type, String options, boolean loose, String note) {
  static TypeGuess of(FieldType type) {
    return new TypeGuess(type, "", false, "");
  }

  static TypeGuess of(FieldType type, String options) {
    return new TypeGuess(type, options, false, "");
  }

  TypeGuess because(String why) {
    return new TypeGuess(type, options, loose, why);
  }

  /** Whether the values can be part of an identity. */
  boolean identifies() {
    return switch (type) {
      case STRING,
          TEXT,
          INT32,
          INT64,
          UINT64,
          DECIMAL,
          BOOLEAN,
          TIMESTAMP,
          UUID,
          IPV4,
          IPV6,
          ENUM ->
          true;
      case FLOAT32, FLOAT64, JSON, MAP, ARRAY, RECORD -> false;
    };
  }
}
