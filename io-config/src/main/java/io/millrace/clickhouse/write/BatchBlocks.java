package io.millrace.clickhouse.write;

import io.millrace.clickhouse.client.Batching;
import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.clickhouse.encoding.RowBlockCoder;
import org.apache.beam.sdk.coders.IterableCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupIntoBatches;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;

/**
 * Groups blocks of rows into batches by {@link Batching}. With {@link Batching.Mode#STATE}, state
 * keeps the blocks over bundles until a batch is full or old enough, or the input ends. With {@link
 * Batching.Mode#BUNDLE}, a batch contains a table's rows in the bundle.
 *
 * <p>With {@link Batching.Mode#STATE}, a first step joins about ten blocks, and a second step makes
 * batches of these. The DirectRunner copies a step's whole state in every bundle: with one step,
 * each row would be copied a hundred times or more; with two, about ten times.
 */
public final class BatchBlocks
    extends PTransform<
        PCollection<KV<String, RowBlock>>, PCollection<KV<String, Iterable<RowBlock>>>> {
  private static final long serialVersionUID = 1L;

  public static final KvCoder<String, RowBlock> BLOCK_CODER =
      KvCoder.of(StringUtf8Coder.of(), RowBlockCoder.of());

  static final KvCoder<String, Iterable<RowBlock>> BATCH_CODER =
      KvCoder.of(StringUtf8Coder.of(), IterableCoder.of(RowBlockCoder.of()));

  /** Least weight of a block, so that ten blocks fill a group. */
  private static final long FEW = Weigher.FULL / 10;

  private static final long ANY = 1;
  private static final int AGE_PARTS = 5;

  private final Batching batching;
  private final boolean inOneStep;

  /**
   * Creates the transform.
   *
   * @param inOneStep whether state has one step: for narrow rows in few bundles, where a step costs
   *     more than the copies
   */
  BatchBlocks(Batching batching, boolean inOneStep) {
    this.batching = batching;
    this.inOneStep = inOneStep;
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
          blocks
              .apply("GatherBundle", ParDo.of(GatherBundleFn.all(batching)))
              .setCoder(BATCH_CODER);
    };
  }

  /** The two steps share the maximum age, because a row waits in both. */
  private GroupIntoBatches<String, RowBlock> gather(
      int rows, int bytes, long leastWeight, int ageParts) {
    long age = Math.max(1, batching.maxAge().toMillis() * ageParts / AGE_PARTS);
    return GroupIntoBatches.<String, RowBlock>ofByteSize(
            Weigher.FULL, new Weigher(rows, bytes, leastWeight))
        .withMaxBufferingDuration(Duration.millis(age));
  }

  /**
   * Weight of a block: its largest share of any limit. A group's total weight is therefore at least
   * its share of each limit.
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

  static final class Join extends DoFn<KV<String, Iterable<RowBlock>>, KV<String, RowBlock>> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(
        @Element KV<String, Iterable<RowBlock>> blocks, OutputReceiver<KV<String, RowBlock>> out) {
      out.output(KV.of(blocks.getKey(), RowBlock.join(blocks.getValue())));
    }
  }
}
