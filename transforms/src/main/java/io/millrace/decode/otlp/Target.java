package io.millrace.decode.otlp;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.decode.otlp.Message.Field;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A field of a message, with what a contract makes of it. */
final class Target {
  final Field field;

  /** The keys to it in a contract. */
  final List<String> path;

  /** The same as text, for messages. */
  final String dotted;

  /** Its place among the fields of all levels, so that those of one object are together. */
  final int order;

  /** The bit of those that a message may hold once; a value and its integer form share one. */
  final int bit;

  /** Where its value goes; below 0 if it is not declared. */
  int index = -1;

  /** How it is declared. */
  @Nullable FieldDefinition definition;

  /** Whether its value is the text of its JSON. */
  boolean asJson;

  /** Whether nothing is lost if it is not declared, because other fields hold it. */
  boolean covered;

  /** The fields of a message, or those of a record of an array; null if there are none. */
  @Nullable Plan nested;

  /** Declared attributes by key. */
  final Map<String, Target> keyed = new HashMap<>();

  /** Of a number's integer form: the declared field for the number; null if there is none. */
  @Nullable Target doubleForm;

  /** A field for the attribute with the name of the service; null if there is none. */
  @Nullable Target service;

  Target(Field field, List<String> path, int order, int bit) {
    this.field = field;
    this.path = path;
    this.dotted = String.join(".", path);
    this.order = order;
    this.bit = bit;
  }

  boolean isDeclared() {
    return index >= 0;
  }

  /** The declared type. */
  FieldType type() {
    FieldDefinition declared = definition;
    if (declared == null) {
      throw new IllegalStateException(dotted + " is not declared");
    }
    return declared.type();
  }

  void declare(FieldDefinition declared, int at) {
    definition = declared;
    index = at;
    asJson =
        switch (declared.type()) {
          case JSON -> field.kind() != Kind.ANY;
          case TEXT ->
              switch (field.kind()) {
                case TEXT, HEX, NAMED, ANY -> false;
                default -> true;
              };
          default -> false;
        };
  }
}
