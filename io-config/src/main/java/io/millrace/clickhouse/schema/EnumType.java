package io.millrace.clickhouse.schema;

import java.util.HashMap;
import java.util.Map;

/** Reads the names of an Enum from its type: {@code 'it\'s' = 1}. */
final class EnumType {
  private EnumType() {}

  /** The names of an Enum with their numbers. */
  static Map<String, Integer> names(ColumnType type) {
    Map<String, Integer> names = new HashMap<>();
    for (ColumnType argument : type.arguments()) {
      String text = argument.name();
      StringBuilder name = new StringBuilder();
      int at = 1;
      while (text.charAt(at) != '\'') {
        char c = text.charAt(at++);
        name.append(c == '\\' ? unescaped(text.charAt(at++)) : c);
      }
      int equals = text.indexOf('=', at);
      names.put(name.toString(), Integer.parseInt(text.substring(equals + 1).strip()));
    }
    return names;
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
}
