package io.millrace.contract.compatibility;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The changes of fields. A field is known by its path in the event: producers know no columns. An
 * undeclared field is accepted everywhere, because it is kept in the column for unknown fields.
 *
 * @param prefix what stands before the name of a field
 */
record FieldChanges(String prefix) {
  List<Change> of(List<FieldDefinition> before, List<FieldDefinition> after) {
    List<Change> changes = new ArrayList<>();
    Map<String, FieldDefinition> old = byPath(before);
    Map<String, FieldDefinition> now = byPath(after);
    old.forEach(
        (path, field) -> {
          FieldDefinition other = now.get(path);
          if (other == null) {
            changes.add(
                new Change(
                    prefix + field.name(), "removed" + isRequired(field), true, !field.required()));
          } else {
            changes.addAll(of(field, other));
          }
        });
    now.forEach(
        (path, field) -> {
          if (!old.containsKey(path)) {
            changes.add(
                new Change(
                    prefix + field.name(),
                    "added, `"
                        + field.type().contractName()
                        + "`"
                        + isRequired(field)
                        + (acceptsAny(field) ? "" : "; it was undeclared, and could be anything"),
                    !field.required(),
                    true));
          }
        });
    return changes;
  }

  private static boolean acceptsAny(FieldDefinition field) {
    return field.nullIfInvalid()
        || field.type() == FieldType.TEXT
        || (field.type() == FieldType.JSON && !field.storedAsJson());
  }

  private static String isRequired(FieldDefinition field) {
    return field.required() ? ", required" : "";
  }

  /** The fields by their path and, where several have one path, their number. */
  private static Map<String, FieldDefinition> byPath(List<FieldDefinition> fields) {
    Map<String, FieldDefinition> byPath = new LinkedHashMap<>();
    for (FieldDefinition field : fields) {
      String path = field.above() + " " + field.path();
      String unique = path;
      for (int n = 2; byPath.putIfAbsent(unique, field) != null; n++) {
        unique = path + " " + n;
      }
    }
    return byPath;
  }

  private List<Change> of(FieldDefinition before, FieldDefinition after) {
    List<Change> changes = new ArrayList<>();
    String place = prefix + after.name();
    if (!before.name().equals(after.name())) {
      changes.add(Change.harmless(place, before.name(), after.name()));
    }
    if (before.required() != after.required()) {
      changes.add(
          new Change(
              place,
              after.required() ? "required now" : "not required any more",
              !after.required(),
              after.required()));
    }
    String one = values(before);
    String other = values(after);
    if (!one.equals(other)) {
      changes.add(
          Change.of(
              place,
              one,
              other,
              AcceptedValues.includes(after, before),
              AcceptedValues.includes(before, after)));
    } else if (!AcceptedValues.includes(after, before) || !AcceptedValues.includes(before, after)) {
      changes.add(
          new Change(
              place,
              "its elements are different",
              AcceptedValues.includes(after, before),
              AcceptedValues.includes(before, after)));
    }
    if (!Objects.equals(before.defaultValue(), after.defaultValue())) {
      changes.add(Change.harmless(place + ".default", defaultOf(before), defaultOf(after)));
    }
    return changes;
  }

  private static @Nullable Object defaultOf(FieldDefinition field) {
    return field.type() == FieldType.UINT64 && field.defaultValue() instanceof Long bits
        ? Long.toUnsignedString(bits)
        : field.defaultValue();
  }

  /** What decides which values a field accepts. */
  private static String values(FieldDefinition field) {
    StringBuilder text = new StringBuilder(field.type().contractName());
    if (field.type() == FieldType.DECIMAL) {
      text.append('(').append(field.precision()).append(", ").append(field.scale()).append(')');
    } else if (field.type() == FieldType.TIMESTAMP && field.timeFormat() != null) {
      text.append(", ").append(field.timeFormat().contractName());
      text.append(", precision ").append(field.digits());
    } else if (field.type() == FieldType.ENUM) {
      text.append(" (").append(field.enumValues()).append(')');
    }
    for (FieldDefinition in = field.items(); in != null; in = in.items()) {
      text.append(" of ").append(in.type().contractName());
    }
    text.append(field.storedAsJson() ? ", store_as json" : "");
    text.append(field.lenient() ? ", lenient" : "");
    return text.append(field.nullIfInvalid() ? ", on_invalid null" : "").toString();
  }
}
