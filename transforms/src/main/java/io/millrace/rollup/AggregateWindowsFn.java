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
 * The results of fixed and sliding windows. A window gives its result when the watermark has
 * reached its last millisecond, and again, for the groups that changed, whenever something was
 * added after that: at once, since the timer that gives results is in the past then. Open windows
 * give results by the worker's clock if the rollup asks for it.
 *
 * <p>State: the cells of a window and shard, from the first event until the window's end plus the
 * allowed lateness. No event that is not late can come after that, because a window's end is not
 * before that of the bucket of any of its events.
 */
final class AggregateWindowsFn extends DoFn<KV<byte[], byte[]>, RollupRow> {
  private static final long serialVersionUID = 1L;

  /** The first byte of a cell in the state: whether it has changed since its last result. */
  private static final byte CHANGED = 1;

  private static final byte GIVEN = 0;

  private final Packed<Contract> contract;
  private final Counter changes = PipelineMetrics.rollupsChanged();
  private final Counter results = PipelineMetrics.rollupsGiven();
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
    Instant given = lastInstant(window);
    // A correction is stamped with what it corrects by, for a row behind the watermark would not
    // hold it, and could come after the end of a stream.
    Instant stamp = timestamp.isAfter(given) ? timestamp : given;
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
      cells.put(id, sum(id, before, part));
    }
    result.withOutputTimestamp(stamp).set(given);
    late.withNoOutputTimestamp().set(Instant.ofEpochMilli(window.end() + latenessMillis));
  }

  private byte[] sum(String id, byte[] before, byte[] part) {
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
        .putInt(rollup.computation())
        .put(cell)
        .array();
  }

  private static Cell cell(CompiledRollup rollup, byte[] stored) {
    ByteBuffer kept = ByteBuffer.wrap(stored, 1, stored.length - 1);
    RollupFingerprint.check(rollup, kept);
    byte[] cell = new byte[kept.remaining()];
    kept.get(cell);
    return rollup.newCell().fromBytes(cell);
  }

  /** Null for one that a contract of before had, in a job that goes on from a savepoint. */
  private @Nullable CompiledRollup rollup(String id) {
    return rollups.get(CompiledRollup.tableIn(id));
  }

  private static Instant lastInstant(WindowKey window) {
    return Instant.ofEpochMilli(window.end() - 1);
  }

  @OnTimer("result")
  public void giveResult(
      OnTimerContext context,
      @Key byte[] key,
      @StateId("cells") MapState<String, byte[]> cells,
      @StateId("changed") BagState<String> changed,
      OutputReceiver<RollupRow> out) {
    give(WindowKey.of(key), context.timestamp(), cells, changed, out);
  }

  @OnTimer("early")
  public void giveEarly(
      OnTimerContext context,
      @Key byte[] key,
      @StateId("cells") MapState<String, byte[]> cells,
      @StateId("changed") BagState<String> changed,
      OutputReceiver<RollupRow> out) {
    give(WindowKey.of(key), context.timestamp(), cells, changed, out);
  }

  @OnTimer("late")
  public void forget(
      @Key byte[] key,
      @StateId("cells") MapState<String, byte[]> cells,
      @StateId("changed") BagState<String> changed,
      OutputReceiver<RollupRow> out) {
    // Nothing is left to give unless a runner fires this timer before the other.
    WindowKey window = WindowKey.of(key);
    give(window, lastInstant(window), cells, changed, out);
    cells.clear();
  }

  private void give(
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
          rollup.row(group, window.start(), window.end(), cell, cell.events(), false), timestamp);
      changes.dec();
      results.inc();
      byte[] unchanged = stored.clone();
      unchanged[0] = GIVEN;
      cells.put(id, unchanged);
    }
    changed.clear();
  }

  /**
   * Without bound: a result is timestamped with its window, however late the watermark is by then.
   */
  @Override
  @SuppressWarnings("deprecation") // deprecated without a replacement for this use
  public Duration getAllowedTimestampSkew() {
    return Duration.millis(Long.MAX_VALUE);
  }
}
