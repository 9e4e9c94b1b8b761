package io.millrace.contract.yaml;

import io.millrace.contract.Condition;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads tests of one field: {@code {field: f, is: present}}, {@code {field: f, is: absent}} or
 * {@code {field: f, in: [...]}}.
 */
final class ConditionReader {
  private final List<FieldDefinition> fields;

  ConditionReader(List<FieldDefinition> fields) {
    this.fields = fields;
  }

  /** The tests under a key that may be absent: one, or a list of which all must be met. */
  List<Condition> all(YamlNode node) {
    if (!node.isPresent()) {
      return List.of();
    }
    List<Condition> conditions = new ArrayList<>();
    for (YamlNode one : node.isObject() ? List.of(node) : node.elements()) {
      one.allowOnly("field", "is", "in");
      conditions.add(read(one));
    }
    if (conditions.isEmpty()) {
      node.mistake("expected a condition, as in {field: error, is: absent}, or a list of them");
    }
    return List.copyOf(conditions);
  }

  /** The test under a key that may be absent. */
  @Nullable Condition optional(YamlNode node) {
    if (!node.isPresent()) {
      return null;
    }
    node.allowOnly("field", "is", "in");
    return read(node);
  }

  /** The test whose keys are among a node's. */
  Condition read(YamlNode node) {
    String name = node.at("field").text();
    Optional<FieldDefinition> known =
        fields.stream().filter(f -> f.name().equals(name)).findFirst();
    if (name != null && known.isEmpty()) {
      node.at("field").mistake("no field `" + name + "`; expected a name from `fields`");
    }
    FieldDefinition field = known.orElse(null);
    if (node.at("in").isPresent()) {
      if (node.at("is").isPresent()) {
        node.mistake("expected either `is` or `in`, not both");
      }
      if (field != null && field.type() != FieldType.STRING && field.type() != FieldType.TEXT) {
        node.at("field").mistake("expected a field of type string or text to compare with `in`");
      }
      List<String> values = node.at("in").texts();
      if (values.isEmpty()) {
        node.at("in").mistake("expected at least one value");
      }
      return new Condition(
          field == null ? "" : field.name(), Condition.Test.IN, List.copyOf(values));
    }
    Condition.Test test =
        node.at("is").oneOf(ConditionReader::test, "present, absent", Condition.Test.PRESENT);
    if (field != null && (field.required() || !field.nullable())) {
      node.at("field").mistake("is always present; expected an optional field without default");
    }
    return new Condition(field == null ? "" : field.name(), test, List.of());
  }

  private static Optional<Condition.Test> test(String text) {
    return switch (text) {
      case "present" -> Optional.of(Condition.Test.PRESENT);
      case "absent" -> Optional.of(Condition.Test.ABSENT);
      default -> Optional.empty();
    };
  }
}
