package io.millrace.clickhouse.client;

import io.millrace.clickhouse.client.ClickHouseErrors.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Rules for failures, from the resource {@code clickhouse-errors.tsv}. */
final class ErrorTable {
  private static final String RESOURCE = "clickhouse-errors.tsv";

  /** The rules by error code, {@code http STATUS} or {@code network CLASS}. */
  static final Map<String, Rule> RULES = read();

  private static final int FIELDS_WITH_REMEDY = 4;

  /**
   * Classification of a failure.
   *
   * @param name name of the error in ClickHouse, HTTP or Java
   * @param remedy for display; empty if there is none
   */
  record Rule(String name, Kind kind, String remedy) {}

  private ErrorTable() {}

  /** The rule for an error code of ClickHouse; null if there is none. */
  static @Nullable Rule ofCode(int code) {
    return RULES.get(Integer.toString(code));
  }

  /** The rule for an HTTP status without an error code; null if there is none. */
  static @Nullable Rule ofStatus(int status) {
    return RULES.get("http " + status);
  }

  /**
   * The rule for a network exception, by its class or nearest superclass; null if there is none.
   */
  static @Nullable Rule ofException(Throwable thrown) {
    for (Class<?> type = thrown.getClass(); type != null; type = type.getSuperclass()) {
      Rule rule = RULES.get("network " + type.getSimpleName());
      if (rule != null) {
        return rule;
      }
    }
    return null;
  }

  private static Map<String, Rule> read() {
    Map<String, Rule> rules = new HashMap<>();
    try (InputStream in = ErrorTable.class.getResourceAsStream(RESOURCE)) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(line -> add(line, rules));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.copyOf(rules);
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
