package io.millrace.cli.dashboard;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The parameters of a question.
 *
 * @param values by name
 */
record ApiQuery(Map<String, String> values) {
  /**
   * Parses the query of a URL.
   *
   * @param raw null if the URL has none
   */
  static ApiQuery parse(@Nullable String raw) {
    Map<String, String> values = new HashMap<>();
    for (String pair : raw == null || raw.isEmpty() ? new String[0] : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      values.put(
          decoded(equals < 0 ? pair : pair.substring(0, equals)),
          equals < 0 ? "" : decoded(pair.substring(equals + 1)));
    }
    return new ApiQuery(values);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** A parameter; empty if it is missing. */
  String optional(String name) {
    return values.getOrDefault(name, "");
  }

  /**
   * A parameter that must be there.
   *
   * @throws IllegalArgumentException in one line
   */
  String required(String name) {
    String value = optional(name);
    if (value.isEmpty()) {
      throw new IllegalArgumentException("the parameter " + name + " is missing");
    }
    return value;
  }

  /**
   * A whole number that must be there.
   *
   * @throws IllegalArgumentException in one line
   */
  long number(String name, long least, long most) {
    String value = required(name);
    try {
      long number = Long.parseLong(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    throw new IllegalArgumentException(
        "the parameter %s must be a number from %d to %d".formatted(name, least, most));
  }

  /** The range {@code from} (inclusive) to {@code to} (exclusive), milliseconds since the epoch. */
  TimeRange range() {
    return TimeRange.of(number("from", 0, TimeRange.LATEST), number("to", 0, TimeRange.LATEST));
  }
}
