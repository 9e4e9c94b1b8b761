package io.millrace.clickhouse.schema;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The types Enum8 and Enum16, whose arguments are pairs such as {@code 'it\'s' = 1}. */
final class EnumType {
  private EnumType() {}

  static boolean isEnum(ColumnType type) {
    return type.name().equals("Enum8") || type.name().equals("Enum16");
  }

  /** Length of a number in bytes. */
  static int bytes(ColumnType type) {
    return type.name().equals("Enum8") ? Byte.BYTES : Short.BYTES;
  }

  /** The names with their numbers. */
  static Map<String, Integer> names(ColumnType type) {
    Map<String, Integer> names = new HashMap<>();
    for (ColumnType pair : type.arguments()) {
      String text = pair.name();
      StringBuilder name = new StringBuilder();
      int at = 1;
      while (text.charAt(at) != '\'') {
        char c = text.charAt(at++);
        name.append(c == '\\' ? unescaped(text.charAt(at++)) : c);
      }
      names.put(name.toString(), number(text));
    }
    return names;
  }

  private static int number(String pair) {
    return Integer.parseInt(pair.substring(pair.lastIndexOf('=') + 1).strip());
  }

  private static char unescaped(char c) {
    return switch (c) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case '0' -> '\0';
      default -> c;
    };
  }

  /**
   * Whether the server changes a column of a key to a type that holds the values of both: an enum
   * keeps its order and its size if it only gets more values.
   */
  static boolean mayBecomeInKey(ColumnType found, ColumnType wider) {
    return isEnum(found) && wider.name().equals(found.name());
  }

  /**
   * The type with the values of both; null if one name has two numbers or one number two names: the
   * server does not give stored values another meaning.
   */
  static @Nullable ColumnType join(ColumnType one, ColumnType other) {
    Map<Integer, ColumnType> byNumber = new TreeMap<>();
    Set<String> names = new HashSet<>();
    for (List<ColumnType> pairs : List.of(one.arguments(), other.arguments())) {
      for (ColumnType pair : pairs) {
        String text = pair.name();
        ColumnType known = byNumber.putIfAbsent(number(text), pair);
        boolean fits =
            known == null
                ? names.add(text.substring(0, text.lastIndexOf('=')))
                : known.equals(pair);
        if (!fits) {
          return null;
        }
      }
    }
    boolean small = byNumber.keySet().stream().allMatch(n -> n == n.byteValue());
    return new ColumnType("", small ? "Enum8" : "Enum16", List.copyOf(byNumber.values()));
  }
}
