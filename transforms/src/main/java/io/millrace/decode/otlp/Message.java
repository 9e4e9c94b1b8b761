package io.millrace.decode.otlp;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A message of OpenTelemetry's protocol: its fields by number and by their key in JSON. */
final class Message {
  /**
   * A field of a message.
   *
   * @param key its key in JSON
   * @param name its name in a contract; empty for a message whose fields belong to the one around
   * @param present whether a value that is 0 or empty is one, and not the absence of one
   * @param message what it holds, of {@link Kind#MESSAGE} and {@link Kind#MESSAGES}
   * @param names the names of an enumeration's values, of {@link Kind#NAMED}
   * @param bytes how many bytes it has, of {@link Kind#HEX}
   */
  record Field(
      int number,
      String key,
      String name,
      Kind kind,
      boolean present,
      @Nullable Message message,
      List<String> names,
      int bytes) {
    static Field of(int number, String key, String name, Kind kind) {
      return new Field(number, key, name, kind, false, null, List.of(), 0);
    }

    static Field optional(int number, String key, String name, Kind kind) {
      return new Field(number, key, name, kind, true, null, List.of(), 0);
    }

    static Field of(int number, String key, String name, Kind kind, Message message) {
      return new Field(number, key, name, kind, false, message, List.of(), 0);
    }

    static Field named(int number, String key, String name, String... names) {
      return new Field(number, key, name, Kind.NAMED, false, null, List.of(names), 0);
    }

    static Field hex(int number, String key, String name, int bytes) {
      return new Field(number, key, name, Kind.HEX, false, null, List.of(), bytes);
    }
  }

  /** In the wire form that is made of JSON: the members of an object that are not known. */
  static final int JSON_MEMBERS = (1 << 29) - 1;

  private static final int MOST_FIELDS = 32;

  private final String name;
  private final List<Field> fields;
  private final Map<String, Field> byKey = new HashMap<>();

  private Message(String name, List<Field> fields) {
    this.name = name;
    this.fields = fields;
    fields.forEach(field -> byKey.put(field.key(), field));
  }

  static Message of(String name, Field... fields) {
    for (Field field : fields) {
      if (field.number() >= MOST_FIELDS) {
        throw new IllegalArgumentException("the number of " + field + " has no bit");
      }
    }
    return new Message(name, List.of(fields));
  }

  /** The name of the message in OpenTelemetry's protocol. */
  String name() {
    return name;
  }

  List<Field> fields() {
    return fields;
  }

  /** The field with a key in JSON; null if there is none. */
  @Nullable Field withKey(String key) {
    return byKey.get(key);
  }
}
