package io.millrace.contract.yaml;

import io.millrace.contract.Condition;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads conditions: {@code {field: f, is: present}}, {@code {field: f, is: absent}} or {@code
 * {field: f, in: [...]}}.
 */
record ConditionReader(List<FieldDefinition> fields) {
  /** Reads the conditions of an optional key: one condition, or a list that must all be met. */
  List<Condition> all(YamlNode node) {
    if (!node.isPresent()) {
      return List.of();
    }
    List<Condition> conditions = new ArrayList<>();
    for (YamlNode one : node.isObject() ? List.of(node) : node.elements()) {
      one.allowOnlyDeclared();
      conditions.add(read(one));
    }
    if (conditions.isEmpty()) {
      node.problem("expected a condition, such as {field: error, is: absent}, or a list of them");
    }
    return List.copyOf(conditions);
  }

  /** Reads the condition of an optional key. */
  @Nullable Condition optional(YamlNode node) {
    if (!node.isPresent()) {
      return null;
    }
    node.allowOnlyDeclared();
    return read(node);
  }

  /** Reads the condition from a node that may have other keys too. */
  Condition read(YamlNode node) {
    FieldDefinition field = FieldReader.reference(node.at("field"), fields);
    String name = field == null ? "" : field.name();
    if (node.at("in").isPresent()) {
      if (node.at("is").isPresent()) {
        node.problem("expected either `is` or `in`, not both");
      }
      if (field != null && field.type() != FieldType.STRING && field.type() != FieldType.TEXT) {
        node.at("field").problem("expected a field of type string or text to compare with `in`");
      }
      List<String> values = node.at("in").strings();
      if (values.isEmpty()) {
        node.at("in").problem("expected at least one value");
      }
      return new Condition(name, Condition.Test.IN, List.copyOf(values));
    }
    Condition.Test test =
        node.at("is").oneOf(Condition.Test.PRESENT, Condition.Test.PRESENT, Condition.Test.ABSENT);
    if (field != null && (field.required() || !field.nullable())) {
      node.at("field").problem("is always present; expected an optional field without default");
    }
    return new Condition(name, test, List.of());
  }
}
