package io.millrace.contract.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contract.Durations;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A place in a contract file. Reads strictly, and reports what does not fit with its path instead
 * of stopping, so that one load shows all mistakes.
 */
final class YamlNode {
  private final JsonNode node;
  private final String path;
  private final Consumer<String> mistakes;

  YamlNode(JsonNode node, String path, Consumer<String> mistakes) {
    this.node = node;
    this.path = path;
    this.mistakes = mistakes;
  }

  void mistake(String message) {
    mistakes.accept((path.isEmpty() ? "" : path + ": ") + message);
  }

  private static String show(JsonNode node) {
    String text = node.isMissingNode() ? "nothing" : node.toString();
    return text.length() > 60 ? text.substring(0, 57) + "..." : text;
  }

  String path() {
    return path;
  }

  boolean isPresent() {
    return !node.isMissingNode() && !node.isNull();
  }

  boolean isObject() {
    return node.isObject();
  }

  boolean isText() {
    return node.isTextual();
  }

  /** The value under a key, present or not. */
  YamlNode at(String key) {
    return new YamlNode(node.path(key), path.isEmpty() ? key : path + "." + key, mistakes);
  }

  /** Reports every key that is not among those known here. */
  void allowOnly(String... keys) {
    if (!node.isObject()) {
      mistake(
          "expected a mapping with the keys " + String.join(", ", keys) + "; found " + show(node));
      return;
    }
    Set<String> known = Set.of(keys);
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                at(key).mistake("unknown key; expected one of " + String.join(", ", keys));
              }
            });
  }

  Map<String, YamlNode> entries() {
    Map<String, YamlNode> entries = new LinkedHashMap<>();
    if (node.isObject()) {
      node.fieldNames().forEachRemaining(key -> entries.put(key, at(key)));
    } else {
      mistake("expected a mapping; found " + show(node));
    }
    return entries;
  }

  @Nullable String text() {
    if (node.isTextual() && !node.textValue().isBlank()) {
      return node.textValue();
    }
    mistake("expected a text; found " + show(node));
    return null;
  }

  String textOr(String fallback) {
    String text = isPresent() ? text() : null;
    return text == null ? fallback : text;
  }

  boolean booleanOr(boolean fallback) {
    if (!isPresent()) {
      return fallback;
    }
    if (!node.isBoolean()) {
      mistake("expected true or false; found " + show(node));
      return fallback;
    }
    return node.booleanValue();
  }

  int integer(int min, int max) {
    if (node.isInt() && node.intValue() >= min && node.intValue() <= max) {
      return node.intValue();
    }
    mistake("expected a whole number from " + min + " to " + max + "; found " + show(node));
    return min;
  }

  int integerOr(int fallback, int min, int max) {
    return isPresent() ? integer(min, max) : fallback;
  }

  List<String> texts() {
    List<String> texts = new ArrayList<>();
    if (!node.isArray()) {
      mistake("expected a list of texts; found " + show(node));
      return texts;
    }
    for (int i = 0; i < node.size(); i++) {
      String text = new YamlNode(node.get(i), path + "[" + i + "]", mistakes).text();
      if (text != null) {
        texts.add(text);
      }
    }
    return texts;
  }

  /** The elements of a list; none if it is no list. */
  List<YamlNode> elements() {
    List<YamlNode> elements = new ArrayList<>();
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      elements.add(new YamlNode(node.get(i), path + "[" + i + "]", mistakes));
    }
    return elements;
  }

  @Nullable BigDecimal number() {
    if (node.isNumber()) {
      return node.decimalValue();
    }
    mistake("expected a number; found " + show(node));
    return null;
  }

  void noRepeats(List<String> texts) {
    Set<String> seen = new HashSet<>();
    for (String text : texts) {
      if (!seen.add(text)) {
        mistake("`" + text + "` stands there twice");
      }
    }
  }

  <T> T oneOf(Function<String, Optional<T>> parse, String names, T fallback) {
    Optional<T> value = node.isTextual() ? parse.apply(node.textValue()) : Optional.empty();
    if (value.isEmpty()) {
      mistake("expected one of " + names + "; found " + show(node));
    }
    return value.orElse(fallback);
  }

  @Nullable Duration durationOrNull() {
    if (!isPresent()) {
      return null;
    }
    try {
      return Durations.parse(node.asText());
    } catch (DateTimeException e) {
      mistake(
          "expected a duration such as 10s, 5m, 1h or 7d, not negative and at most 36500d; found "
              + show(node));
      return null;
    }
  }

  Duration durationOr(Duration fallback) {
    Duration duration = durationOrNull();
    return duration == null ? fallback : duration;
  }

  /** The raw value, for a field's default. */
  JsonNode raw() {
    return node;
  }
}
