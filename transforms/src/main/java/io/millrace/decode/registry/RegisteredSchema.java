package io.millrace.decode.registry;

import java.util.List;

/**
 * A schema of a registry.
 *
 * @param type {@code AVRO}, {@code PROTOBUF} or {@code JSON}
 * @param text the schema
 * @param imports the schemas that it refers to, directly or not; each after those it refers to
 */
public record RegisteredSchema(String type, String text, List<Import> imports) {
  /**
   * A schema that another one refers to.
   *
   * @param name the name by which it is referred to
   */
  public record Import(String name, String text) {}
}
