package io.millrace.contract;

import java.time.DateTimeException;
import java.time.Duration;

/** Parses and formats durations in contracts and flags. */
public final class Durations {
  // Sums of times and durations in milliseconds must not overflow.
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private Durations() {}

  /**
   * Parses {@code 500ms}, {@code 10s}, {@code 5m}, {@code 1h}, {@code 7d} or ISO-8601 ({@code
   * PT10S}). Accepts 0 to 36500 days.
   *
   * @throws DateTimeException if the text is none of these
   */
  public static Duration parse(String text) {
    String trimmed = text.trim();
    Duration duration;
    try {
      if (trimmed.startsWith("P")) {
        duration = Duration.parse(trimmed);
      } else {
        int unit = 0;
        while (unit < trimmed.length() && Character.isDigit(trimmed.charAt(unit))) {
          unit++;
        }
        long amount = Long.parseLong(trimmed.substring(0, unit));
        duration =
            switch (trimmed.substring(unit)) {
              case "ms" -> Duration.ofMillis(amount);
              case "s" -> Duration.ofSeconds(amount);
              case "m" -> Duration.ofMinutes(amount);
              case "h" -> Duration.ofHours(amount);
              case "d" -> Duration.ofDays(amount);
              default -> throw new DateTimeException("unknown unit of the duration " + text);
            };
      }
    } catch (NumberFormatException | ArithmeticException e) {
      throw new DateTimeException("not a duration: " + text, e);
    }
    if (duration.isNegative()) {
      throw new DateTimeException("negative duration: " + text);
    }
    if (duration.compareTo(LONGEST) > 0) {
      throw new DateTimeException("duration longer than 36500 days: " + text);
    }
    return duration;
  }

  /** Formats a duration for {@link #parse}, in the largest unit that needs no fraction. */
  public static String format(Duration duration) {
    long millis = duration.toMillis();
    if (!duration.equals(Duration.ofMillis(millis))) {
      return duration.toString();
    }
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds % 60 != 0 || seconds == 0) {
      return seconds + "s";
    }
    if (seconds % 3600 != 0) {
      return seconds / 60 + "m";
    }
    return seconds % 86_400 == 0 ? seconds / 86_400 + "d" : seconds / 3600 + "h";
  }
}
