package io.millrace.clickhouse.write;

import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.event.Outcome;
import java.io.Serializable;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A table and what its rows mean.
 *
 * @param outcome the outcome that a row is; null: it is none
 * @param kind what a row is
 */
record InsertTarget(ClickHouseTable table, @Nullable Outcome outcome, Kind kind) implements Serializable {
  /** What the rows of a table are. */
  enum Kind {
    /** Records that ended in an outcome. */
    OUTCOME,
    /** Results of a rollup. */
    ROLLUP,
    /** Records' entries in the audit. */
    AUDIT,
    /** Ranges that were lost before they were read. */
    LOST
  }

  /** A table whose rows are records that ended in an outcome. */
  static InsertTarget of(ClickHouseTable table, Outcome outcome) {
    return new InsertTarget(table, outcome, Kind.OUTCOME);
  }

  /** A rollup's table. */
  static InsertTarget rollup(ClickHouseTable table) {
    return new InsertTarget(table, null, Kind.ROLLUP);
  }

  /** The audit table. */
  static InsertTarget audit(ClickHouseTable table) {
    return new InsertTarget(table, null, Kind.AUDIT);
  }

  /** The table of lost ranges. */
  static InsertTarget lost(ClickHouseTable table) {
    return new InsertTarget(table, null, Kind.LOST);
  }

  /**
   * Whether a row that is refused has somewhere else to go: a dead letter has not, and neither has
   * a row that is no record's outcome.
   */
  boolean refusable() {
    return outcome != null && outcome != Outcome.DEAD;
  }
}
