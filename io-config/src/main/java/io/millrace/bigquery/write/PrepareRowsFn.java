package io.millrace.bigquery.write;

import io.millrace.contract.Rollup;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.PipelineMetrics;
import io.millrace.expression.EventRouter;
import io.millrace.io.WriteResult;
import io.millrace.rollup.RollupRow;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.TupleTag;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Assigns rows to their table and handles rows that BigQuery cannot accept. An event that is too
 * large, or outside of the partition range, becomes a dead letter. A roll-up row outside of the
 * range is counted and logged. A dead letter that is too large is truncated.
 *
 * @param <T> a list of {@link Event}s, {@link DeadLetter} or {@link RollupRow}
 */
final class PrepareRowsFn<T> extends DoFn<T, RowToWrite> {
  private static final Logger LOG = LoggerFactory.getLogger(PrepareRowsFn.class);

  /** Ten years without leap days, with room for a row that waits a day or two. */
  private static final long MOST_DAYS_AGO = 3650;

  private static final long MOST_DAYS_AHEAD = 365;

  private static final String TOO_FAR =
      "its day is more than "
          + MOST_DAYS_AGO
          + " days ago or "
          + MOST_DAYS_AHEAD
          + " days ahead, which BigQuery does not accept";

  static final TupleTag<RowToWrite> ROWS = new TupleTag<>("rows") {};

  private final List<String> tables;
  private final @Nullable EventRouter router;
  private final DeadLetterFactory deadLetters;
  private final Clock clock;
  private final Counter refusedRollups =
      Metrics.counter(PipelineMetrics.NAMESPACE, "rollup_refused");

  /** Creates the function for a table. Roll-up rows name their own table. */
  PrepareRowsFn(String table, DeadLetterFactory deadLetters, Clock clock) {
    this(List.of(table), null, deadLetters, clock);
  }

  /** Creates the function for events, among whose tables a router chooses; null: the first. */
  PrepareRowsFn(
      List<String> tables,
      @Nullable EventRouter router,
      DeadLetterFactory deadLetters,
      Clock clock) {
    this.tables = List.copyOf(tables);
    this.router = router;
    this.deadLetters = deadLetters;
    this.clock = clock;
  }

  @ProcessElement
  public void process(@Element T element, MultiOutputReceiver out) {
    if (element instanceof RollupRow rollup) {
      if (isInPartitions(((Instant) rollup.row().getValue(Rollup.WINDOW_START)).toEpochMilli())) {
        out.get(ROWS).output(new RowToWrite(rollup.table(), rollup));
      } else {
        // Its events are rejected, too, except those of the next day in the window.
        refusedRollups.inc();
        LOG.warn("A row of table {} cannot be written: {}", rollup.table(), TOO_FAR);
      }
    } else if (element instanceof DeadLetter letter) {
      out.get(ROWS).output(new RowToWrite(tables.get(0), TruncateDeadLetter.of(letter)));
    } else {
      for (Object event : (List<?>) element) {
        prepare((Event) event, out);
      }
    }
  }

  private void prepare(Event event, MultiOutputReceiver out) {
    String refusal = refusal(event);
    if (refusal == null) {
      int index = router == null ? 0 : router.indexFor(event.values());
      out.get(ROWS).output(new RowToWrite(tables.get(index), event));
    } else {
      out.get(WriteResult.REFUSED)
          .output(
              deadLetters.create(
                  event.origin(), DeadLetterCode.REFUSED_BY_SINK, refusal, WriteToBigQuery.STAGE));
    }
  }

  /** The reason why BigQuery would reject an event's row; null if there is none. */
  private @Nullable String refusal(Event event) {
    if (RowSize.isTooLarge(event)) {
      return "the row is larger than %s bytes, the limit of a request to BigQuery"
          .formatted(RowSize.MOST_BYTES);
    }
    return isInPartitions(event.eventTimeMillis()) ? null : TOO_FAR;
  }

  /** Whether BigQuery accepts rows of the day in a table partitioned by day. */
  private boolean isInPartitions(long timeMillis) {
    long days = day(timeMillis) - day(clock.millis());
    return days >= -MOST_DAYS_AGO && days <= MOST_DAYS_AHEAD;
  }

  private static long day(long millis) {
    return Math.floorDiv(millis, TimeUnit.DAYS.toMillis(1));
  }
}
