package io.millrace.cli.contracttest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.contract.FieldType;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Compares an expected value of a column with the one of a row. Types count: the text {@code "1"}
 * is not the number 1. Numbers are equal by value, times by instant. In a JSON column, an expected
 * mapping or list equals its text in any form.
 */
final class ValueComparison {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ValueComparison() {}

  /** A value of a row as a tree. */
  static JsonNode tree(@Nullable Object value) {
    return JSON.valueToTree(value);
  }

  /** A value for people: JSON. */
  static String show(JsonNode value) {
    return value.toString();
  }

  /** Whether a row's value is as expected. */
  static boolean equal(JsonNode expected, JsonNode found, FieldType type) {
    if (type == FieldType.TIMESTAMP && expected.isTextual() && found.isTextual()) {
      return expected.equals(found) || sameInstant(expected.textValue(), found.textValue());
    }
    if (type == FieldType.JSON && expected.isContainerNode() && found.isTextual()) {
      try {
        return equal(expected, JSON.readTree(found.textValue()));
      } catch (JsonProcessingException e) {
        // A text that is no JSON equals no mapping.
        return false;
      }
    }
    return equal(expected, found);
  }

  private static boolean sameInstant(String a, String b) {
    try {
      return Instant.parse(a).equals(Instant.parse(b));
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static boolean equal(JsonNode expected, JsonNode found) {
    if (expected.isNumber() && found.isNumber()) {
      return number(expected, found);
    }
    if (expected.size() != found.size() || expected.getNodeType() != found.getNodeType()) {
      return false;
    }
    if (expected.isArray()) {
      for (int i = 0; i < expected.size(); i++) {
        if (!equal(expected.get(i), found.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (expected.isObject()) {
      for (Iterator<Map.Entry<String, JsonNode>> all = expected.fields(); all.hasNext(); ) {
        Map.Entry<String, JsonNode> entry = all.next();
        JsonNode value = found.get(entry.getKey());
        if (value == null || !equal(entry.getValue(), value)) {
          return false;
        }
      }
      return true;
    }
    return expected.equals(found);
  }

  /** By the shortest text of each number, because a float is not the double with its digits. */
  private static boolean number(JsonNode expected, JsonNode found) {
    if (expected.asText().equals(found.asText())) {
      return true;
    }
    try {
      return new BigDecimal(expected.asText()).compareTo(new BigDecimal(found.asText())) == 0;
    } catch (NumberFormatException e) {
      // NaN or infinite
      return false;
    }
  }
}
