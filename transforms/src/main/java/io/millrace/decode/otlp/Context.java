package io.millrace.decode.otlp;

import io.millrace.decode.DecodeException;
import io.millrace.event.SourceRecord.Header;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A message around elements, without the field that holds them, and what it is for each of them. It
 * is decoded once, when the first of its elements is.
 */
final class Context {
  private static final byte[] NOTHING = {};

  final @Nullable Context outer;
  final Level level;

  /** Whether its bytes are JSON, and not the wire form. */
  final boolean isJson;

  /** The message without its elements. */
  byte[] bytes = NOTHING;

  /** What is decoded of it; null before. */
  @Nullable Decoded decoded;

  /** The headers of its elements; null before they were made. */
  @Nullable List<Header> headers;

  Context(@Nullable Context outer, Level level, boolean isJson) {
    this.outer = outer;
    this.level = level;
    this.isJson = isJson;
  }

  /**
   * What the messages around an element hold.
   *
   * @param values a row with the values of declared fields, and at the innermost level with those
   *     that an element's absent fields have
   * @param members the fields that are not declared, as members of a JSON object
   * @param map the same as a map
   * @param high the upper half of the hash of these messages
   * @param low the lower half
   * @param plan what becomes of an element; null but at the innermost level
   * @param failure why every element is dead; null if none is
   */
  record Decoded(
      @Nullable Object[] values,
      byte[] members,
      Map<String, String> map,
      long high,
      long low,
      @Nullable Plan plan,
      @Nullable DecodeException failure) {}
}
