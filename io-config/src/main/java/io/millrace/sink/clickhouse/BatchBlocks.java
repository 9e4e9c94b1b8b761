package io.millrace.sink.clickhouse;

import java.util.List;
import org.apache.beam.sdk.coders.IterableCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

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

  private static final KvCoder<String, Iterable<RowBlock>> BATCH_CODER =
      KvCoder.of(StringUtf8Coder.of(), IterableCoder.of(RowBlockCoder.of()));

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
          blocks
              .apply("CollectBlocks", ParDo.of(new CollectBlocks(batching)))
              .setCoder(BATCH_CODER);
      case BUNDLE ->
          blocks.apply("BlockIsBatch", ParDo.of(new BlockIsBatch())).setCoder(BATCH_CODER);
    };
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
