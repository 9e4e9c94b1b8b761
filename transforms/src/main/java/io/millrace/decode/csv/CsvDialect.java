package io.millrace.decode.csv;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * How a contract says that its CSV is written.
 *
 * @param header whether the first line of each record names the columns
 * @param columns the names of the columns in their order; empty if the header names them
 * @param delimiter between two cells, an ASCII character
 * @param quote around a cell, an ASCII character; {@link #NO_QUOTE} if cells are never quoted
 * @param absent the text of a cell without a value, in UTF-8
 */
record CsvDialect(boolean header, List<String> columns, byte delimiter, int quote, byte[] absent) {
  static final String HEADER = "header";
  static final String COLUMNS = "columns";
  static final String DELIMITER = "delimiter";
  static final String QUOTE = "quote";
  static final String NULL = "null";

  /** No byte is equal to it. */
  static final int NO_QUOTE = Integer.MIN_VALUE;

  private static final int LAST_ASCII = 0x7e;

  /** All options of the format, with their allowed values. */
  static Map<String, Set<String>> options() {
    return Map.of(
        HEADER, Set.of("true", "false"),
        COLUMNS, Set.of(),
        DELIMITER, Set.of(),
        QUOTE, Set.of(),
        NULL, Set.of());
  }

  /**
   * Reads the options of a contract.
   *
   * @param problems takes the name of an option, and what is wrong with it
   */
  static CsvDialect of(Map<String, String> options, Consumer<String> problems) {
    boolean header = Boolean.parseBoolean(options.get(HEADER));
    List<String> columns = columns(options.get(COLUMNS));
    if (header && !columns.isEmpty()) {
      problems.accept(COLUMNS + ": only for records without a header line (`header: false`)");
    } else if (!header && columns.isEmpty()) {
      problems.accept(
          COLUMNS
              + ": missing; expected the names of the columns in their order, such as `a, b`, or"
              + " `header: true`");
    }
    if (columns.contains("") || new HashSet<>(columns).size() < columns.size()) {
      problems.accept(COLUMNS + ": expected distinct names, separated by commas");
    }
    String delimiterOption = options.getOrDefault(DELIMITER, ",");
    int delimiter = character(delimiterOption.equals("tab") ? "\t" : delimiterOption);
    if (delimiter < 0) {
      problems.accept(DELIMITER + ": expected one ASCII character, or tab");
    }
    String quoteOption = options.getOrDefault(QUOTE, "\"");
    int quote = quoteOption.equals("none") ? NO_QUOTE : character(quoteOption);
    if (quote == -1 || quote == delimiter) {
      problems.accept(QUOTE + ": expected one ASCII character other than the delimiter, or none");
    }
    byte[] absent = options.getOrDefault(NULL, "").getBytes(StandardCharsets.UTF_8);
    for (byte b : absent) {
      if (b == delimiter || b == quote || b == '\n' || b == '\r') {
        problems.accept(NULL + ": expected a text without delimiters, quotes and line breaks");
        break;
      }
    }
    return new CsvDialect(header, columns, (byte) delimiter, quote, absent);
  }

  private static List<String> columns(@Nullable String option) {
    return option == null
        ? List.of()
        : Stream.of(option.split(",", -1)).map(String::strip).toList();
  }

  /** The ASCII character that a text is; -1 if it is none that can stand between cells. */
  private static int character(String text) {
    char c = text.length() == 1 ? text.charAt(0) : 0;
    return c == '\t' || (c >= ' ' && c <= LAST_ASCII) ? c : -1;
  }
}
