package io.millrace.contract.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.millrace.contract.Durations;
import io.millrace.contract.language.Shape;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A node of a contract file, or of another file with a declared {@link Shape}. Reads values
 * strictly. A problem is reported with the node's path and reading goes on, so that one load finds
 * all problems.
 *
 * @param shape what the language declares here; keys, ranges and names of constants are checked by
 *     it. To read something else than it declares is a defect of the reader
 */
public record YamlNode(JsonNode node, String path, Shape shape, Problems problems) {
  /** Collects the problems of a file. */
  public interface Problems {
    /**
     * Adds a problem.
     *
     * @param atKey whether the last key of the path is wrong, not the value under it
     */
    void add(String path, boolean atKey, String message);
  }

  private static final Shape UNKNOWN = new Shape.Anything();

  /** Reports a problem of the value. */
  public void problem(String message) {
    problems.add(path, false, message);
  }

  /** Reports a problem that a text says with its path: {@code fields.host.path: expected …}. */
  void problemWithPath(String text) {
    int end = text.indexOf(": ");
    problems.add(text.substring(0, Math.max(0, end)), false, text.substring(end < 0 ? 0 : end + 2));
  }

  /** Reports a problem of the key, not of the value under it. */
  public void problemOfKey(String message) {
    problems.add(path, true, message);
  }

  private static String show(JsonNode node) {
    String text = node.isMissingNode() ? "nothing" : node.toString();
    return text.length() > 60 ? text.substring(0, 57) + "..." : text;
  }

  /** Whether there is a value that is not null. */
  public boolean isPresent() {
    return !node.isMissingNode() && !node.isNull();
  }

  public boolean isObject() {
    return node.isObject();
  }

  public boolean isString() {
    return node.isTextual();
  }

  /** A name of a type as the mapping {@code {type: name}}. */
  YamlNode asType() {
    return new YamlNode(
        JsonNodeFactory.instance.objectNode().set("type", node), path, shape, problems);
  }

  /** The node under a key, which may be absent. */
  public YamlNode at(String key) {
    return new YamlNode(node.path(key), YamlPositions.path(path, key), shapeAt(key), problems);
  }

  /** What the language declares under a key; nothing, if the key is unknown. */
  private Shape shapeAt(String key) {
    Shape.Mapping mapping = mapping();
    if (mapping != null) {
      Shape.MappingKey known = mapping.key(key);
      return known == null ? UNKNOWN : known.shape();
    }
    return shape.as(Shape.Named.class).map(Shape.Named::value).orElse(UNKNOWN);
  }

  /** The known keys of this node; null: it is no mapping with known keys. */
  private Shape.@Nullable Mapping mapping() {
    Shape.Variants variants = shape.as(Shape.Variants.class).orElse(null);
    return variants == null
        ? shape.as(Shape.Mapping.class).orElse(null)
        : variants.of(node.path(variants.tag()).asText());
  }

