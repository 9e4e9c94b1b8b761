package io.millrace.clickhouse.write;

import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.clickhouse.write.BatchInserter.Task;
import io.millrace.clickhouse.write.BatchInserter.Unwritten;
import io.millrace.event.Packed;
import io.millrace.io.WrittenBatch;
import io.millrace.io.observe.RunObservation;
import io.millrace.io.retry.Backoff;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Inserts each batch with a {@link BatchInserter}. Rows that cannot be written now go to {@link
 * #WAITING}. While a table fails, most of its batches go there without an attempt, so that it does
 * not slow down other tables; an occasional batch probes for recovery.
 *
 * <p>State: none. It keeps the time of the next attempt of failing tables in memory.
 */
final class InsertFn extends DoFn<KV<String, Iterable<RowBlock>>, WrittenBatch> {
  private static final long serialVersionUID = 1L;

  /** Rows to retry, keyed by table. */
  static final TupleTag<KV<String, WaitingBatch>> WAITING = new TupleTag<>("waiting") {};

  private final Packed<TableWriter.Config> config;
  private final String step;
  private transient TableWriter writer;
  private transient @Nullable RunObservation observation;
  private transient Map<String, Outage> outages;

  /** A failing table: last failure, number of failures, and time of the next attempt. */
  private record Outage(WaitingBatch last, int failures, long untilMillis) {}

  /**
   * Creates the function.
   *
   * @param step see {@link RunObservation.Place}
   */
  InsertFn(Packed<TableWriter.Config> config, String step) {
    this.config = config;
    this.step = step;
  }

  @Setup
  public void setUp(PipelineOptions options) {
    writer = new TableWriter(config.get());
    outages = new HashMap<>();
    observation = RunObservation.in(options);
  }

  @Teardown
  public void tearDown() {
    if (writer != null) {
      writer.close();
    }
  }

  @ProcessElement
  public void process(@Element KV<String, Iterable<RowBlock>> batch, MultiOutputReceiver out)
      throws InterruptedException {
    String table = batch.getKey();
    Batch rows = Batch.of(batch.getValue());
    Outage outage = outages.get(table);
    if (outage != null && writer.now() < outage.untilMillis) {
      out.get(WAITING).output(KV.of(table, outage.last.behind(rows)));
      return;
    }
    long start = writer.now();
    Runnable ended = observation == null ? () -> {} : observation.inserting(waiting(table, rows));
    List<Unwritten> unwritten;
    try {
      unwritten = writer.write(table, Task.first(rows), out);
    } finally {
      ended.run();
    }
    if (unwritten.isEmpty()) {
      // Every row has its outcome. Rows that wait are parts of their blocks.
      batch.getValue().forEach(RowBlock::release);
    }
    List<WaitingBatch> waiting =
        unwritten.stream().map(WaitingBatch::of).collect(Collectors.toList());
    waiting.forEach(rest -> out.get(WAITING).output(KV.of(table, rest)));
    if (!waiting.isEmpty()) {
      int failures = outage == null ? 1 : outage.failures + 1;
      // A slow attempt blocks the other tables: leave them most of the time.
      long pause = Math.max(Backoff.pauseMillis(failures), 2 * (writer.now() - start));
      WaitingBatch last = waiting.get(0).withoutRows();
      outages.put(table, new Outage(last, failures, writer.now() + pause));
    } else if (outage != null) {
      outages.remove(table);
      out.get(WAITING).output(KV.of(table, WaitingBatch.tableIsBack()));
    }
  }

  private RunObservation.Waiting waiting(String table, Batch rows) {
    return new RunObservation.Waiting(
        new RunObservation.Place(step, table),
        TableRetryTarget.described(table),
        TableRetryTarget.ROWS,
        rows.rowCount(),
        writer.now(),
        "an INSERT has no answer yet");
  }
}
