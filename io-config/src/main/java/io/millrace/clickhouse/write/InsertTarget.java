package io.millrace.clickhouse.write;

import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.event.Outcome;
import java.io.Serializable;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A table and the meaning of its rows.
 *
 * @param outcome the outcome of its rows; null if they are not outcomes
 * @param kind the kind of its rows
 */
record InsertTarget(ClickHouseTable table, @Nullable Outcome outcome, Kind kind)
    implements Serializable {
  /** The kind of a table's rows. */
  enum Kind {
    /** Outcomes of records. */
    OUTCOME,
    /** Results of a rollup. */
    ROLLUP,
    /** Audit rows. */
    AUDIT,
    /** Lost ranges. */
    LOST
  }

  /** A table of an outcome. */
  static InsertTarget of(ClickHouseTable table, Outcome outcome) {
    return new InsertTarget(table, outcome, Kind.OUTCOME);
  }

  /** A roll-up table. */
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
   * Whether a rejected row can become a dead letter. Dead letters, and rows that are not outcomes,
   * cannot.
   */
  boolean refusable() {
    return outcome != null && outcome != Outcome.DEAD;
  }
}
