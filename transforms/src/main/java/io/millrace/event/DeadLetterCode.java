package io.millrace.event;

import java.util.Locale;

/**
 * Why a record became a dead letter. The names are stable: users filter, alert and replay by them.
 */
public enum DeadLetterCode {
  /** No bytes, or nothing but white space. */
  EMPTY,
  /** A null body, Kafka's mark for a deletion. */
  TOMBSTONE,
  /** The bytes are not UTF-8. */
  NOT_UTF8,
  /** The JSON ends before it is complete. */
  TRUNCATED,
  /** Not JSON at some place. */
  MALFORMED_JSON,
  /** JSON, but not an object. */
  NOT_AN_OBJECT,
  /** Something follows after the event. */
  TRAILING_GARBAGE,
  /** An object holds the same key twice. */
  DUPLICATE_KEY,
  /** A required field is absent or null. */
  MISSING_FIELD,
  /** A field holds another type than the contract says. */
  WRONG_TYPE,
  /** A number does not fit the field's type. */
  NUMBER_OVERFLOW,
  /** NaN or Infinity, which JSON does not have. */
  NOT_A_NUMBER,
  /** Half of a surrogate pair: not a character, cannot be written as UTF-8. */
  LONE_SURROGATE,
  /** A time that cannot be read or does not exist. */
  INVALID_TIME,
  /** A time outside of what the contract accepts or a table can hold. */
  TIME_OUT_OF_RANGE,
  /** Nested deeper than the contract's limit. */
  TOO_DEEP,
  /** Larger than the contract's limit. */
  TOO_LARGE,
  /** Valid, but the sink refused the row for its content. */
  REFUSED_BY_SINK;

  /** The name used in tables, metrics and output. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
