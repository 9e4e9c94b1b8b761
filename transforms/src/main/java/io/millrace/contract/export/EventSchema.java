package io.millrace.contract.export;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON Schema (2020-12) of one event of a contract whose events are JSON, for producers and
 * tests. It accepts every event that the contract accepts. It cannot express everything that the
 * decoder checks: {@code 1.0} is an integer to JSON Schema, and it knows no bounds of time.
 *
 * <p>Values around the event in its record are not part of it, and neither are the fields that the
 * contract does not declare: both are accepted.
 */
public final class EventSchema {
  private EventSchema() {}

  /** The schema as a tree of maps, lists and values, in the order of the contract's fields. */
  public static Map<String, Object> of(Contract contract) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", contract.name());
    if (!contract.description().isEmpty()) {
      schema.put("description", contract.description());
    }
    schema.putAll(
        object(contract.decoded().fields().stream().filter(field -> field.above() == 0).toList()));
    return schema;
  }

  /** An object with fields at their paths. */
  static Map<String, Object> object(List<FieldDefinition> fields) {
    Place root = new Place();
    for (FieldDefinition field : fields) {
      Place place = root;
      for (String key : field.path()) {
        place = place.children.computeIfAbsent(key, k -> new Place());
      }
      place.fields.add(field);
    }
    return root.object(true);
  }

  /** A place in an event: an object around fields, or the value of one or more fields. */
  private static final class Place {
    final Map<String, Place> children = new LinkedHashMap<>();
    final List<FieldDefinition> fields = new ArrayList<>();

    Map<String, Object> schema() {
      if (fields.isEmpty()) {
        return object(false);
      }
      List<Map<String, Object>> schemas = fields.stream().map(ValueSchema::of).toList();
      return schemas.size() == 1 ? schemas.get(0) : Map.of("allOf", schemas);
    }

    Map<String, Object> object(boolean always) {
      Map<String, Object> schema = new LinkedHashMap<>();
      if (always || isRequired()) {
        schema.put("type", "object");
      } else if (!acceptsAnything()) {
        schema.put("type", List.of("object", "null"));
      }
      Map<String, Object> properties = new LinkedHashMap<>();
      children.forEach((key, child) -> properties.put(key, child.schema()));
      schema.put("properties", properties);
      List<String> required =
          children.entrySet().stream()
              .filter(child -> child.getValue().isRequired())
              .map(Map.Entry::getKey)
              .toList();
      if (!required.isEmpty()) {
        schema.put("required", required);
      }
      return schema;
    }

    private boolean isRequired() {
      return fields.stream().anyMatch(FieldDefinition::required)
          || children.values().stream().anyMatch(Place::isRequired);
    }

    /** Whether another value than an object is kept among the unknown fields. */
    private boolean acceptsAnything() {
      return fields.stream().allMatch(FieldDefinition::nullIfInvalid)
          && children.values().stream().allMatch(Place::acceptsAnything);
    }
  }
}
