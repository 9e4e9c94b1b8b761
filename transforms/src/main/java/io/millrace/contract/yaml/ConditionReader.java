package io.millrace.contract.yaml;

import io.millrace.contract.Condition;
import io.millrace.contract.FieldDefinition;
import io.millrace.expression.Expressions;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads conditions: {@code {field: f, is: present}}, {@code {field: f, is: absent}}, {@code {field:
 * f, in: [...]}} or {@code {when: EXPRESSION}}; an expression alone is enough, without {@code
 * when}.
 */
record ConditionReader(List<FieldDefinition> fields, Expressions expressions) {
  ConditionReader(List<FieldDefinition> fields) {
    this(fields, new Expressions(fields));
  }

  /** Reads the conditions of an optional key: one condition, or a list that must all be met. */
  List<Condition> all(YamlNode node) {
    if (!node.isPresent()) {
      return List.of();
    }
    List<Condition> conditions = new ArrayList<>();
    boolean single = node.isObject() || node.isString();
    for (YamlNode one : single ? List.of(node) : node.elements()) {
      conditions.add(readOnly(one));
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
    return readOnly(node);
  }

  private Condition readOnly(YamlNode node) {
    if (node.isString()) {
      return Condition.when(expression(node));
    }
    node.allowOnlyDeclared();
    return read(node);
  }

  /** Reads and checks an expression. */
  String expression(YamlNode node) {
    return expression(node, "a condition over the contract's fields");
  }

  /** The same; says what was expected where it is wrong. */
  String expression(YamlNode node, String expected) {
    String text = node.string();
    if (text == null) {
      return "";
    }
    String problem = expressions.problem(text);
    if (problem != null) {
      node.problem(problem + "; expected " + expected);
    }
    return text;
  }

  /** Reads the condition from a node that may have other keys too. */
  Condition read(YamlNode node) {
    if (node.at("when").isPresent()) {
      for (String key : List.of("field", "is", "in")) {
        if (node.at(key).isPresent()) {
          node.at(key).problem("expected either `when` or `" + key + "`, not both");
        }
      }
      return Condition.when(expression(node.at("when")));
    }
    FieldDefinition field = FieldReader.reference(node.at("field"), fields);
    String name = field == null ? "" : field.name();
    if (node.at("in").isPresent()) {
      if (node.at("is").isPresent()) {
        node.problem("expected either `is` or `in`, not both");
      }
      List<String> values = node.at("in").strings();
      if (values.isEmpty()) {
        node.at("in").problem("expected at least one value");
      }
      return field == null
          ? new Condition(name, Condition.Test.IN, List.copyOf(values))
          : in(field, values, node.at("field"), node.at("in"));
    }
    Condition.Test test =
        node.at("is").oneOf(Condition.Test.PRESENT, Condition.Test.PRESENT, Condition.Test.ABSENT);
    if (field != null && (field.required() || !field.nullable())) {
      node.at("field").problem("is always present; expected an optional field without default");
    }
    return new Condition(name, test, List.of());
  }

  /** The condition that a field is one of some values; problems are reported at the node. */
  Condition in(FieldDefinition field, List<String> values, YamlNode node) {
    return in(field, values, node, node);
  }

  private static Condition in(
      FieldDefinition field, List<String> values, YamlNode atField, YamlNode atValues) {
    return new Condition(
        field.name(), Condition.Test.IN, List.copyOf(comparable(field, values, atField, atValues)));
  }

  /** The values as rows hold them; reports those that no row holds. */
  private static List<String> comparable(
      FieldDefinition field, List<String> values, YamlNode atField, YamlNode node) {
    switch (field.type()) {
      case STRING, TEXT -> {
        return values;
      }
      case ENUM -> {
        return each(values, field, node, "enum's value");
      }
      case IPV4 -> {
        return each(values, field, node, "IPv4 address");
      }
      case IPV6 -> {
        return each(values, field, node, "IPv6 address");
      }
      default -> {
        atField.problem(
            "expected a field of type string, text, enum, ipv4 or ipv6 to compare with the texts of `in` or `routes`");
        return values;
      }
    }
  }

  private static List<String> each(
      List<String> values, FieldDefinition field, YamlNode node, String expected) {
    List<String> read = new ArrayList<>();
    for (String value : values) {
      String one = field.held(value);
      if (one == null) {
        node.problem("`" + value + "` is no " + expected);
      } else {
        read.add(one);
      }
    }
    return read.isEmpty() ? values : read;
  }
}
