package io.millrace.sink.clickhouse;

import io.millrace.event.Outcome;
import java.io.Serializable;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A table and what its rows mean.
 *
 * @param outcome the outcome that a row is; null: it is none
 * @param audit whether a row is a record's entry in the audit
 */
record Target(ClickHouseTable table, @Nullable Outcome outcome, boolean audit)
    implements Serializable {

  /** A table whose rows are records that ended in an outcome. */
  static Target of(ClickHouseTable table, Outcome outcome) {
    return new Target(table, outcome, false);
  }

  /** A rollup's table. */
  static Target rollup(ClickHouseTable table) {
    return new Target(table, null, false);
  }

  /** The audit table. */
  static Target audit(ClickHouseTable table) {
    return new Target(table, null, true);
  }

  /**
   * Whether a row that is refused has somewhere else to go: a dead letter has not, and neither has
   * a row that is no record's outcome.
   */
  boolean refusable() {
    return outcome != null && outcome != Outcome.DEAD;
  }
}
