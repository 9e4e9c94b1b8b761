package io.millrace.clickhouse.client;

import io.millrace.clickhouse.client.ClickHouseErrors.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Rules for failures, from the resource {@code clickhouse-errors.tsv}. Immutable. */
final class ErrorTable {
  private static final String RESOURCE = "clickhouse-errors.tsv";
  private static final ErrorTable SHIPPED = read();

  private static final int FIELDS_WITH_REMEDY = 4;

  private final Map<String, Rule> rules;

  /**
   * Classification of a failure.
   *
   * @param name name of the error in ClickHouse, HTTP or Java
   * @param remedy for display; empty if there is none
   */
  record Rule(String name, Kind kind, String remedy) {}

  private ErrorTable(Map<String, Rule> rules) {
    this.rules = Map.copyOf(rules);
  }

  /** The table in this module. */
  static ErrorTable shipped() {
    return SHIPPED;
  }

  /** The rule for an error code of ClickHouse; null if there is none. */
  @Nullable Rule ofCode(int code) {
    return rules.get(Integer.toString(code));
  }

  /** The rule for an HTTP status without an error code; null if there is none. */
  @Nullable Rule ofStatus(int status) {
    return rules.get("http " + status);
  }

  /**
   * The rule for a network exception, by its class or nearest superclass; null if there is none.
   */
  @Nullable Rule ofException(Throwable thrown) {
    for (Class<?> type = thrown.getClass(); type != null; type = type.getSuperclass()) {
      Rule rule = rules.get("network " + type.getSimpleName());
      if (rule != null) {
        return rule;
      }
    }
    return null;
  }

  /** The error codes with rules. */
  Set<Integer> codes() {
    return rules.keySet().stream()
        .filter(what -> Character.isDigit(what.charAt(0)))
        .map(Integer::valueOf)
        .collect(Collectors.toSet());
  }

  private static ErrorTable read() {
    Map<String, Rule> rules = new HashMap<>();
    try (InputStream in = ErrorTable.class.getResourceAsStream(RESOURCE);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          add(line, rules);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ErrorTable(rules);
  }

  private static void add(String line, Map<String, Rule> rules) {
    String[] fields = line.split("\t", -1);
    Kind kind = Kind.valueOf(fields[2].toUpperCase(Locale.ROOT));
    String remedy = fields.length == FIELDS_WITH_REMEDY ? fields[FIELDS_WITH_REMEDY - 1] : "";
    // Network exceptions are identified by their class.
    String what = fields[0].equals("network") ? "network " + fields[1] : fields[0];
    if (rules.put(what, new Rule(fields[1], kind, remedy)) != null) {
      throw new IllegalStateException(RESOURCE + ": " + what + " has two rules");
    }
  }
}
