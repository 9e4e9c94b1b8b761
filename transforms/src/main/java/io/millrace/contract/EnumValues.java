package io.millrace.contract;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The values that a field of type {@link FieldType#ENUM} accepts, in the order of the contract.
 * Each has a number, under which ClickHouse stores it. Two enums are equal if they have the same
 * values with the same numbers, in any order. Immutable.
 */
public final class EnumValues implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The smallest number of a value. */
  public static final int MIN_NUMBER = Short.MIN_VALUE;

  /** The largest number of a value. */
  public static final int MAX_NUMBER = Short.MAX_VALUE;

  /** Messages name so many values at most. */
  private static final int NAMED = 10;

  private final LinkedHashMap<String, Integer> numbers;

  private EnumValues(Map<String, Integer> numbers) {
    this.numbers = new LinkedHashMap<>(numbers);
  }

  /** The values with their numbers, at least one; no two values have the same number. */
  public static EnumValues of(Map<String, Integer> numbers) {
    return new EnumValues(numbers);
  }

  public boolean contains(String value) {
    return numbers.containsKey(value);
  }

  /** Whether all values of another enum are values of this one, under any number. */
  public boolean containsAll(EnumValues other) {
    return numbers.keySet().containsAll(other.numbers.keySet());
  }

  /** The number of a value; null if it is none. */
  public @Nullable Integer number(String value) {
    return numbers.get(value);
  }

  public List<String> names() {
    return List.copyOf(numbers.keySet());
  }

  /** The names by their numbers, from the smallest number on. */
  public List<String> namesByNumber() {
    return numbers.entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Whether every number fits in eight bits with a sign. */
  public boolean fitsByte() {
    return numbers.values().stream().allMatch(n -> n == n.byteValue());
  }

  /** What a field accepts, for messages: the first values, and how many more there are. */
  public String expected() {
    List<String> names = names();
    String first = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
    int more = names.size() - NAMED;
    return "expected a value of the enum: " + first + (more > 0 ? " and " + more + " more" : "");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EnumValues that && numbers.equals(that.numbers);
  }

  @Override
  public int hashCode() {
    return Objects.hash(numbers);
  }

  /** The values with their numbers: {@code a = 1, b = 2}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    numbers.forEach(
        (name, number) ->
            text.append(text.isEmpty() ? "" : ", ").append(name).append(" = ").append(number));
    return text.toString();
  }
}
