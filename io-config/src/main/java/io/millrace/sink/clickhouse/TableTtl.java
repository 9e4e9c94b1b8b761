package io.millrace.sink.clickhouse;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * How long a table keeps its rows, read from the server's words.
 *
 * @param text as the server spells it; empty: for ever
 * @param column from whose time a row's life counts; null: the text is not of the form that is made
 *     here
 * @param life null: likewise
 */
record TableTtl(String text, @Nullable String column, @Nullable Duration life) {
  private static final Pattern CLAUSE = Pattern.compile(" TTL (.*?)(?: SETTINGS |$)");
  private static final Pattern OURS =
      Pattern.compile(
          "(?:toDateTime\\()?`?([^()`]+?)`?\\)? \\+ toInterval(Second|Minute|Hour|Day|Week)\\((\\d+)\\)");

  /** Reads {@code system.tables.engine_full}. */
  static TableTtl of(String engineFull) {
    Matcher clause = CLAUSE.matcher(engineFull);
    if (!clause.find()) {
      return new TableTtl("", null, null);
    }
    String text = clause.group(1);
    Matcher ours = OURS.matcher(text);
    return ours.matches()
        ? new TableTtl(text, ours.group(1), life(ours.group(2), Long.parseLong(ours.group(3))))
        : new TableTtl(text, null, null);
  }

  private static Duration life(String unit, long count) {
    return switch (unit) {
      case "Second" -> Duration.ofSeconds(count);
      case "Minute" -> Duration.ofMinutes(count);
      case "Hour" -> Duration.ofHours(count);
      case "Day" -> Duration.ofDays(count);
      default -> Duration.ofDays(7 * count);
    };
  }

  boolean isSameAs(ClickHouseTable table) {
    return table.ttl() == null
        ? text.isEmpty()
        : table.ttl().equals(life) && table.ttlColumn().equals(column);
  }

  /** Whether it is certain that rows live at least as long by a table's TTL as by this one. */
  boolean isAtMost(ClickHouseTable table) {
    if (table.ttl() == null) {
      return true;
    }
    return life != null && table.ttlColumn().equals(column) && life.compareTo(table.ttl()) <= 0;
  }
}
