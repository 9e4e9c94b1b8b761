package io.millrace.sink.clickhouse;

import java.util.List;
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
 * Blocks of rows to batches, as {@link Batching} says. In state, the runner keeps the blocks over
 * bundles and restarts until a batch is full or old enough, and at the end of bounded input. In the
 * bundle, a block is a batch: it was filled for that.
 */
final class BatchBlocks
    extends PTransform<
        PCollection<KV<String, RowBlock>>, PCollection<KV<String, Iterable<RowBlock>>>> {
  private static final long serialVersionUID = 1L;

  static final KvCoder<String, RowBlock> BLOCK_CODER =
      KvCoder.of(StringUtf8Coder.of(), RowBlockCoder.of());

  private final Batching batching;

  private BatchBlocks(Batching batching) {
    this.batching = batching;
  }

  static BatchBlocks of(Batching batching) {
    return new BatchBlocks(batching);
  }

  @Override
  public PCollection<KV<String, Iterable<RowBlock>>> expand(
      PCollection<KV<String, RowBlock>> blocks) {
    return switch (batching.mode()) {
      case STATE ->
          blocks.apply(
              "GroupIntoBatches",
              GroupIntoBatches.<String, RowBlock>ofByteSize(Weigher.FULL, new Weigher(batching))
                  .withMaxBufferingDuration(Duration.millis(batching.maxAge().toMillis())));
      case BUNDLE ->
          blocks
              .apply("BlockIsBatch", ParDo.of(new BlockIsBatch()))
              .setCoder(KvCoder.of(StringUtf8Coder.of(), IterableCoder.of(RowBlockCoder.of())));
    };
  }

  /**
   * How much of a batch a block fills. Two limits in one number: the weights of a batch's blocks
   * add up to at least the part of either limit that they use.
   */
  static final class Weigher implements SerializableFunction<RowBlock, Long> {
    private static final long serialVersionUID = 1L;

    static final long FULL = 1L << 30;

    private final int maxRows;
    private final int maxBytes;

    Weigher(Batching batching) {
      this.maxRows = batching.maxRows();
      this.maxBytes = batching.maxBytes();
    }

    @Override
    public Long apply(RowBlock block) {
      return Math.max(FULL * block.rowCount() / maxRows, FULL * block.byteCount() / maxBytes);
    }
  }

  /** A batch of one block. */
  static final class BlockIsBatch
      extends DoFn<KV<String, RowBlock>, KV<String, Iterable<RowBlock>>> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(
        @Element KV<String, RowBlock> block, OutputReceiver<KV<String, Iterable<RowBlock>>> out) {
      out.output(KV.of(block.getKey(), List.of(block.getValue())));
    }
  }
}
