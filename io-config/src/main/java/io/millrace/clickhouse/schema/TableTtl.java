package io.millrace.clickhouse.schema;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * How long a table keeps its rows, parsed from the server's expression.
 *
 * @param text as the server spells it; empty: indefinitely
 * @param column the time from which the TTL counts; null: the text has an unknown form
 * @param life how long a row is kept from then; null: the text has an unknown form
 * @param form how the server adds the two
 */
public record TableTtl(String text, @Nullable String column, @Nullable Duration life, Form form) {
  /** How a TTL adds a row's time and the length. */
  enum Form {
    /** In 64 bits and bounded, as {@link #expression} does: right for every time. */
    BOUNDED,
    /**
     * As a {@code DateTime}, whose 32 bits end in 2106: the server deletes a row at once that is to
     * be kept longer.
     */
    DATE_TIME,
    /**
     * In the column's own type. Right for a {@code DateTime64} up to microseconds. With
     * nanoseconds, the server rejects rows whose sum is beyond 2262. A {@code DateTime} ends in
     * 2106, a {@code Date} in 2149.
     */
    PLAIN_SUM,
    /** Any other. */
    UNKNOWN
  }

  private static final long DAY_SECONDS = Duration.ofDays(1).toSeconds();

  /** The last second of a {@code DateTime}: 2106-02-07 06:28:15 UTC. */
  private static final long LAST_SECOND = 0xFFFF_FFFFL;

  private static final Pattern CLAUSE = Pattern.compile(" TTL (.*?)(?: SETTINGS |$)");
  private static final Pattern BOUNDED =
      Pattern.compile(
          "toDateTime\\(greatest\\(least\\("
              + "\\(?(?:intDiv\\(toUnixTimestamp64Milli|toUnixTimestamp|toInt64)"
              + "\\(`?([^()`]+?)`?\\)(?:, 1000\\)| \\* 86400\\))?"
              + " \\+ (?:\\((\\d+) \\* 86400\\)|(\\d+)), 4294967295\\), 1\\)\\)");
  private static final Pattern SUM =
      Pattern.compile(
          "(toDateTime\\()?`?([^()`]+?)`?\\)? \\+ toInterval(Second|Minute|Hour|Day|Week)\\((\\d+)\\)");

  /**
   * The TTL expression that is right for every time that a column can hold.
   *
   * <p>ClickHouse adds a {@code DateTime} and an interval in 32 bits and does not report an
   * overflow. Up to version 24 it rejects a TTL of {@code DateTime64}. It rejects rows whose sum
   * has more nanoseconds than 64 bits hold. So the expression adds whole seconds in 64 bits and
   * limits the sum to what a {@code DateTime} holds: a row that is to be kept beyond 2106-02-07 is
   * kept until then. The least value is 1, because 0 means that a row has no TTL.
   *
   * @param column of type {@code DateTime64}, with any number of digits
   */
  public static String expression(String column, Duration life) {
    return expression(column, ClickHouseTypes.TIME, life);
  }

  /**
   * The same for a column of another type.
   *
   * @param type {@code DateTime64}, {@code DateTime}, {@code Date} or {@code Date32}; a date counts
   *     from its midnight UTC
   */
  static String expression(String column, String type, Duration life) {
    long seconds = life.toSeconds();
    String added =
        seconds % DAY_SECONDS == 0
            ? "(" + seconds / DAY_SECONDS + " * " + DAY_SECONDS + ")"
            : Long.toString(seconds);
    return "toDateTime(greatest(least("
        + seconds(ClickHouseTypes.quote(column), type)
        + " + "
        + added
        + ", "
        + LAST_SECOND
        + "), 1))";
  }

  /** The seconds since the epoch of a column, in 64 bits. */
  private static String seconds(String column, String type) {
    return switch (ColumnType.parse(type).notNull().name()) {
      case "DateTime" -> "toUnixTimestamp(" + column + ")";
      case "Date", "Date32" -> "(toInt64(" + column + ") * " + DAY_SECONDS + ")";
      default -> "intDiv(toUnixTimestamp64Milli(" + column + "), 1000)";
    };
  }

  /** Reads {@code system.tables.engine_full}. */
  static TableTtl of(String engineFull) {
    Matcher clause = CLAUSE.matcher(engineFull);
    if (!clause.find()) {
      return new TableTtl("", null, null, Form.UNKNOWN);
    }
    String text = clause.group(1);
    Matcher bounded = BOUNDED.matcher(text);
    if (bounded.matches()) {
      Duration life =
          bounded.group(2) == null
              ? Duration.ofSeconds(Long.parseLong(bounded.group(3)))
              : Duration.ofDays(Long.parseLong(bounded.group(2)));
      return new TableTtl(text, bounded.group(1), life, Form.BOUNDED);
    }
    Matcher sum = SUM.matcher(text);
    if (sum.matches()) {
      return new TableTtl(
          text,
          sum.group(2),
          life(sum.group(3), Long.parseLong(sum.group(4))),
          sum.group(1) == null ? Form.PLAIN_SUM : Form.DATE_TIME);
    }
    return new TableTtl(text, null, null, Form.UNKNOWN);
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

  /**
   * Whether the sum can overflow for an accepted time, so that the server deletes rows that are to
   * be kept, or rejects rows.
   *
   * @param columnType the type of the column on the server
   */
  boolean canOverflow(@Nullable String columnType) {
    if (form != Form.PLAIN_SUM || columnType == null) {
      return form == Form.DATE_TIME;
    }
    ColumnType type = ColumnType.parse(columnType).notNull();
    return switch (type.name()) {
      case "DateTime64" -> type.number(0) > 6;
      case "Date32" -> false;
      default -> true;
    };
  }

  /** The year in which a sum of this form ends, for a column of a type. */
  static int lastYear(@Nullable String columnType) {
    return columnType != null && ColumnType.parse(columnType).notNull().name().equals("Date")
        ? 2149
        : 2106;
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
