package io.millrace.cli.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Compares a resource with the schema in a custom resource definition, as the API server does. */
final class CustomSchema {
  private final List<String> problems = new ArrayList<>();

  private CustomSchema() {}

  /**
   * The problems of a resource, one line each: unknown keys, missing ones, wrong types and values.
   *
   * @param definition a CustomResourceDefinition
   * @param resource a resource of its kind
   */
  static List<String> problems(JsonNode definition, JsonNode resource) {
    String version = resource.path("apiVersion").asText();
    for (JsonNode served : definition.at("/spec/versions")) {
      String name = definition.at("/spec/group").asText() + "/" + served.path("name").asText();
      if (name.equals(version)) {
        CustomSchema check = new CustomSchema();
        check.compare("/spec", resource.path("spec"), schema(served).at("/properties/spec"));
        return check.problems;
      }
    }
    return List.of("unknown apiVersion: " + version);
  }

  private static JsonNode schema(JsonNode served) {
    return served.at("/schema/openAPIV3Schema");
  }

  private void compare(String path, JsonNode value, JsonNode schema) {
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      expect(path, value.isTextual() || value.isIntegralNumber(), "an integer or a string");
      return;
    }
    switch (schema.path("type").asText()) {
      case "object" -> compareObject(path, value, schema);
      case "array" -> {
        expect(path, value.isArray(), "a list");
        for (int i = 0; i < value.size(); i++) {
          compare(path + "/" + i, value.get(i), schema.path("items"));
        }
      }
      case "string" -> {
        expect(path, value.isTextual(), "a string");
        if (schema.has("enum")) {
          expect(path, contains(schema.path("enum"), value), "one of " + schema.path("enum"));
        }
      }
      case "integer" -> expect(path, value.isIntegralNumber(), "an integer");
      case "number" -> expect(path, value.isNumber(), "a number");
      case "boolean" -> expect(path, value.isBoolean(), "a boolean");
      default -> {
        if (!schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
          problems.add(path + ": the schema has no type");
        }
      }
    }
  }

  private void compareObject(String path, JsonNode value, JsonNode schema) {
    expect(path, value.isObject(), "a mapping");
    for (JsonNode required : schema.path("required")) {
      expect(path, value.has(required.asText()), "the key " + required.asText());
    }
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      String at = path + "/" + entry.getKey();
      JsonNode property = schema.path("properties").path(entry.getKey());
      if (!property.isMissingNode()) {
        compare(at, entry.getValue(), property);
      } else if (schema.path("additionalProperties").isObject()) {
        compare(at, entry.getValue(), schema.path("additionalProperties"));
      } else if (!schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
        problems.add(at + ": unknown key");
      }
    }
  }

  private static boolean contains(JsonNode values, JsonNode value) {
    for (JsonNode one : values) {
      if (one.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private void expect(String path, boolean holds, String expected) {
    if (!holds) {
      problems.add(path + ": expected " + expected);
    }
  }
}
