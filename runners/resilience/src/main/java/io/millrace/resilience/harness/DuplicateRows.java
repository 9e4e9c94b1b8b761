package io.millrace.resilience.harness;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.event.Outcome;
import java.util.Map;
import java.util.Set;

/**
 * Numbers of duplicate rows in all tables of a database.
 *
 * @param raw duplicates in the tables
 * @param exact duplicates in the exact views
 */
public record DuplicateRows(long raw, long exact) {
  private static final String EVENT = "query_id, event_type, event_time";
  private static final String RECORD = "topic, partition, offset";
  private static final Map<String, String> IDENTITIES =
      Map.of(
          "sink_output", EVENT,
          "error_events", EVENT,
          "late_events", EVENT,
          "dead_letters", RECORD,
          "audit", RECORD);

  /** All tables of a database. The audit's name is that of a view on its batches. */
  static final Set<String> TABLES =
      Set.of("sink_output", "error_events", "late_events", "dead_letters", "audit_batches");

  /**
   * Counts duplicate rows.
   *
   * @param stream the sent stream; a duplicate of a late event is also late, not a duplicate row
   */
  public static DuplicateRows of(
      BenchEnvironment environment, String database, GeneratedStream stream) {
    long raw = 0;
    long exact = 0;
    for (Map.Entry<String, String> table : IDENTITIES.entrySet()) {
      String name = database + "." + table.getKey();
      exact += more(environment, name + "_exact", table.getValue());
      raw +=
          table.getKey().equals("late_events")
              ? Math.max(
                  0,
                  environment.number("SELECT count() FROM " + name)
                      - stream.truth().get(Outcome.LATE))
              : more(environment, name, table.getValue());
    }
    return new DuplicateRows(raw, exact);
  }

  private static long more(BenchEnvironment environment, String table, String identity) {
    return environment.number("SELECT count() - uniqExact(" + identity + ") FROM " + table);
  }

  /**
   * Stops merges in a database's tables, because a merge removes duplicate rows before they are
   * counted.
   */
  public static void keep(BenchEnvironment environment, String database) {
    TABLES.forEach(table -> keep(environment, database, table));
  }

  static void keep(BenchEnvironment environment, String database, String table) {
    environment.query("SYSTEM STOP MERGES " + database + "." + table);
  }
}
