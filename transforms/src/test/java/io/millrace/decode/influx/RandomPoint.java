package io.millrace.decode.influx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A random point: its line, and what is in it. */
final class RandomPoint {
  private static final String[] NAME_PIECES = {
    "a", "cpu", "9", "ü", "😀", " ", ",", "=", "\\", "\"", "#", "'", "\u0085"
  };
  private static final String[] STRING_PIECES = {
    "a", "x=1", "\n", "\r\n", "\"", "\\", "\\\\", "# no", "m v=\"", " ", ",", "é", "\u0000", "\t"
  };

  /** A value of a field. */
  record Value(ValueKind kind, String text) {}

  final String measurement;
  final Map<String, String> tags = new LinkedHashMap<>();
  final Map<String, Value> fields = new LinkedHashMap<>();
  final String series;

  /** Null if the point has none. */
  final Long nanos;

  final String line;

  private final Random random;

  RandomPoint(Random random) {
    this.random = random;
    String name = name();
    while (name.startsWith("#")) {
      name = name();
    }
    measurement = name;
    StringBuilder text = new StringBuilder(escape(measurement, ", "));
    for (int n = random.nextInt(5); n > 0; n--) {
      String key = name();
      String value = name();
      if (tags.putIfAbsent(key, value) == null) {
        text.append(',').append(escape(key, ", =")).append('=').append(escape(value, ", ="));
      }
    }
    series = text.toString();
    List<String> written = new ArrayList<>();
    for (int n = random.nextInt(n()); n >= 0; n--) {
      String key = name();
      if (!fields.containsKey(key)) {
        written.add(escape(key, ", =") + "=" + value(key));
      }
    }
    text.append(spaces()).append(String.join(",", written));
    nanos = random.nextInt(4) == 0 ? null : random.nextLong() >> (3 + random.nextInt(40));
    if (nanos != null) {
      text.append(spaces()).append(nanos);
    }
    text.append(random.nextInt(4) == 0 ? spaces() : "");
    line = (random.nextInt(4) == 0 ? spaces() : "") + text;
  }

  private int n() {
    return random.nextInt(50) == 0 ? 60 : 6;
  }

  private String spaces() {
    return " ".repeat(1 + random.nextInt(random.nextInt(4) + 1));
  }

  private String name() {
    StringBuilder name = new StringBuilder();
    for (int n = random.nextInt(4); n >= 0; n--) {
      name.append(NAME_PIECES[random.nextInt(NAME_PIECES.length)]);
    }
    // No line can hold these: the backslash would escape what follows the name.
    while (name.toString().endsWith("\\")) {
      name.append('b');
    }
    return name.toString();
  }

  private static String escape(String text, String escaped) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      out.append(escaped.indexOf(text.charAt(i)) >= 0 ? "\\" : "").append(text.charAt(i));
    }
    return out.toString();
  }

  private String value(String key) {
    switch (random.nextInt(5)) {
      case 0 -> {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(5); n > 0; n--) {
          text.append(STRING_PIECES[random.nextInt(STRING_PIECES.length)]);
        }
        fields.put(key, new Value(ValueKind.STRING, text.toString()));
        return '"' + text.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
      }
      case 1 -> {
        String text = Long.toString(random.nextLong() >> random.nextInt(64));
        fields.put(key, new Value(ValueKind.INTEGER, text));
        return text + "i";
      }
      case 2 -> {
        String text = Long.toUnsignedString(random.nextLong() >>> random.nextInt(64));
        fields.put(key, new Value(ValueKind.UNSIGNED, text));
        return text + "u";
      }
      case 3 -> {
        String text = number();
        fields.put(key, new Value(ValueKind.FLOAT, text));
        return text;
      }
      default -> {
        boolean value = random.nextBoolean();
        fields.put(
            key, new Value(value ? ValueKind.TRUE : ValueKind.FALSE, Boolean.toString(value)));
        String[] forms =
            value
                ? new String[] {"t", "T", "true", "True", "TRUE"}
                : new String[] {"f", "F", "false", "False", "FALSE"};
        return forms[random.nextInt(5)];
      }
    }
  }

  private String number() {
    StringBuilder out = new StringBuilder(random.nextBoolean() ? "-" : "");
    String whole = digits(random.nextInt(18));
    out.append(whole);
    String fraction = whole.isEmpty() ? digits(1 + random.nextInt(20)) : digits(random.nextInt(6));
    if (whole.isEmpty() || random.nextBoolean()) {
      out.append('.').append(fraction);
    }
    if (random.nextInt(4) == 0) {
      out.append(random.nextBoolean() ? 'e' : 'E')
          .append(new String[] {"", "+", "-"}[random.nextInt(3)]);
      out.append(random.nextInt(200));
    }
    return out.toString();
  }

  private String digits(int count) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < count; i++) {
      out.append((char) ('0' + random.nextInt(10)));
    }
    return out.toString();
  }
}
