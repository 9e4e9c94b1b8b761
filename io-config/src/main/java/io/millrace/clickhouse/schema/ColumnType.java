package io.millrace.clickhouse.schema;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A parsed ClickHouse type: {@code Nullable(Decimal(9, 2))} is Nullable of Decimal of 9 and 2.
 *
 * @param label the name of an element of a tuple, else empty
 * @param name the part before the brackets
 * @param arguments the parts in the brackets: types, and for some types numbers or texts
 */
public record ColumnType(String label, String name, List<ColumnType> arguments) {
  /** The types that hold every Int32 exactly, besides decimals. */
  private static final Set<String> HOLD_INT32 = Set.of("Int32", "Int64", "Float64");

  private static final int INT32_DIGITS = 10;
  private static final int INT64_DIGITS = 19;
  private static final int UINT64_DIGITS = 20;
  private static final int MOST_DIGITS = 76;

  private static final Set<String> CONTAINERS = Set.of("Array", "Map", "Tuple");
  private static final int NANOSECONDS = 9;

  public static ColumnType parse(String type) {
    return parse("", type.strip());
  }

  private static ColumnType parse(String label, String type) {
    int open = type.indexOf('(');
    // Quoted texts, such as those of an Enum, are not parsed.
    if (open < 0 || type.startsWith("'") || !type.endsWith(")")) {
      return new ColumnType(label, type, List.of());
    }
    String name = type.substring(0, open);
    List<ColumnType> arguments = new ArrayList<>();
    for (String part : split(type.substring(open + 1, type.length() - 1))) {
      arguments.add(name.equals("Tuple") ? element(part) : parse(part));
    }
    return new ColumnType(label, name, List.copyOf(arguments));
  }

  /** An element of a tuple: a type, with or without a name before it. */
  private static ColumnType element(String part) {
    if (part.startsWith("`")) {
      int close = part.indexOf('`', 1);
      return parse(part.substring(1, close), part.substring(close + 1).strip());
    }
    int blank = part.indexOf(' ');
    int open = part.indexOf('(');
    return blank < 0 || (open >= 0 && open < blank)
        ? parse(part)
        : parse(part.substring(0, blank), part.substring(blank + 1).strip());
  }

