package io.millrace.event;

import java.util.Locale;

/**
 * The reason why a record became a dead letter. The names are stable, because users filter, alert
 * and replay by them.
 */
public enum DeadLetterCode {
  /** No bytes, or only whitespace. */
  EMPTY,
  /** A null body, which deletes a key in Kafka. */
  TOMBSTONE,
  /** Compressed bytes that are corrupt or cut off, or an unknown encoding. */
  CORRUPT_COMPRESSION,
  /** The bytes are not UTF-8. */
  NOT_UTF8,
  /** The event ends before it is complete. */
  TRUNCATED,
  /** A syntax error in the JSON. */
  MALFORMED_JSON,
  /** A syntax error in a line of CSV, or another number of cells than columns. */
  MALFORMED_CSV,
  /** A line that is not in line protocol. */
  MALFORMED_LINE,
  /** JSON, but not an object. */
  NOT_AN_OBJECT,
  /** Data after the end of the event. */
  TRAILING_GARBAGE,
  /** An object, or a set of tags or fields, holds the same key twice. */
  DUPLICATE_KEY,
  /** A required field is absent or null. */
  MISSING_FIELD,
  /** A field has another type than the contract declares. */
  WRONG_TYPE,
  /** A number does not fit the field's type. */
  NUMBER_OVERFLOW,
  /** NaN or Infinity, which the format does not have. */
  NOT_A_NUMBER,
  /** A lone surrogate, which is not a character and has no UTF-8 form. */
  LONE_SURROGATE,
  /** A time that cannot be parsed or does not exist. */
  INVALID_TIME,
  /** A time outside of the contract's bounds or of the range of a table. */
  TIME_OUT_OF_RANGE,
  /** Nested deeper than the contract's limit. */
  TOO_DEEP,
  /** Larger than the contract's limit. */
  TOO_LARGE,
  /** A valid event whose row the sink rejected because of its content. */
  REFUSED_BY_SINK,
  /** The bytes do not follow the encoding of a binary format. */
  MALFORMED_BINARY,
  /** The schema registry does not know the record's schema, or it is none of the format. */
  UNKNOWN_SCHEMA,
  /** A rule of the contract whose expression failed on the event, with {@code on_error: dead}. */
  RULE_FAILED,
  /** A string that is not one of the values of the field's enum. */
  UNKNOWN_VALUE,
  /** A record that no contract of the run describes. */
  NO_CONTRACT,
  /** The encrypted bytes of a dead letter, which the contract's secret does not decrypt. */
  ENCRYPTED;

  /** The name in tables, metrics and output. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
