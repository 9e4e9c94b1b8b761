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
 * @param outcome the outcome of its rows; null if they are not outcomes
 * @param written counts its rows
 */
record InsertTarget(ClickHouseTable table, @Nullable Outcome outcome, Counter written)
    implements Serializable {
  static InsertTarget of(ClickHouseTable table, Outcome outcome) {
    return new InsertTarget(table, outcome, PipelineMetrics.outcome(outcome));
  }

  /**
   * Whether a rejected row can become a dead letter. Dead letters, and rows that are not outcomes,
   * cannot.
   */
  boolean refusable() {
    return outcome != null && outcome != Outcome.DEAD;
  }
}
