package io.millrace.bench.contender;

import io.millrace.bench.harness.BenchEnvironment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A look from outside at what a contender has done so far: its tables. */
public record ProgressProbe(BenchEnvironment environment, String database) {
  /** Rows in some tables together, as they are; cheap. */
  long rows(String... tables) {
    Map<String, Long> rows =
        environment.numbers(
            "SELECT name, total_rows FROM system.tables WHERE total_rows > 0 AND database = '"
                + database
                + "'");
    long sum = 0;
    for (String table : tables) {
      sum += rows.getOrDefault(table, 0L);
    }
    return sum;
  }

  /** How many merges ClickHouse is at in this contender's tables. */
  public long merges() {
    return number("SELECT count() FROM system.merges WHERE database = '" + database + "'");
  }

  /** Rows in the exact view of a table. */
  long exact(String table) {
    return number("SELECT count() FROM " + database + "." + table + "_exact");
  }

  /** A number that a statement about this contender's database gives. */
  long number(String sql) {
    return environment.number(sql);
  }

  /** How many records ended where, as the audit has it. */
  Map<String, Long> audited() {
    return environment.numbers(
        "SELECT outcome, count() FROM " + database + ".audit_exact GROUP BY outcome");
  }

  /** Differences between what there must be and what there is. */
  static final class Differences {
    private final List<String> found = new ArrayList<>();

    /** Compares a number. */
    Differences expect(String what, long expected, long is) {
      return between(what, expected, expected, is);
    }

    /** Compares a number of which only the bounds are known. */
    Differences between(String what, long least, long most, long is) {
      if (is < least || is > most) {
        String expected = least == most ? "" + least : least + " to " + most;
        found.add("expected " + expected + " " + what + ", found " + is);
      }
      return this;
    }

    /** One line each. */
    List<String> all() {
      return found;
    }
  }
}