  /** The declared shape of a kind; null: the language does not know the key of this node. */
  private <S extends Shape> @Nullable S declared(Class<S> kind) {
    return shape == UNKNOWN
        ? null
        : shape
            .as(kind)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "the language of contracts declares `%s` as %s, not as %s"
                            .formatted(path, shape, kind.getSimpleName())));
  }

  /** Reports every key that the language does not declare here. */
  public void allowOnlyDeclared() {
    if (shape == UNKNOWN) {
      // Under a key that is reported.
      return;
    }
    Shape.Mapping mapping = mapping();
    if (mapping == null) {
      throw new IllegalStateException("no keys are declared for `" + path + "`");
    }
    List<String> known = mapping.names();
    if (!node.isObject()) {
      problem(
          "expected a mapping with the keys " + String.join(", ", known) + "; found " + show(node));
      return;
    }
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                at(key)
                    .problemOfKey(
                        "unknown key; expected one of "
                            + String.join(", ", known)
                            + NearestName.hint(key, known));
              }
            });
  }

  /** The keys of which the language wants exactly one here, and which are present. */
  List<String> presentOfExactlyOne() {
    Shape.Mapping mapping = mapping();
    return mapping == null
        ? List.of()
        : mapping.exactlyOne().stream().filter(key -> at(key).isPresent()).toList();
  }

  /** The keys and values of a mapping; anything else is a problem. */
  public Map<String, YamlNode> entries() {
    Map<String, YamlNode> entries = new LinkedHashMap<>();
    if (node.isObject()) {
      node.fieldNames().forEachRemaining(key -> entries.put(key, at(key)));
    } else {
      problem("expected a mapping; found " + show(node));
    }
    return entries;
  }

  /** A text that is not blank; null after a problem. */
  public @Nullable String string() {
    if (node.isTextual() && !node.textValue().isBlank()) {
      return node.textValue();
    }
    problem("expected a string; found " + show(node));
    return null;
  }

  public String stringOr(String fallback) {
    String text = isPresent() ? string() : null;
    return text == null ? fallback : text;
  }

  public boolean booleanOr(boolean fallback) {
    Shape unused = declared(Shape.Bool.class);
    if (!isPresent()) {
      return fallback;
    }
    if (!node.isBoolean()) {
      problem("expected true or false; found " + show(node));
      return fallback;
    }
    return node.booleanValue();
  }

  /** A whole number in the declared range. */
  int integer() {
    Shape.WholeNumber range = declared(Shape.WholeNumber.class);
    return range == null ? integer(0, 0) : integer(range.least(), range.greatest());
  }

  /** A whole number in a range that is within the declared one. */
  int integer(int min, int max) {
    Shape.WholeNumber range = declared(Shape.WholeNumber.class);
    if (range != null && (min < range.least() || max > range.greatest())) {
      throw new IllegalStateException("`" + path + "` has a wider range than " + range);
    }
    if (node.isInt() && node.intValue() >= min && node.intValue() <= max) {
      return node.intValue();
    }
    problem("expected an integer from " + min + " to " + max + "; found " + show(node));
    return min;
  }

  int integerOr(int fallback) {
    return isPresent() ? integer() : fallback;
  }

  int integerOr(int fallback, int min, int max) {
    return isPresent() ? integer(min, max) : fallback;
  }

  List<String> strings() {
    List<String> strings = new ArrayList<>();
    if (!node.isArray()) {
      problem("expected a list of strings; found " + show(node));
    }
    for (YamlNode element : elements()) {
      String text = element.string();
      if (text != null) {
        strings.add(text);
      }
    }
    return strings;
  }

  List<String> distinctStrings() {
    List<String> strings = strings();
    Set<String> seen = new HashSet<>();
    for (String text : strings) {
      if (!seen.add(text)) {
        problem("`" + text + "` is listed twice");
      }
    }
    return strings;
  }

  /** The elements of a list; empty if the node is not a list. */
  public List<YamlNode> elements() {
    List<YamlNode> elements = new ArrayList<>();
    Shape element = shape.as(Shape.ListOf.class).map(Shape.ListOf::element).orElse(UNKNOWN);
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      elements.add(new YamlNode(node.get(i), YamlPositions.path(path, i), element, problems));
    }
    return elements;
  }

  @Nullable BigDecimal number() {
    Shape unused = declared(Shape.DecimalNumber.class);
    if (node.isNumber()) {
      return node.decimalValue();
    }
    problem("expected a number; found " + show(node));
    return null;
  }

  /** One of the allowed constants, by their lower-case names; by default all of the enum. */
  @SafeVarargs
  final <E extends Enum<E>> E oneOf(E fallback, E... allowed) {
    Map<String, E> byName = new LinkedHashMap<>();
    for (E constant :
        allowed.length > 0 ? allowed : fallback.getDeclaringClass().getEnumConstants()) {
      byName.put(constant.name().toLowerCase(Locale.ROOT), constant);
    }
    Shape.OneOf declared = declared(Shape.OneOf.class);
    if (declared != null && !byName.keySet().equals(Set.copyOf(declared.names()))) {
      throw new IllegalStateException("`" + path + "` is declared as one of " + declared.names());
    }
    return oneOf(name -> Optional.ofNullable(byName.get(name)), byName.keySet(), fallback);
  }

  /** The constant with a name; an unknown name is a problem that lists the known ones. */
  public <T> T oneOf(Function<String, Optional<T>> parse, Collection<String> names, T fallback) {
    Optional<T> value = node.isTextual() ? parse.apply(node.textValue()) : Optional.empty();
    if (value.isEmpty()) {
      problem(
          "expected one of "
              + String.join(", ", names)
              + "; found "
              + show(node)
              + (node.isTextual() ? NearestName.hint(node.textValue(), names) : ""));
    }
    return value.orElse(fallback);
  }

  @Nullable Duration durationOrNull() {
    Shape unused = declared(Shape.DurationText.class);
    if (!isPresent()) {
      return null;
    }
    try {
      return Durations.parse(node.asText());
    } catch (DateTimeException e) {
      problem(
          "expected a duration such as 10s, 5m, 1h or 7d, not negative and at most 36500d; found "
              + show(node));
      return null;
    }
  }

  /** An instant; null if there is none, or after a problem. */
  public @Nullable Instant instantOrNull() {
    Shape unused = declared(Shape.InstantText.class);
    if (!isPresent()) {
      return null;
    }
    try {
      return Instant.parse(node.asText());
    } catch (DateTimeParseException e) {
      problem("expected an instant such as 2020-01-01T00:00:00Z");
      return null;
    }
  }

  Duration durationOr(Duration fallback) {
    Duration duration = durationOrNull();
    return duration == null ? fallback : duration;
  }

  /** The raw value, for a field's default. */
  public JsonNode raw() {
    return node;
  }
}
