package io.millrace.rollup;

import io.millrace.contract.Contract;
import io.millrace.event.Packed;
import io.millrace.event.PipelineMetrics;
import io.millrace.rollup.measure.LengthPrefixed;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.MapState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Emits the results of fixed and sliding windows. A window emits its results when the watermark
 * reaches its last millisecond. A later event triggers a result of its group at once, because the
 * result timer is then in the past. Roll-ups with {@code early} also emit results of open windows,
 * by the worker's clock.
 *
 * <p>State: the cells of a window and shard, from the first event until the window's end plus the
 * allowed lateness. Every later event is late, because a window does not end before the bucket of
 * any of its events.
 */
final class AggregateWindowsFn extends DoFn<KV<byte[], byte[]>, RollupRow> {
  private static final long serialVersionUID = 1L;

  /** First byte of a stored cell that has changed since its last result. */
  private static final byte CHANGED = 1;

  /** First byte of a stored cell whose last result is current. */
  private static final byte EMITTED = 0;

  private final Packed<Contract> contract;
  private final Counter changes = PipelineMetrics.counter(PipelineMetrics.ROLLUPS_CHANGED);
  private final Counter results = PipelineMetrics.counter(PipelineMetrics.ROLLUPS_GIVEN);
  private transient Map<String, CompiledRollup> rollups;
  private transient long latenessMillis;

  @StateId("cells")
  private final StateSpec<MapState<String, byte[]>> cellsSpec =
      StateSpecs.map(StringUtf8Coder.of(), ByteArrayCoder.of());

  @StateId("changed")
  private final StateSpec<BagState<String>> changedSpec = StateSpecs.bag(StringUtf8Coder.of());

  @TimerId("result")
  private final TimerSpec resultSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  @TimerId("early")
  private final TimerSpec earlySpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  @TimerId("late")
  private final TimerSpec lateSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  AggregateWindowsFn(Packed<Contract> contract) {
    this.contract = contract;
  }

  @Setup
  public void setUp() {
    rollups = CompiledRollup.byTable(contract.get());
    latenessMillis = contract.get().time().allowedLateness().toMillis();
  }

  @ProcessElement
  public void process(
      @Element KV<byte[], byte[]> element,
      @Timestamp Instant timestamp,
      @StateId("cells") MapState<String, byte[]> cells,
      @StateId("changed") BagState<String> changed,
      @TimerId("result") Timer result,
      @TimerId("early") Timer early,
      @TimerId("late") Timer late)
      throws IOException {
    WindowKey window = WindowKey.of(element.getKey());
    Instant last = lastInstant(window);
    // A correction has the timestamp of its element. A row behind the watermark would not hold it
    // back and could arrive after the end of a stream.
    Instant stamp = timestamp.isAfter(last) ? timestamp : last;
    if (window.earlyMillis() > 0 && changed.isEmpty().read()) {
      early.offset(Duration.millis(window.earlyMillis())).withOutputTimestamp(stamp).setRelative();
    }
    ByteArrayInputStream bytes = new ByteArrayInputStream(element.getValue());
    DataInputStream in = new DataInputStream(bytes);
    while (bytes.available() > 0) {
      String id = LengthPrefixed.readText(in);
      byte[] part = LengthPrefixed.readBytes(in);
      byte[] before = cells.get(id).read();
      if (before == null || before[0] != CHANGED) {
        changed.add(id);
        changes.inc();
      }
      cells.put(id, merge(id, before, part));
    }
    result.withOutputTimestamp(stamp).set(last);
    late.withNoOutputTimestamp().set(Instant.ofEpochMilli(window.end() + latenessMillis));
  }

  private byte[] merge(String id, byte[] before, byte[] part) {
    CompiledRollup rollup = rollup(id);
    if (before == null) {
      return stored(rollup, part);
    }
    Cell cell = cell(rollup, before);
    cell.merge(rollup.newCell().fromBytes(part));
    return stored(rollup, cell.toBytes());
  }

  private static byte[] stored(CompiledRollup rollup, byte[] cell) {
    return ByteBuffer.allocate(1 + RollupFingerprint.BYTES + cell.length)
        .put(CHANGED)
        .putInt(rollup.fingerprint())
        .put(cell)
        .array();
  }

  private static Cell cell(CompiledRollup rollup, byte[] stored) {
    ByteBuffer state = ByteBuffer.wrap(stored, 1, stored.length - 1);
    return rollup.newCell().fromBytes(RollupFingerprint.check(rollup, state));
  }

  /** Null for state of a savepoint whose roll-up the contract no longer has. */
  private @Nullable CompiledRollup rollup(String id) {
    return rollups.get(CompiledRollup.tableIn(id));
  }

  private static Instant lastInstant(WindowKey window) {
    return Instant.ofEpochMilli(window.end() - 1);
  }

  @OnTimer("result")
  public void emitResult(
      OnTimerContext context,
      @Key byte[] key,
      @StateId("cells") MapState<String, byte[]> cells,
      @StateId("changed") BagState<String> changed,
      OutputReceiver<RollupRow> out) {
    emit(WindowKey.of(key), context.timestamp(), cells, changed, out);
  }

  @OnTimer("early")
  public void emitEarly(
      OnTimerContext context,
      @Key byte[] key,
      @StateId("cells") MapState<String, byte[]> cells,
      @StateId("changed") BagState<String> changed,
      OutputReceiver<RollupRow> out) {
    emit(WindowKey.of(key), context.timestamp(), cells, changed, out);
  }

  @OnTimer("late")
  public void free(
      @Key byte[] key,
      @StateId("cells") MapState<String, byte[]> cells,
      @StateId("changed") BagState<String> changed,
      OutputReceiver<RollupRow> out) {
    // A runner may fire this timer before the result timer.
    WindowKey window = WindowKey.of(key);
    emit(window, lastInstant(window), cells, changed, out);
    cells.clear();
  }

  private void emit(
      WindowKey window,
      Instant timestamp,
      MapState<String, byte[]> cells,
      BagState<String> changed,
      OutputReceiver<RollupRow> out) {
    for (String id : changed.read()) {
      byte[] stored = cells.get(id).read();
      if (stored == null) {
        continue;
      }
      CompiledRollup rollup = rollup(id);
      if (rollup == null) {
        cells.remove(id);
        continue;
      }
      Cell cell = cell(rollup, stored);
      String group = CompiledRollup.groupIn(id);
      out.outputWithTimestamp(
          rollup.row(group, window.start(), window.end(), cell, false), timestamp);
      changes.dec();
      results.inc();
      byte[] unchanged = stored.clone();
      unchanged[0] = EMITTED;
      cells.put(id, unchanged);
    }
    changed.clear();
  }

  /** Unbounded, because a result has the timestamp of its window, wherever the watermark is. */
  @Override
  @SuppressWarnings("deprecation") // deprecated without a replacement for this use
  public Duration getAllowedTimestampSkew() {
    return Duration.millis(Long.MAX_VALUE);
  }
}
