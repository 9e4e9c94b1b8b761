package io.millrace.contract.language;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What a value of a contract file, or of another YAML file of Millrace, may be. */
public sealed interface Shape {
  /** A text that is not blank. */
  record Text() implements Shape {}

  /** The name of a table or column: letters, digits and _, not starting with a digit. */
  record Name() implements Shape {}

  /** {@code true} or {@code false}. */
  record Bool() implements Shape {}

  /** A whole number from the least to the greatest. */
  record WholeNumber(int least, int greatest) implements Shape {}

  /** A number from the least to the greatest. */
  record DecimalNumber(BigDecimal least, BigDecimal greatest) implements Shape {}

  /** A duration, such as {@code 10s}. */
  record DurationText() implements Shape {}

  /** An instant, such as {@code 2020-01-01T00:00:00Z}. */
  record InstantText() implements Shape {}

  /** One of some texts. */
  record OneOf(List<String> names) implements Shape {
    /** The names of constants in lower case. */
    static OneOf of(Enum<?>... constants) {
      return new OneOf(
          Arrays.stream(constants)
              .map(constant -> constant.name().toLowerCase(Locale.ROOT))
              .toList());
    }
  }

  /** Any single value that has one of these texts; any text if empty. */
  record Scalar(List<String> texts) implements Shape {}

  /** Nothing, or the text {@code null}. */
  record Null() implements Shape {}

  /** Any value. */
  record Anything() implements Shape {}

  /** A list with at least so many elements. */
  record ListOf(Shape element, int atLeast) implements Shape {}

  /** A mapping from names that are free to choose, at least so many. */
  record Named(Shape value, int atLeast) implements Shape {}

  /** The names of an enum with their numbers. */
  record EnumNumbers() implements Shape {}

  /**
   * A mapping with known keys.
   *
   * @param exactlyOne names of keys of which exactly one must be there; empty: no such rule
   */
  record Mapping(List<MappingKey> keys, List<String> exactlyOne) implements Shape {
    /** A mapping without a rule about its keys. */
    public Mapping(MappingKey... keys) {
      this(List.of(keys), List.of());
    }

    /** A copy in which exactly one of these keys must be there. */
    public Mapping withExactlyOne(String... names) {
      return new Mapping(keys, List.of(names));
    }

    /** The key with a name; null if there is none. */
    public @Nullable MappingKey key(String name) {
      return keys.stream().filter(key -> key.name().equals(name)).findFirst().orElse(null);
    }

    public List<String> names() {
      return keys.stream().map(MappingKey::name).toList();
    }
  }

  /**
   * A mapping whose keys depend on the value of one of them.
   *
   * @param tag the name of that key
   * @param byTag the mapping for each of its values; each holds the tag
   */
  record Variants(String tag, Map<String, Mapping> byTag) implements Shape {
    /** The mapping for a value of the tag; for an unknown value, one with the keys of all. */
    public Mapping of(String value) {
      Mapping variant = byTag.get(value);
      if (variant != null) {
        return variant;
      }
      Set<String> names = new LinkedHashSet<>();
      byTag.values().forEach(mapping -> names.addAll(mapping.names()));
      return new Mapping(
          names.stream()
              .map(
                  name ->
                      byTag.values().stream()
                          .map(mapping -> mapping.key(name))
                          .filter(key -> key != null)
                          .findFirst()
                          .orElseThrow())
              .toList(),
          List.of());
    }
  }

  /** One of several shapes. */
  record Either(List<Shape> shapes) implements Shape {
    Either(Shape... shapes) {
      this(List.of(shapes));
    }
  }

  /** A shape with a name, see {@link ContractLanguage#DEFINITIONS}. */
  record Ref(String name) implements Shape {}

  /**
   * A key of a mapping.
   *
   * @param required whether the mapping is invalid without it
   * @param description for people, in one sentence without its end
   */
  record MappingKey(String name, Shape shape, boolean required, String description) {
    /** A key that must be there. */
    public static MappingKey required(String name, Shape shape, String description) {
      return new MappingKey(name, shape, true, description);
    }

    /** A key that may be absent. */
    public static MappingKey optional(String name, Shape shape, String description) {
      return new MappingKey(name, shape, false, description);
    }
  }

  /** This shape, or the first of its alternatives, that is of a kind. */
  default <S extends Shape> Optional<S> as(Class<S> kind) {
    if (kind.isInstance(this)) {
      return Optional.of(kind.cast(this));
    }
    if (this instanceof Ref ref) {
      return ContractLanguage.definition(ref).as(kind);
    }
    if (this instanceof Either either) {
      return either.shapes().stream().flatMap(shape -> shape.as(kind).stream()).findFirst();
    }
    return Optional.empty();
  }
}
