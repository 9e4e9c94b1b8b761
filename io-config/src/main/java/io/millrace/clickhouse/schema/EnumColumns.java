package io.millrace.clickhouse.schema;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The types Enum8 and Enum16, whose arguments are pairs such as {@code 'a' = 1}. */
final class EnumColumns {
  private EnumColumns() {}

  static boolean isEnum(ColumnType type) {
    return type.name().equals("Enum8") || type.name().equals("Enum16");
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
        int sign = text.lastIndexOf('=');
        int number = Integer.parseInt(text.substring(sign + 1).strip());
        ColumnType known = byNumber.putIfAbsent(number, pair);
        if (known == null ? !names.add(text.substring(0, sign)) : !known.equals(pair)) {
          return null;
        }
      }
    }
    boolean small = byNumber.keySet().stream().allMatch(n -> n == n.byteValue());
    return new ColumnType("", small ? "Enum8" : "Enum16", List.copyOf(byNumber.values()));
  }
}
