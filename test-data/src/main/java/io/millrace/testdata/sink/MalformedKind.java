package io.millrace.testdata.sink;

import java.util.Locale;

/**
 * The ways in which a generated record is malformed. Each record is malformed in one way only, so a
 * strict decoder has one right answer: the {@link #code()}.
 */
public enum MalformedKind {
  /** Zero bytes, or nothing but white space. */
  EMPTY,
  /** No value at all. */
  TOMBSTONE,
  /** Bytes that are not UTF-8 inside a string of an otherwise valid event. */
  NOT_UTF8,
  /** A valid event cut somewhere, between two characters. */
  TRUNCATED,
  /** Not JSON by its grammar, in the middle of the event. */
  MALFORMED_JSON,
  /** Valid JSON, but an array, a string or a number. */
  NOT_AN_OBJECT,
  /** A valid event followed by more tokens. */
  TRAILING_GARBAGE,
  /** A key twice in one object: at the top, inside metadata or inside the payload. */
  DUPLICATE_KEY,
  /** query_id, event_type or timestamp absent or null. */
  MISSING_FIELD,
  /** A field of another JSON type than declared. */
  WRONG_TYPE,
  /** duration_ms beyond a signed 64-bit integer. */
  NUMBER_OVERFLOW,
  /** NaN, Infinity or -Infinity as a bare token. */
  NOT_A_NUMBER,
  /** Half a surrogate pair, written as an escape. */
  LONE_SURROGATE,
  /** A timestamp that is no time, an impossible time, or a time without an offset. */
  INVALID_TIME,
  /** A payload nested 200 deep. */
  TOO_DEEP,
  /** More than 262144 bytes. */
  TOO_LARGE;

  private final String code = name().toLowerCase(Locale.ROOT);

  /** The stable error code that a dead letter of this kind must carry. */
  public String code() {
    return code;
  }
}
