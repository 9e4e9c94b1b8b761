package io.millrace.bigquery.write;

import io.millrace.contract.Rollup;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.PipelineMetrics;
import io.millrace.io.WriteResult;
import io.millrace.rollup.RollupRow;
import java.time.Instant;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.TupleTag;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names the table of rows, and catches what BigQuery cannot take: an event whose row is too large,
 * or whose day is too far away for a table that is partitioned by it, becomes a dead letter; a
 * rollup's row of such a day is counted and logged; a dead letter keeps as much of its original as
 * fits, and says so.
 *
 * @param <T> {@link Event}, {@link DeadLetter} or {@link RollupRow}
 */
final class PrepareRowsFn<T> extends DoFn<T, RowToWrite> {
  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(PrepareRowsFn.class);
  private static final String TOO_FAR =
      "its day is more than "
          + PartitionDays.MOST_AGO
          + " days ago or "
          + PartitionDays.MOST_AHEAD
          + " days ahead: BigQuery takes no rows of such days";

  static final TupleTag<RowToWrite> ROWS = new TupleTag<>("rows") {};

  private final String table;
  private final DeadLetterFactory deadLetters;
  private final Clock clock;
  private final Counter refusedRollups =
      Metrics.counter(PipelineMetrics.NAMESPACE, "rollup_refused");

  /** Rows of a table; of a rollup each names its own. */
  PrepareRowsFn(String table, DeadLetterFactory deadLetters, Clock clock) {
    this.table = table;
    this.deadLetters = deadLetters;
    this.clock = clock;
  }

  @ProcessElement
  public void process(@Element T element, MultiOutputReceiver out) {
    if (element instanceof RollupRow rollup) {
      if (PartitionDays.has(
          ((Instant) rollup.row().getValue(Rollup.WINDOW_START)).toEpochMilli(), clock.millis())) {
        out.get(ROWS).output(new RowToWrite(rollup.table(), rollup));
      } else {
        // So are its events refused, all but those that the window holds of the next day.
        refusedRollups.inc();
        LOG.warn("A row of the rollup {} cannot be written: {}", rollup.table(), TOO_FAR);
      }
    } else if (element instanceof DeadLetter letter) {
      out.get(ROWS).output(new RowToWrite(table, TruncateDeadLetter.of(letter)));
    } else {
      Event event = (Event) element;
      String refusal = refusal(event);
      if (refusal == null) {
        out.get(ROWS).output(new RowToWrite(table, event));
      } else {
        out.get(WriteResult.REFUSED)
            .output(
                deadLetters.create(
                    event.origin(),
                    DeadLetterCode.REFUSED_BY_SINK,
                    refusal,
                    WriteToBigQuery.STAGE));
      }
    }
  }

  /** Why BigQuery would not take an event's row; null if it may. */
  private @Nullable String refusal(Event event) {
    if (RowSize.isTooLarge(event)) {
      return "the row is larger than the "
          + RowSize.MOST_BYTES
          + " bytes that are sent to BigQuery at once";
    }
    if (!PartitionDays.has(event.eventTimeMillis(), clock.millis())) {
      return TOO_FAR;
    }
    return null;
  }
}
