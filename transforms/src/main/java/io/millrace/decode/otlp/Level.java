package io.millrace.decode.otlp;

import io.millrace.decode.otlp.Message.Field;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One level of an export request: a message around the elements, or around more levels.
 *
 * @param number its field in the message around it
 * @param key the key of that field in JSON
 * @param isArray whether that field is an array
 * @param message what is in it beside the levels or elements
 * @param prefix where a contract has that; empty for the top
 * @param inner the levels in it; empty at the innermost one
 * @param element an element; only at the innermost level
 * @param elementNumber the field with the elements
 * @param elementKey the key of that field in JSON
 * @param type what a contract's path {@code type} is here; empty if there is none
 */
record Level(
    int number,
    String key,
    boolean isArray,
    Message message,
    String prefix,
    List<Level> inner,
    @Nullable Message element,
    int elementNumber,
    String elementKey,
    String type) {
  /** A level with levels in it. */
  static Level around(int number, String key, Message message, String prefix, List<Level> inner) {
    return new Level(number, key, true, message, prefix, inner, null, 0, "", "");
  }

  /** The innermost level of logs and traces. */
  static Level innermost(
      int number, String key, Message message, String prefix, Message element, String elementKey) {
    return new Level(number, key, true, message, prefix, List.of(), element, 2, elementKey, "");
  }

  /** The data points of a metric. */
  static Level points(int number, String key, String type, Message message, Message point) {
    return new Level(number, key, false, message, "", List.of(), point, 1, "dataPoints", type);
  }

  /** The level in this one that a field of the wire form holds; null if it holds none. */
  @Nullable Level at(int field) {
    for (Level level : inner) {
      if (level.number == field) {
        return level;
      }
    }
    return null;
  }

  /** The level in this one under a key of JSON; null if there is none. */
  @Nullable Level at(String jsonKey) {
    for (Level level : inner) {
      if (level.key.equals(jsonKey)) {
        return level;
      }
    }
    return null;
  }

  /** An export request. */
  static Level request(String resources, Level scopes) {
    Message around =
        Message.of(
            "Resource" + capital(scopes.key.substring("scope".length())),
            Field.of(1, "resource", "", Kind.MESSAGE, Messages.RESOURCE),
            Field.of(3, "schemaUrl", "schema_url", Kind.TEXT));
    return around(
        0,
        "",
        Message.of("ExportRequest"),
        "request",
        List.of(around(1, resources, around, "resource", List.of(scopes))));
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  /** The message around the elements of a scope. */
  static Message scope(String name) {
    return Message.of(
        name,
        Field.of(1, "scope", "", Kind.MESSAGE, Messages.SCOPE),
        Field.of(3, "schemaUrl", "schema_url", Kind.TEXT));
  }
}
