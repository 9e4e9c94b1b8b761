package io.millrace.clickhouse.write;

import io.millrace.clickhouse.client.Batching;
import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.clickhouse.encoding.RowBlockCoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.IterableCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupIntoBatches;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Blocks of rows to batches, as {@link Batching} says. In state, the runner keeps the blocks over
 * bundles and restarts until a batch is full or old enough, and at the end of bounded input. In the
 * bundle, a batch is what the bundle holds of a table.
 *
 * <p>In state, blocks go through two steps: some ten are joined into a larger one, and those make a
 * batch. The DirectRunner copies a step's whole state in every bundle, so with one step each row is
 * copied as often as there are bundles in half a batch, a hundred times and more; with two it is
 * about ten.
 */
public final class BatchBlocks
    extends PTransform<
        PCollection<KV<String, RowBlock>>, PCollection<KV<String, Iterable<RowBlock>>>> {
  private static final long serialVersionUID = 1L;

  public static final KvCoder<String, RowBlock> BLOCK_CODER =
      KvCoder.of(StringUtf8Coder.of(), RowBlockCoder.of());

  private static final KvCoder<String, Iterable<RowBlock>> BATCH_CODER =
      KvCoder.of(StringUtf8Coder.of(), IterableCoder.of(RowBlockCoder.of()));

  /** The least weight of a block: ten of them are enough, or any number is. */
  private static final long FEW = Weigher.FULL / 10;

  private static final long ANY = 1;
  private static final int AGE_PARTS = 5;

  private final Batching batching;
  private final boolean inOneStep;

  private BatchBlocks(Batching batching, boolean inOneStep) {
    this.batching = batching;
    this.inOneStep = inOneStep;
  }

  static BatchBlocks of(Batching batching) {
    return new BatchBlocks(batching, false);
  }

  /**
   * For narrow rows that come in few bundles: in state, a step less is worth more than their
   * copies.
   */
  BatchBlocks inOneStep() {
    return new BatchBlocks(batching, true);
  }

  @Override
  public PCollection<KV<String, Iterable<RowBlock>>> expand(
      PCollection<KV<String, RowBlock>> blocks) {
    return switch (batching.mode()) {
      case STATE ->
          inOneStep
              ? blocks.apply(
                  "GatherBatch", gather(batching.maxRows(), batching.maxBytes(), ANY, AGE_PARTS))
              : blocks
                  .apply("GatherSmall", gather(batching.blockRows(), batching.blockBytes(), FEW, 1))
                  .apply("JoinSmall", ParDo.of(new Join()))
                  .setCoder(BLOCK_CODER)
                  .apply(
                      "GatherBatch",
                      gather(batching.maxRows(), batching.maxBytes(), ANY, AGE_PARTS - 1));
      case BUNDLE ->
          blocks.apply("GatherBundle", ParDo.of(new GatherBundle(batching))).setCoder(BATCH_CODER);
    };
  }

  /** The two steps share the age: a row waits in one, then in the other. */
  private GroupIntoBatches<String, RowBlock> gather(
      int rows, int bytes, long leastWeight, int ageParts) {
    long age = Math.max(1, batching.maxAge().toMillis() * ageParts / AGE_PARTS);
    return GroupIntoBatches.<String, RowBlock>ofByteSize(
            Weigher.FULL, new Weigher(rows, bytes, leastWeight))
        .withMaxBufferingDuration(Duration.millis(age));
  }

  /**
   * How much of its group a block fills. All limits in one number: the weights of a group's blocks
   * add up to at least the part of each limit that they use.
   */
  static final class Weigher implements SerializableFunction<RowBlock, Long> {
    private static final long serialVersionUID = 1L;

    static final long FULL = 1L << 30;

    private final int maxRows;
    private final int maxBytes;
    private final long leastWeight;

    Weigher(int maxRows, int maxBytes, long leastWeight) {
      this.maxRows = maxRows;
      this.maxBytes = maxBytes;
      this.leastWeight = leastWeight;
    }

    @Override
    public Long apply(RowBlock block) {
      long share =
          Math.max(FULL * block.rowCount() / maxRows, FULL * block.memoryBytes() / maxBytes);
      return Math.max(leastWeight, share);
    }
  }

  /** Several blocks to one. */
  static final class Join extends DoFn<KV<String, Iterable<RowBlock>>, KV<String, RowBlock>> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(
        @Element KV<String, Iterable<RowBlock>> blocks, OutputReceiver<KV<String, RowBlock>> out) {
      out.output(KV.of(blocks.getKey(), RowBlock.join(blocks.getValue())));
    }
  }

  /** A batch of all blocks of a table in the bundle, or of as many as fill one. */
  static final class GatherBundle
      extends DoFn<KV<String, RowBlock>, KV<String, Iterable<RowBlock>>> {
    private static final long serialVersionUID = 1L;

    private final Batching batching;
    private transient Map<String, Gathered> gathered;

    private static final class Gathered {
      private final List<RowBlock> blocks = new ArrayList<>();
      private Instant earliest = BoundedWindow.TIMESTAMP_MAX_VALUE;
      private int rows;
      private long bytes;
    }

    GatherBundle(Batching batching) {
      this.batching = batching;
    }

    @StartBundle
    public void startBundle() {
      gathered = new HashMap<>();
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
      if (table.rows >= batching.maxRows() || table.bytes >= batching.maxBytes()) {
        gathered.remove(block.getKey());
        out.output(KV.of(block.getKey(), table.blocks));
      }
    }

    @FinishBundle
    public void finishBundle(FinishBundleContext context) {
      gathered.forEach(
          (name, table) ->
              context.output(KV.of(name, table.blocks), table.earliest, GlobalWindow.INSTANCE));
    }
  }
}
