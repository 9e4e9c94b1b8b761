package io.millrace.decode.json;

import java.util.Random;

/** Random JSON with every kind of token, white space and escape; valid, and without equal keys. */
final class RandomJson {
  private static final String[] NUMBERS = {
    "0",
    "-0",
    "7",
    "-12",
    "1.5",
    "-0.25",
    "1e5",
    "2E-3",
    "9.75e+2",
    "123456789012345678901234567890"
  };
  private static final String[] PIECES = {
    "a",
    "Z",
    "0",
    " ",
    "é",
    "€",
    "😀",
    "\\n",
    "\\\"",
    "\\\\",
    "\\/",
    "\\u00e9",
    "\\u20AC",
    "\\ud83d\\ude00",
    "\\b\\f\\r\\t",
    "{",
    "}",
    "[",
    ",",
    ":",
    "plain text of some length",
    "true"
  };
  private static final String[] SPACES = {"", "", "", " ", "\n", "\t ", "\r\n"};

  private final Random random;
  private int keys;

  RandomJson(Random random) {
    this.random = random;
  }

  String value(int depth) {
    int kind = random.nextInt(depth > 0 ? 7 : 5);
    return switch (kind) {
      case 0 -> "true";
      case 1 -> random.nextBoolean() ? "false" : "null";
      case 2 -> NUMBERS[random.nextInt(NUMBERS.length)];
      case 3, 4 -> string("");
      case 5 -> array(depth);
      default -> object(depth);
    };
  }

  String object(int depth) {
    StringBuilder text = new StringBuilder("{").append(space());
    int size = random.nextInt(5);
    for (int i = 0; i < size; i++) {
      text.append(i > 0 ? "," : "");
      String key = string("k" + keys++);
      member(text, key.substring(1, key.length() - 1), value(depth - 1));
    }
    return text.append('}').toString();
  }

  /** A member under a key that is escaped already. */
  void member(StringBuilder text, String key, String value) {
    text.append(space()).append('"').append(key).append('"').append(space()).append(':');
    text.append(space()).append(value).append(space());
  }

  private String array(int depth) {
    StringBuilder text = new StringBuilder("[").append(space());
    int size = random.nextInt(5);
    for (int i = 0; i < size; i++) {
      text.append(i > 0 ? "," : "").append(space()).append(value(depth - 1)).append(space());
    }
    return text.append(']').toString();
  }

  private String string(String begin) {
    StringBuilder text = new StringBuilder("\"").append(begin);
    int size = random.nextInt(6);
    for (int i = 0; i < size; i++) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.append('"').toString();
  }

  private String space() {
    return SPACES[random.nextInt(SPACES.length)];
  }
}