  /** Splits at the commas outside of brackets and quotes. */
  static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    char quote = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        if (c == '\\') {
          i++;
        } else if (c == quote) {
          quote = 0;
        }
      } else if (c == '\'' || c == '`') {
        quote = c;
      } else if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      } else if (c == ',' && depth == 0) {
        parts.add(text.substring(start, i).strip());
        start = i + 1;
      }
    }
    parts.add(text.substring(start).strip());
    return parts;
  }

  /** The type without LowCardinality, which does not affect values. */
  ColumnType plain() {
    return name.equals("LowCardinality") ? arguments.get(0) : this;
  }

  public boolean isNullable() {
    return plain().name.equals("Nullable");
  }

  public ColumnType notNull() {
    ColumnType plain = plain();
    return plain.name.equals("Nullable") ? plain.arguments.get(0) : plain;
  }

  /** An argument that is a number. */
  public int number(int place) {
    return Integer.parseInt(arguments.get(place).name);
  }

  /** Whether this type holds every value of another type unchanged. */
  boolean holds(ColumnType other) {
    if (other.isNullable() && !isNullable()) {
      return false;
    }
    ColumnType to = notNull();
    ColumnType from = other.notNull();
    return switch (from.name) {
      case "Int32" -> HOLD_INT32.contains(to.name) || to.holdsWhole(INT32_DIGITS);
      case "Int64" -> to.name.equals(from.name) || to.holdsWhole(INT64_DIGITS);
      case "UInt64" -> to.name.equals(from.name) || to.holdsWhole(UINT64_DIGITS);
      case "Float32" -> to.name.equals(from.name) || to.name.equals("Float64");
      case "Enum8", "Enum16" ->
          EnumType.isEnum(to) && new HashSet<>(to.arguments).containsAll(from.arguments);
      case "DateTime64" -> to.name.equals("DateTime64") && to.holdsTimesOf(from);
      case "Decimal" -> to.name.equals("Decimal") && to.holdsDigitsOf(from);
      case "Array", "Map", "Tuple" -> to.name.equals(from.name) && to.holdsElementsOf(from);
      // Its parameters affect how it stores paths, not what it holds.
      case ClickHouseTypes.JSON -> to.name.equals(from.name);
      default -> to.name.equals(from.name) && to.arguments.equals(from.arguments);
    };
  }

  private boolean holdsDigitsOf(ColumnType decimal) {
    int scale = number(1);
    int scaleThere = decimal.number(1);
    return scale >= scaleThere && number(0) - scale >= decimal.number(0) - scaleThere;
  }

  /** Whether it is a decimal that holds every integer of so many digits. */
  private boolean holdsWhole(int digits) {
    return name.equals("Decimal") && number(0) - number(1) >= digits;
  }

  /**
   * The narrowest type that holds every value of this type and of another one, LowCardinality where
   * this one is; null: there is none.
   */
  @Nullable ColumnType join(ColumnType other) {
    if (!label.equals(other.label)) {
      return null;
    }
    ColumnType joined = unlabelled(notNull()).joinNotNull(unlabelled(other.notNull()));
    if (joined == null) {
      return null;
    }
    boolean dictionary = name.equals("LowCardinality") && joined.name.equals(notNull().name);
    ColumnType type =
        dictionary
            ? new ColumnType(label, name, List.of(joined))
            : new ColumnType(label, joined.name, joined.arguments);
    return isNullable() || other.isNullable() ? type.orNull() : type;
  }

  private static ColumnType unlabelled(ColumnType type) {
    return new ColumnType("", type.name, type.arguments);
  }

  private @Nullable ColumnType joinNotNull(ColumnType other) {
    if (name.equals(ClickHouseTypes.JSON) && other.name.equals(name)) {
      // How the column stores its paths is its owner's choice.
      return other.arguments.isEmpty() ? this : other;
    }
    if (holds(other)) {
      return this;
    }
    if (other.holds(this)) {
      return other;
    }
    if ((name.equals("Int32") && other.name.equals("Float32"))
        || (name.equals("Float32") && other.name.equals("Int32"))) {
      return parse("Float64");
    }
    // Integers with and without a sign would make a decimal of both: the operator decides that.
    boolean decimal = name.equals("Decimal") || other.name.equals("Decimal");
    if (decimal && wholeDigits() >= 0 && other.wholeDigits() >= 0) {
      return joinDigits(other);
    }
    if (EnumType.isEnum(this) && EnumType.isEnum(other)) {
      return EnumType.join(this, other);
    }
    return name.equals(other.name) ? joinElements(other) : null;
  }

  private @Nullable ColumnType joinDigits(ColumnType other) {
    int scale = Math.max(scale(), other.scale());
    int digits = Math.max(wholeDigits(), other.wholeDigits()) + scale;
    return digits > MOST_DIGITS ? null : parse("Decimal(" + digits + ", " + scale + ")");
  }

  /** Digits before the point; negative if the type is not an exact number. */
  private int wholeDigits() {
    return switch (name) {
      case "Int32" -> INT32_DIGITS;
      case "Int64" -> INT64_DIGITS;
      case "UInt64" -> UINT64_DIGITS;
      case "Decimal" -> number(0) - number(1);
      default -> -1;
    };
  }

  private int scale() {
    return name.equals("Decimal") ? number(1) : 0;
  }

  private @Nullable ColumnType joinElements(ColumnType other) {
    if (arguments.size() != other.arguments.size() || !CONTAINERS.contains(name)) {
      return null;
    }
    List<ColumnType> elements = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      ColumnType element = arguments.get(i).join(other.arguments.get(i));
      if (element == null) {
        return null;
      }
      elements.add(element);
    }
    return new ColumnType("", name, List.copyOf(elements));
  }

  /** A column with nine digits ends in 2262, one with fewer in 2299. */
  private boolean holdsTimesOf(ColumnType time) {
    return arguments.equals(time.arguments)
        || (number(0) >= time.number(0) && number(0) < NANOSECONDS && zone().equals(time.zone()));
  }

  private List<ColumnType> zone() {
    return arguments.subList(1, arguments.size());
  }

  private boolean holdsElementsOf(ColumnType other) {
    return arguments.size() == other.arguments.size()
        && IntStream.range(0, arguments.size())
            .allMatch(
                i -> {
                  ColumnType from = other.arguments.get(i);
                  ColumnType to = arguments.get(i);
                  return to.label.equals(from.label) && to.holds(from);
                });
  }

  /** The spelling of {@code system.columns}. */
  @Override
  public String toString() {
    String text = label.isEmpty() ? name : ClickHouseTypes.quote(label) + " " + name;
    return arguments.isEmpty()
        ? text
        : arguments.stream()
            .map(ColumnType::toString)
            .collect(Collectors.joining(", ", text + "(", ")"));
  }

  /** The nullable form of the type; for a type that has one. */
  ColumnType orNull() {
    if (isNullable()) {
      return this;
    }
    if (name.equals("LowCardinality")) {
      return new ColumnType(label, name, List.of(arguments.get(0).orNull()));
    }
    return new ColumnType(label, "Nullable", List.of(new ColumnType("", name, arguments)));
  }
}
