package io.millrace.testdata.sink;

import java.util.Locale;

/**
 * The kinds of malformed records. Each record has one fault only, so a strict decoder must report
 * its {@link #code()}.
 */
public enum MalformedKind {
  /** Zero bytes, or only whitespace. */
  EMPTY,
  /** A null value. */
  TOMBSTONE,
  /** Bytes that are not UTF-8 inside a string of an otherwise valid event. */
  NOT_UTF8,
  /** A valid event, truncated between two characters. */
  TRUNCATED,
  /** A syntax error in the event. */
  MALFORMED_JSON,
  /** Valid JSON, but an array, a string or a number. */
  NOT_AN_OBJECT,
  /** A valid event followed by more tokens. */
  TRAILING_GARBAGE,
  /** A duplicate key in one object: the event, its metadata or its payload. */
  DUPLICATE_KEY,
  /** An absent or null query_id, event_type or timestamp. */
  MISSING_FIELD,
  /** A field of another JSON type than declared. */
  WRONG_TYPE,
  /** duration_ms beyond a signed 64-bit integer. */
  NUMBER_OVERFLOW,
  /** NaN, Infinity or -Infinity as a bare token. */
  NOT_A_NUMBER,
  /** A lone surrogate, written as an escape. */
  LONE_SURROGATE,
  /** A timestamp that is not a time, does not exist or has no offset. */
  INVALID_TIME,
  /** A payload with a nesting depth of 200. */
  TOO_DEEP,
  /** More than 262144 bytes. */
  TOO_LARGE;

  private final String code = name().toLowerCase(Locale.ROOT);

  /** The stable code of a dead letter of this kind. */
  public String code() {
    return code;
  }
}
