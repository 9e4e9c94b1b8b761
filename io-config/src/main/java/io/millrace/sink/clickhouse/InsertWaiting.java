package io.millrace.sink.clickhouse;

import io.millrace.event.Packed;
import io.millrace.event.PipelineMetrics;
import io.millrace.sink.Backoff;
import io.millrace.sink.WrittenBatch;
import io.millrace.sink.clickhouse.BatchWriter.Task;
import io.millrace.sink.clickhouse.BatchWriter.Undone;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps rows that could not be written, keyed by their table, and tries them again for as long as
 * it takes: with growing pauses, by the worker's clock, and at once when the table is seen to be
 * back. Says so in the log when rows begin to wait and once a minute from then on. It holds up
 * nothing else while it waits, checkpoints included, until a table's rows take more memory than
 * they may: then it does not return before they take less, which makes the whole pipeline wait.
 * Rows that the table rejects wait alone: every other row is written past them.
 *
 * <p>Rows that may be in their table go again exactly as they went before, so that the server knows
 * them by their token; others are joined to larger batches.
 *
 * <p>State: the rows that wait, until they are written. At the end of the input, or when the
 * pipeline is drained, it does not return before all of them are written, and logs why at once and
 * then once a minute: there is no later moment at which they could be.
 */
final class InsertWaiting extends DoFn<KV<String, WaitingBatch>, WrittenBatch> {
  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(InsertWaiting.class);
  private static final long LOG_EVERY_MILLIS = 60_000;

  /** The gauge of a table's rows that wait is named by this and the table. */
  static final String GAUGE_PREFIX = "sink_waiting_rows_";

  /** As the most bytes that may wait: nothing may, not even a row without bytes. */
  private static final long NONE = -1;

  private static final String PIPELINE_WAITS =
      "; the whole pipeline waits: these rows take more memory than --maxWaitingBytes";
  private static final String END_WAITS =
      "; the input has ended, and the pipeline ends only when these rows are written: fix the"
          + " cause, or cancel the pipeline and lose them";

  private static final String BATCHES = "batches";
  private static final String WAITS = "waits";
  private static final String RETRY = "retry";
  private static final String END = "end";

  @SuppressWarnings("unused") // Beam finds it by its annotation
  @StateId(BATCHES)
  private final StateSpec<BagState<WaitingBatch>> batchesSpec =
      StateSpecs.bag(WaitingBatch.Coder.of());

  @SuppressWarnings("unused") // Beam finds it by its annotation
  @StateId(WAITS)
  private final StateSpec<ValueState<Waits>> waitsSpec =
      StateSpecs.value(SerializableCoder.of(Waits.class));

  @SuppressWarnings("unused") // Beam finds it by its annotation
  @TimerId(RETRY)
  private final TimerSpec retrySpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  @SuppressWarnings("unused") // Beam finds it by its annotation
  @TimerId(END)
  private final TimerSpec endSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  private final Packed<TableWriter.Config> config;
  private final Batching batching;
  private transient TableWriter writer;

  InsertWaiting(Packed<TableWriter.Config> config, Batching batching) {
    this.config = config;
    this.batching = batching;
  }

  /**
   * A batch that comes later may have an earlier timestamp, and so may what is written after it.
   */
  @SuppressWarnings({"deprecation", "InlineMeSuggester"}) // there is no other way to say so
  @Deprecated
  @Override
  public Duration getAllowedTimestampSkew() {
    return Duration.millis(Long.MAX_VALUE);
  }

  @Setup
  public void setUp() {
    writer = TableWriter.open(config.get());
  }

  @Teardown
  public void tearDown() {
    if (writer != null) {
      writer.close();
    }
  }

  @ProcessElement
  public void process(
      @Element KV<String, WaitingBatch> element,
      @Timestamp Instant timestamp,
      @StateId(BATCHES) BagState<WaitingBatch> batches,
      @StateId(WAITS) ValueState<Waits> waits,
      @TimerId(RETRY) Timer retry,
      @TimerId(END) Timer end,
      MultiOutputReceiver out)
      throws InterruptedException {
    String table = element.getKey();
    WaitingBatch batch = element.getValue();
    Waits before = read(table, waits);
    if (batch.rows().rowCount() == 0) {
      if (before != null) {
        tryAgain(table, before, batches, waits, retry, out);
      }
      return;
    }
    if (before == null) {
      before = new Waits(writer.now(), 0, 0, 0, timestamp, writer.encoding(table), Waits.UNTOLD);
      retry
          .withOutputTimestamp(timestamp)
          .offset(Duration.millis(Backoff.pauseMillis(1)))
          .setRelative();
      end.set(GlobalWindow.INSTANCE.maxTimestamp());
    }
    Waits after = told(table, before.with(batch, timestamp), batch, "");
    batches.add(batch);
    waits.write(after);
    gauge(table, after.rows());
    if (after.bytes() > batching.maxWaitingBytes()) {
      writeUntil(batching.maxWaitingBytes(), table, after, batches, waits, PIPELINE_WAITS, out);
    }
  }

  @OnTimer(RETRY)
  public void onRetry(
      @Key String table,
      @StateId(BATCHES) BagState<WaitingBatch> batches,
      @StateId(WAITS) ValueState<Waits> waits,
      @TimerId(RETRY) Timer retry,
      MultiOutputReceiver out)
      throws InterruptedException {
    Waits before = read(table, waits);
    if (before != null) {
      tryAgain(table, before, batches, waits, retry, out);
    }
  }

