package io.millrace.expression;

import java.util.List;
import java.util.Random;

/** Conditions and events whose constants meet often. */
final class RandomConditions {
  private static final List<String> TEXTS = List.of("", "a", "ab", "é", "b\u20ac", "ba");
  private static final List<String> TEXT_FIELDS = List.of("kind", "type", "note");
  private static final List<String> RELATIONS = List.of("==", "!=", "<", "<=", ">", ">=");
  private static final List<String> NUMBERS =
      List.of("0", "1", "-1", "2147483647", "9223372036854775807");
  private static final List<String> DOUBLES = List.of("0.0", "-0.0", "1.5", "1e300", "0.1");

  private RandomConditions() {}

  static String condition(Random random, int depth) {
    int kind = random.nextInt(depth == 0 ? 6 : 11);
    return switch (kind) {
      case 0 -> text(random);
      case 1 -> pick(random, List.of("small", "big")) + relation(random) + pick(random, NUMBERS);
      case 2 -> pick(random, NUMBERS) + relation(random) + pick(random, List.of("small", "big"));
      case 3 -> "ratio" + relation(random) + pick(random, DOUBLES);
      case 4 -> pick(random, List.of("flag == true", "flag != false", "true", "false"));
      case 5 ->
          pick(random, List.of("type", "note", "small", "ratio", "flag"))
              + pick(random, List.of(" == null", " != null"));
      case 6, 7 -> condition(random, depth - 1) + " && " + condition(random, depth - 1);
      case 8 -> "(" + condition(random, depth - 1) + " || " + condition(random, depth - 1) + ")";
      case 9 -> "!(" + condition(random, depth - 1) + ")";
      default ->
          "(("
              + condition(random, depth - 1)
              + ") ? ("
              + condition(random, depth - 1)
              + ") : ("
              + condition(random, depth - 1)
              + "))";
    };
  }

  private static String text(Random random) {
    String field = pick(random, TEXT_FIELDS);
    String text = "'" + pick(random, TEXTS) + "'";
    return switch (random.nextInt(6)) {
      case 0 -> field + pick(random, List.of(" == ", " != ")) + text;
      case 1 -> text + pick(random, List.of(" == ", " != ")) + field;
      case 2 -> field + " in [" + text + ", '" + pick(random, TEXTS) + "']";
      case 3 -> field + ".matches('^[ab]+$')";
      default ->
          field + pick(random, List.of(".startsWith(", ".endsWith(", ".contains(")) + text + ")";
    };
  }

  private static String relation(Random random) {
    return " " + pick(random, RELATIONS) + " ";
  }

  /** The members of an event, without its time; each may be absent. */
  static String event(Random random) {
    StringBuilder json = new StringBuilder();
    for (String field : TEXT_FIELDS) {
      add(json, random, field, "\"" + pick(random, TEXTS) + "\"");
    }
    add(json, random, "small", pick(random, NUMBERS.subList(0, 4)));
    add(json, random, "big", pick(random, NUMBERS));
    add(json, random, "ratio", pick(random, DOUBLES));
    add(json, random, "flag", String.valueOf(random.nextBoolean()));
    return json.toString();
  }

  private static void add(StringBuilder json, Random random, String field, String value) {
    if (random.nextInt(3) > 0) {
      json.append(json.length() == 0 ? "" : ", ").append("\"" + field + "\": ").append(value);
    }
  }

  private static <T> T pick(Random random, List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
