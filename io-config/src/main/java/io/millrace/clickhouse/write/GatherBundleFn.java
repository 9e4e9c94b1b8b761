package io.millrace.clickhouse.write;

import io.millrace.clickhouse.client.Batching;
import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.event.Clock;
import io.millrace.io.flags.ParallelismOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.joda.time.Instant;

/**
 * Batches a table's blocks in the bundle, at most to the limits of a batch. Few rows of a bundle,
 * for which nobody waits, go to {@link #FEW} instead, to share an INSERT with those of other
 * subtasks ({@link GatherSubtasks}): an INSERT has a cost besides that of its rows.
 *
 * <p>State: none. Memory: the bundle's rows, at most a batch of each table.
 */
final class GatherBundleFn extends DoFn<KV<String, RowBlock>, KV<String, Iterable<RowBlock>>> {
  private static final long serialVersionUID = 1L;

  static final TupleTag<KV<String, Iterable<RowBlock>>> BATCHES = new TupleTag<>("batches") {};

  /** Few rows of a table, by {@link Lane}. */
  static final TupleTag<KV<String, RowBlock>> FEW = new TupleTag<>("few") {};

  /** A bundle's rows of a table are few up to here. More would only move to another subtask. */
  private static final long FEW_BYTES = 4 << 20;

  /** Rows of records that are older have waited so long that another second does not count. */
  private static final long OLD_MILLIS = 20_000;

  private final Batching batching;
  private final long fewBytes;
  private final @Nullable Clock clock;
  private transient long maxBytes;
  private transient Lane lane;
  private transient Map<String, Gathered> gathered;

  private static final class Gathered {
    private final List<RowBlock> blocks = new ArrayList<>();
    private Instant earliest = BoundedWindow.TIMESTAMP_MAX_VALUE;
    private int rows;
    private long bytes;

    /** The time of the last row's record, milliseconds since the epoch, UTC. */
    private long lastRecordMillis() {
      RowBlock last = blocks.get(blocks.size() - 1);
      return last.originWithoutBytes(last.rowCount() - 1).recordTimeMillis();
    }
  }

  /**
   * Creates the function.
   *
   * @param fewBytes so many bytes of a table in a bundle are few; 0: none are
   * @param clock where only few rows of old records go to {@link #FEW}; null: those of any age
   */
  private GatherBundleFn(Batching batching, long fewBytes, @Nullable Clock clock) {
    this.batching = batching;
    this.fewBytes = fewBytes;
    this.clock = clock;
  }

  /** Batches all rows here. */
  static GatherBundleFn all(Batching batching) {
    return new GatherBundleFn(batching, 0, null);
  }

  /** Few rows of old records go to {@link #FEW}. Each row needs its record. */
  static GatherBundleFn exceptFewOldOnes(Batching batching, Clock clock) {
    return new GatherBundleFn(batching, FEW_BYTES, clock);
  }

  /** Few rows go to {@link #FEW}. */
  static GatherBundleFn exceptFew(Batching batching) {
    return new GatherBundleFn(batching, FEW_BYTES, null);
  }

  @Setup
  public void setUp(PipelineOptions options) {
    maxBytes = batching.bundleBytes(Runtime.getRuntime().maxMemory());
    lane = new Lane(options.as(ParallelismOptions.class).getParallelism());
  }

  @StartBundle
  public void startBundle() {
    gathered = new HashMap<>();
    lane.next();
  }

  @ProcessElement
  public void process(
      @Element KV<String, RowBlock> block,
      @Timestamp Instant timestamp,
      OutputReceiver<KV<String, Iterable<RowBlock>>> out) {
    Gathered table = gathered.computeIfAbsent(block.getKey(), t -> new Gathered());
    table.blocks.add(block.getValue());
    table.rows += block.getValue().rowCount();
    table.bytes += block.getValue().memoryBytes();
    if (timestamp.isBefore(table.earliest)) {
      table.earliest = timestamp;
    }
    if (table.rows >= batching.maxRows() || table.bytes >= maxBytes) {
      gathered.remove(block.getKey());
      out.output(KV.of(block.getKey(), table.blocks));
    }
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    gathered.forEach(
        (name, table) -> {
          if (canWait(table)) {
            // Not joined: large arrays are humongous objects of G1.
            for (RowBlock block : table.blocks) {
              KV<String, RowBlock> own = KV.of(lane.of(name), block.withoutBuffers());
              block.release();
              context.output(FEW, own, table.earliest, GlobalWindow.INSTANCE);
            }
          } else {
            context.output(KV.of(name, table.blocks), table.earliest, GlobalWindow.INSTANCE);
          }
        });
  }

  private boolean canWait(Gathered table) {
    return table.bytes <= fewBytes
        && (clock == null || clock.millis() - table.lastRecordMillis() > OLD_MILLIS);
  }

  /**
   * The lane that a subtask's few rows take, another in each bundle. Without lanes, one subtask
   * would get a table's rows from all others, however many they are.
   */
  static final class Lane {
    /** So many subtasks share a lane on average. */
    private static final int SUBTASKS = 16;

    private static final char SEPARATOR = '/';

    private final int lanes;
    private int lane;

    /** With a parallelism that is not known, there is one lane. */
    Lane(int parallelism) {
      this.lanes = Math.max(1, (parallelism + SUBTASKS - 1) / SUBTASKS);
    }

    void next() {
      lane = (lane + 1) % lanes;
    }

    String of(String table) {
      return Integer.toString(lane) + SEPARATOR + table;
    }

    static String table(String inLane) {
      return inLane.substring(inLane.indexOf(SEPARATOR) + 1);
    }
  }
}