  @OnTimer(END)
  public void onEnd(
      @Key String table,
      @StateId(BATCHES) BagState<WaitingBatch> batches,
      @StateId(WAITS) ValueState<Waits> waits,
      MultiOutputReceiver out)
      throws InterruptedException {
    Waits before = read(table, waits);
    if (before != null) {
      writeUntil(NONE, table, before.toldAt(Waits.UNTOLD), batches, waits, END_WAITS, out);
    }
  }

  private @Nullable Waits read(String table, ValueState<Waits> waits) {
    Waits before = waits.read();
    return before == null ? null : before.of(table, writer.encoding(table));
  }

  /** Writes what it can; what is left waits for the timer. */
  private void tryAgain(
      String table,
      Waits before,
      BagState<WaitingBatch> batches,
      ValueState<Waits> waits,
      Timer retry,
      MultiOutputReceiver out)
      throws InterruptedException {
    long start = writer.now();
    List<WaitingBatch> left = write(table, before.failures(), list(batches), out);
    batches.clear();
    left.forEach(batches::add);
    if (left.isEmpty()) {
      forget(table, waits);
      return;
    }
    Waits after = told(table, before.failed(left), left.get(0), "");
    waits.write(after);
    gauge(table, after.rows());
    // An attempt that hangs holds up the other tables of this worker: they are to have most of the
    // time.
    long pause = Math.max(Backoff.pauseMillis(after.failures()), 2 * (writer.now() - start));
    retry.withOutputTimestamp(after.earliest()).offset(Duration.millis(pause)).setRelative();
  }

  /**
   * Returns when no more than some bytes wait. What waits then is in state again, and is tried when
   * the timer fires.
   */
  private void writeUntil(
      long mostBytes,
      String table,
      Waits before,
      BagState<WaitingBatch> batches,
      ValueState<Waits> waits,
      String consequence,
      MultiOutputReceiver out)
      throws InterruptedException {
    List<WaitingBatch> left = list(batches);
    Waits now = before;
    while (true) {
      left = write(table, now.failures(), left, out);
      if (left.isEmpty()) {
        batches.clear();
        forget(table, waits);
        return;
      }
      now = now.failed(left);
      if (now.bytes() <= mostBytes) {
        break;
      }
      now = told(table, now, left.get(0), consequence);
      gauge(table, now.rows());
      writer.sleep(Backoff.pauseMillis(now.failures()));
    }
    batches.clear();
    left.forEach(batches::add);
    waits.write(told(table, now, left.get(0), ""));
    gauge(table, now.rows());
  }

  private void forget(String table, ValueState<Waits> waits) {
    waits.clear();
    gauge(table, 0);
  }

  /**
   * Writes batches in their order. A fault of the table ends it: the answer is what is left, that
   * batch first. Rows that are at fault themselves, or find no memory even alone, are passed over,
   * and are the last of the answer.
   */
  private List<WaitingBatch> write(
      String table, int failures, List<WaitingBatch> waiting, MultiOutputReceiver out)
      throws InterruptedException {
    Deque<WaitingBatch> rest = new ArrayDeque<>(waiting);
    List<WaitingBatch> atFault = new ArrayList<>();
    List<WaitingBatch> left = new ArrayList<>();
    while (!rest.isEmpty() && left.isEmpty()) {
      for (Undone rows : writer.write(table, next(rest, failures), out)) {
        (rows.passedOver() ? atFault : left).add(WaitingBatch.of(rows));
      }
    }
    left.addAll(rest);
    left.addAll(atFault);
    return left;
  }

  /** The first batch; with those behind it, as many as fit, if none of them was ever sent. */
  private Task next(Deque<WaitingBatch> rest, int failures) {
    WaitingBatch first = rest.pop();
    if (first.alone()) {
      return new Task(Batch.of(List.of(first.rows())), first.maybeWritten(), failures);
    }
    List<RowBlock> blocks = new ArrayList<>();
    blocks.add(first.rows());
    long rows = first.rows().rowCount();
    long bytes = first.rows().memoryBytes();
    while (!rest.isEmpty() && !rest.peek().alone()) {
      RowBlock more = rest.peek().rows();
      rows += more.rowCount();
      bytes += more.memoryBytes();
      if (rows > batching.maxRows() || bytes > batching.maxBytes()) {
        break;
      }
      blocks.add(more);
      rest.pop();
    }
    return new Task(Batch.of(blocks), false, failures);
  }

  private static List<WaitingBatch> list(BagState<WaitingBatch> batches) {
    List<WaitingBatch> list = new ArrayList<>();
    batches.read().forEach(list::add);
    return list;
  }

  private static void gauge(String table, long rows) {
    Metrics.gauge(PipelineMetrics.NAMESPACE, GAUGE_PREFIX + table).set(rows);
  }

  /**
   * Logs that rows wait, unless that was logged less than a minute ago: when it was is kept with
   * them, since a runner may have several instances of this step take turns.
   *
   * @param consequence what else waits for them; empty: nothing does
   */
  private Waits told(String table, Waits waits, WaitingBatch last, String consequence) {
    long now = writer.now();
    if (waits.toldMillis() != Waits.UNTOLD && now - waits.toldMillis() < LOG_EVERY_MILLIS) {
      return waits;
    }
    long seconds = (now - waits.sinceMillis()) / 1000;
    if (last.operator()) {
      LOG.error(
          "ClickHouse table {}: {} rows waiting for {} s; operator action needed: {}{}",
          table,
          waits.rows(),
          seconds,
          last.reason(),
          consequence);
    } else {
      LOG.warn(
          "ClickHouse table {}: {} rows waiting for {} s: {}{}",
          table,
          waits.rows(),
          seconds,
          last.reason(),
          consequence);
    }
    return waits.toldAt(now);
  }
}
