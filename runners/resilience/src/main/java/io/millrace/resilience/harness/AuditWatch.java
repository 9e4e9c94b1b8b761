package io.millrace.resilience.harness;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.local.process.LocalStackException;
import java.time.Instant;

/** Observes a running pipeline through its tables. */
public record AuditWatch(BenchEnvironment environment, String database) {
  /** Without merges, tables exceed the server's default limit of parts. */
  private static final int MOST_PARTS = 1_000_000;

  /** Keeps duplicate rows countable by stopping merges until the server restarts. */
  public void keepRepeats() {
    for (String table : DuplicateRows.TABLES) {
      environment.query(
          "ALTER TABLE %s.%s MODIFY SETTING parts_to_delay_insert = %d, parts_to_throw_insert = %d"
              .formatted(database, table, MOST_PARTS, MOST_PARTS));
    }
    DuplicateRows.keep(environment, database);
  }

  /** The number of audited records; 0 if the server does not respond. */
  public long records() {
    return ask("SELECT uniqExact(topic, partition, offset) FROM " + database + ".audit");
  }

  /** The number of audited records that arrived after a time; 0 if the server does not respond. */
  public long recordsSince(Instant instant) {
    return ask(
        "SELECT count() FROM %s.audit WHERE record_time > fromUnixTimestamp64Milli(%d)"
            .formatted(database, instant.toEpochMilli()));
  }

  /** The maximum number of audit rows of a record. */
  public long mostOften() {
    return environment.number(
        "SELECT max(n) FROM (SELECT count() AS n FROM %s.audit GROUP BY topic, partition, offset)"
            .formatted(database));
  }

  /** The number of records audited more than once. */
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
