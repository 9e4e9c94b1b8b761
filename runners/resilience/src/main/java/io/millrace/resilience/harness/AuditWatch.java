package io.millrace.resilience.harness;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.local.process.LocalStackException;
import java.time.Instant;

/** What the tables of a database tell of a pipeline while it runs. */
public record AuditWatch(BenchEnvironment environment, String database) {
  /** Their parts are never merged here, so there are more than a server would ever allow. */
  private static final int MOST_PARTS = 1_000_000;

  /**
   * Keeps every repeat where it can be counted: nothing is merged from now on, until the server is
   * started again.
   */
  public void keepRepeats() {
    for (String table : DuplicateRows.TABLES) {
      environment.query(
          "ALTER TABLE %s.%s MODIFY SETTING parts_to_delay_insert = %d, parts_to_throw_insert = %d"
              .formatted(database, table, MOST_PARTS, MOST_PARTS));
    }
    DuplicateRows.keep(environment, database);
  }

  /** How many records have been audited; none if nobody answers. */
  public long records() {
    return ask("SELECT uniqExact(topic, partition, offset) FROM " + database + ".audit");
  }

  /** How many of those that came in after an instant have been audited; none if nobody answers. */
  public long recordsSince(Instant instant) {
    return ask(
        "SELECT count() FROM %s.audit WHERE record_time > fromUnixTimestamp64Milli(%d)"
            .formatted(database, instant.toEpochMilli()));
  }

  /** How often the record was audited that was audited most often. */
  public long mostOften() {
    return environment.number(
        "SELECT max(n) FROM (SELECT count() AS n FROM %s.audit GROUP BY topic, partition, offset)"
            .formatted(database));
  }

  /** How many records have been audited more than once. */
  public long readAgain() {
    return environment.number(
        "SELECT countIf(n > 1) FROM (SELECT count() AS n FROM %s.audit GROUP BY topic, partition, offset)"
            .formatted(database));
  }

  private long ask(String sql) {
    try {
      return environment.number(sql);
    } catch (LocalStackException e) {
      return 0;
    }
  }
}
