package io.millrace.contract.language;

import io.millrace.contract.EnumValues;
import io.millrace.contract.language.Shape.Mapping;
import io.millrace.contract.language.Shape.MappingKey;
import io.millrace.contract.language.Shape.Variants;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON Schema (draft 7) of contract files, for editors. It accepts every valid contract, except
 * that it wants a value after each key. What it accepts can be invalid: only the loader checks what
 * one key says about another.
 */
public final class LanguageSchema {
  private static final String DURATION = "^\\s*([0-9]+(ms|s|m|h|d)|P.+)\\s*$";

  private LanguageSchema() {}

  /** The schema as a tree of maps, lists and values, in the order of the language's table. */
  public static Map<String, Object> json() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", "http://json-schema.org/draft-07/schema#");
    schema.put("title", "Millrace contract");
    schema.putAll(of(ContractLanguage.CONTRACT));
    Map<String, Object> definitions = new LinkedHashMap<>();
    ContractLanguage.DEFINITIONS.forEach((name, shape) -> definitions.put(name, of(shape)));
    schema.put("definitions", definitions);
    return schema;
  }

  private static Map<String, Object> of(Shape shape) {
    // Java 17 has no switch over types.
    if (shape instanceof Mapping mapping) {
      return mapping(mapping);
    } else if (shape instanceof Variants variants) {
      return variants(variants);
    } else if (shape instanceof Shape.Either either) {
      return Map.of("anyOf", either.shapes().stream().map(LanguageSchema::of).toList());
    } else if (shape instanceof Shape.Ref ref) {
      return Map.of("$ref", "#/definitions/" + ref.name());
    } else if (shape instanceof Shape.Named named) {
      Map<String, Object> schema = type("object");
      schema.put("propertyNames", Map.of("pattern", "^" + ContractLanguage.NAME + "$"));
      schema.put("additionalProperties", of(named.value()));
      if (named.atLeast() > 0) {
        schema.put("minProperties", named.atLeast());
      }
      return schema;
    } else if (shape instanceof Shape.ListOf list) {
      Map<String, Object> schema = type("array");
      schema.put("items", of(list.element()));
      if (list.atLeast() > 0) {
        schema.put("minItems", list.atLeast());
      }
      return schema;
    }
    return single(shape);
  }

  private static Map<String, Object> single(Shape shape) {
    if (shape instanceof Shape.Text) {
      return text("\\S");
    } else if (shape instanceof Shape.Name) {
      return text("^" + ContractLanguage.NAME + "$");
    } else if (shape instanceof Shape.DurationText) {
      return text(DURATION);
    } else if (shape instanceof Shape.InstantText) {
      Map<String, Object> schema = type("string");
      schema.put("format", "date-time");
      return schema;
    } else if (shape instanceof Shape.Bool) {
      return type("boolean");
    } else if (shape instanceof Shape.WholeNumber number) {
      return range("integer", number.least(), number.greatest());
    } else if (shape instanceof Shape.DecimalNumber number) {
      return range("number", number.least(), number.greatest());
    } else if (shape instanceof Shape.OneOf oneOf) {
      return Map.of("enum", oneOf.names());
    } else if (shape instanceof Shape.Null) {
      List<Object> values = new ArrayList<>();
      values.add(null);
      values.add("null");
      return Map.of("enum", values);
    } else if (shape instanceof Shape.Scalar scalar) {
      return scalar(scalar);
    } else if (shape instanceof Shape.EnumNumbers) {
      Map<String, Object> schema = type("object");
      schema.put(
          "additionalProperties", range("integer", EnumValues.MIN_NUMBER, EnumValues.MAX_NUMBER));
      schema.put("minProperties", 1);
      return schema;
    } else if (shape instanceof Shape.Anything) {
      return Map.of();
    }
    throw new IllegalStateException("no schema for " + shape);
  }

  /** A quoted text, or what YAML takes an unquoted one for. */
  private static Map<String, Object> scalar(Shape.Scalar scalar) {
    if (scalar.texts().isEmpty()) {
      return Map.of("type", List.of("string", "number", "boolean"));
    }
    List<Object> values = new ArrayList<>();
    for (String text : scalar.texts()) {
      values.add(text);
      if (text.equals("true") || text.equals("false")) {
        values.add(Boolean.valueOf(text));
      }
    }
    return Map.of("enum", values);
  }

  private static Map<String, Object> mapping(Mapping mapping) {
    Map<String, Object> schema = type("object");
    Map<String, Object> properties = new LinkedHashMap<>();
    for (MappingKey key : mapping.keys()) {
      Map<String, Object> value = new LinkedHashMap<>();
      value.put("description", key.description());
      value.putAll(of(key.shape()));
      properties.put(key.name(), value);
    }
    schema.put("properties", properties);
    schema.put("additionalProperties", false);
    List<String> required =
        mapping.keys().stream().filter(MappingKey::required).map(MappingKey::name).toList();
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    if (!mapping.exactlyOne().isEmpty()) {
      schema.put(
          "oneOf",
          mapping.exactlyOne().stream().map(name -> Map.of("required", List.of(name))).toList());
    }
    return schema;
  }

  private static Map<String, Object> variants(Variants variants) {
    Map<String, Object> schema = type("object");
    schema.put(
        "properties",
        Map.of(variants.tag(), Map.of("enum", List.copyOf(variants.byTag().keySet()))));
    schema.put("required", List.of(variants.tag()));
    List<Object> conditions = new ArrayList<>();
    variants
        .byTag()
        .forEach(
            (value, mapping) -> {
              Map<String, Object> condition = new LinkedHashMap<>();
              condition.put(
                  "if", Map.of("properties", Map.of(variants.tag(), Map.of("const", value))));
              condition.put("then", mapping(mapping));
              conditions.add(condition);
            });
    schema.put("allOf", conditions);
    return schema;
  }

  private static Map<String, Object> range(String type, Object least, Object greatest) {
    Map<String, Object> schema = type(type);
    schema.put("minimum", least);
    schema.put("maximum", greatest);
    return schema;
  }

  private static Map<String, Object> text(String pattern) {
    Map<String, Object> schema = type("string");
    schema.put("pattern", pattern);
    return schema;
  }

  private static Map<String, Object> type(String name) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", name);
    return schema;
  }
}
