package io.millrace.contract;

import java.util.List;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Reads a test of one field: {@code {field: f, is: present}} or {@code {field: f, in: [...]}}. */
final class ConditionReader {
  private final List<FieldDefinition> fields;

  ConditionReader(List<FieldDefinition> fields) {
    this.fields = fields;
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
        node.mistake("expected either `is: present` or `in: [...]`, not both");
      }
      if (field != null && field.type() != FieldType.STRING && field.type() != FieldType.TEXT) {
        node.at("field").mistake("expected a field of type string or text to compare with `in`");
      }
      List<String> values = node.at("in").texts();
      if (values.isEmpty()) {
        node.at("in").mistake("expected at least one value");
      }
      return new Condition(field == null ? "" : field.name(), List.copyOf(values));
    }
    node.at("is").oneOf(v -> Optional.of(v).filter("present"::equals), "present", "present");
    if (field != null && (field.required() || !field.nullable())) {
      node.at("field").mistake("is always present; expected an optional field without default");
    }
    return new Condition(field == null ? "" : field.name(), List.of());
  }
}
