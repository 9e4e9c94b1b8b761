package io.millrace.clickhouse.write;

import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.event.Outcome;
import io.millrace.event.PipelineMetrics;
import java.io.Serializable;
import org.apache.beam.sdk.metrics.Counter;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A table and the meaning of its rows.
 *
 * @param name what rows are keyed by, and metrics and logs call the table
 * @param encoding see {@link ClickHouseTable#encoding}, of the rows in the pipeline
 * @param outcome the outcome of its rows; null if they are not outcomes
 * @param written counts its rows
 */
record InsertTarget(
    String name, ClickHouseTable table, int encoding, @Nullable Outcome outcome, Counter written)
    implements Serializable {
  static InsertTarget of(ClickHouseTable table, Outcome outcome) {
    return new InsertTarget(
        table.name(), table, table.encoding(), outcome, PipelineMetrics.outcome(outcome));
  }

  /** A table whose rows are not outcomes. */
  static InsertTarget of(ClickHouseTable table, Counter written) {
    return new InsertTarget(table.name(), table, table.encoding(), null, written);
  }

  /**
   * Whether a rejected row can become a dead letter. Dead letters, and rows that are not outcomes,
   * cannot.
   */
  boolean refusable() {
    return outcome != null && outcome != Outcome.DEAD;
  }
}
