package io.millrace.rollup;

import io.millrace.contract.Contract;
import io.millrace.event.Event;
import io.millrace.event.Packed;
import io.millrace.event.RowValues;
import io.millrace.rollup.measure.LengthPrefixed;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;
import org.joda.time.Instant;

/**
 * Combines the events of a bundle by roll-up, window and group, so that the keyed steps get a few
 * cells for each bundle instead of every event. Fixed and sliding windows go to {@link #WINDOWS},
 * keyed by {@link WindowKey}. Sessions go to {@link #SESSIONS}, keyed by roll-up and group.
 *
 * <p>State: none outside of the bundle.
 */
final class AggregateBundleFn extends DoFn<List<Event>, KV<byte[], byte[]>> {
  private static final long serialVersionUID = 1L;

  static final TupleTag<KV<byte[], byte[]>> WINDOWS = new TupleTag<>("windows") {};
  static final TupleTag<KV<byte[], byte[]>> SESSIONS = new TupleTag<>("sessions") {};

  private final Packed<Contract> contract;
  private final int shards;
  private transient CompiledRollup[] rollups;
  private transient Map<CellId, Cell> cells;
  private transient Map<GroupId, SessionList> sessions;
  private transient Instant earliest;

  /** A group in the period of its windows that starts at an instant. */
  private record CellId(int rollup, long start, List<Object> group) {}

  private record GroupId(int rollup, List<Object> group) {}

  AggregateBundleFn(Packed<Contract> contract, int shards) {
    this.contract = contract;
    this.shards = shards;
  }

  @Setup
  public void setUp() {
    rollups = CompiledRollup.all(contract.get());
    cells = new HashMap<>();
    sessions = new HashMap<>();
  }

  @StartBundle
  public void startBundle() {
    // A failed bundle may have left cells behind. The runner retries its events.
    cells.clear();
    sessions.clear();
    earliest = BoundedWindow.TIMESTAMP_MAX_VALUE;
  }

  @ProcessElement
  public void process(@Element List<Event> group, @Timestamp Instant timestamp) {
    if (timestamp.isBefore(earliest)) {
      earliest = timestamp;
    }
    for (Event event : group) {
      add(event);
    }
  }

  private void add(Event event) {
    RowValues row = event.values();
    long time = event.eventTimeMillis();
    for (int i = 0; i < rollups.length; i++) {
      CompiledRollup rollup = rollups[i];
      if (!rollup.counts(row)) {
        continue;
      }
      List<Object> group = rollup.group(row);
      if (rollup.sessions()) {
        sessions
            .computeIfAbsent(new GroupId(i, group), id -> new SessionList())
            .addEvent(time, rollup.sizeMillis(), row, rollup::newCell);
      } else {
        long start = rollup.windows().last(time);
        Cell cell =
            cells.computeIfAbsent(new CellId(i, start, group), id -> rollups[id.rollup].newCell());
        cell.add(row);
      }
    }
  }

  /**
   * Emits the cells with the earliest timestamp of the bundle, which is not behind the watermark.
   * So they hold the watermark until they are counted. A window's start could be behind it.
   */
  @FinishBundle
  public void finishBundle(FinishBundleContext context) throws IOException {
    Map<WindowKey, Frame> frames = new HashMap<>();
    for (Map.Entry<CellId, Cell> entry : cells.entrySet()) {
      addToWindows(entry.getKey(), entry.getValue(), frames);
    }
    for (Map.Entry<WindowKey, Frame> entry : frames.entrySet()) {
      context.output(
          WINDOWS,
          KV.of(entry.getKey().toBytes(), entry.getValue().bytes.toByteArray()),
          earliest,
          GlobalWindow.INSTANCE);
    }
    for (Map.Entry<GroupId, SessionList> entry : sessions.entrySet()) {
      GroupId id = entry.getKey();
      CompiledRollup rollup = rollups[id.rollup];
      context.output(
          SESSIONS,
          KV.of(
              SessionList.key(rollup.table(), CompiledRollup.groupText(id.group)),
              entry.getValue().toBytes()),
          earliest,
          GlobalWindow.INSTANCE);
    }
    cells.clear();
    sessions.clear();
  }

  /** Adds a cell to each window that contains its period. */
  private void addToWindows(CellId id, Cell cell, Map<WindowKey, Frame> frames) throws IOException {
    CompiledRollup rollup = rollups[id.rollup];
    // By name, because the index of a roll-up in the contract may change while its state remains.
    String text = rollup.table() + CompiledRollup.groupText(id.group);
    byte[] bytes = cell.toBytes();
    int shard = Math.floorMod(text.hashCode(), shards);
    WindowStarts windows = rollup.windows();
    for (long start = windows.first(id.start); start <= id.start; start += windows.periodMillis()) {
      WindowKey key =
          new WindowKey(start, start + rollup.sizeMillis(), rollup.earlyMillis(), shard);
      Frame frame = frames.computeIfAbsent(key, k -> new Frame());
      LengthPrefixed.writeText(text, frame.out);
      LengthPrefixed.writeBytes(bytes, frame.out);
    }
  }

  /** The cells of one key. */
  private static final class Frame {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    private final DataOutputStream out = new DataOutputStream(bytes);
  }
}
