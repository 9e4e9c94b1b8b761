package io.millrace.contract.yaml;

import io.millrace.contract.EnumValues;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the values of an enum: a list of names, which get the numbers 1, 2, 3 and so on, or a
 * mapping of names to numbers.
 */
final class EnumReader {
  private static final String EXPECTED =
      "expected a list of names such as [a, b], or names with numbers such as {a: 1, b: 2}";

  private EnumReader() {}

  /** Reads the values; after a problem there may be none. */
  static EnumValues values(YamlNode node) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    if (node.isObject()) {
      Map<Integer, String> names = new HashMap<>();
      node.entries()
          .forEach(
              (name, value) -> {
                checkName(name, value);
                int number = value.integer(EnumValues.MIN_NUMBER, EnumValues.MAX_NUMBER);
                String other = names.putIfAbsent(number, name);
                if (other != null) {
                  value.problem("`" + other + "` has this number too; expected distinct numbers");
                }
                numbers.put(name, number);
              });
    } else if (node.raw().isArray()) {
      for (YamlNode element : node.elements()) {
        if (element.isString()) {
          String name = element.raw().textValue();
          checkName(name, element);
          if (numbers.putIfAbsent(name, numbers.size() + 1) != null) {
            node.problem("`" + name + "` is listed twice");
          }
        } else {
          // In YAML, on and no are no texts.
          element.problem(
              "YAML reads this as " + element.raw() + "; expected a name, in quotes if necessary");
        }
      }
    }
    if (numbers.isEmpty()) {
      node.problem(EXPECTED);
    } else if (numbers.size() > EnumValues.MAX_NUMBER) {
      node.problem("expected at most " + EnumValues.MAX_NUMBER + " values");
    }
    return EnumValues.of(numbers);
  }

  /** Names are part of a column's type, in which the server writes control characters its way. */
  private static void checkName(String name, YamlNode node) {
    if (name.isBlank() || name.chars().anyMatch(Character::isISOControl)) {
      node.problem("expected names that are not blank and hold no control characters");
    }
  }
}
