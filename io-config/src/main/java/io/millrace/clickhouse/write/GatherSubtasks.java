package io.millrace.clickhouse.write;

import io.millrace.clickhouse.client.Batching;
import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.clickhouse.write.GatherBundleFn.Lane;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * Batches the few rows that subtasks have of a table in a bundle, over the subtasks. A table gets
 * about one INSERT a second from sixteen of them.
 *
 * <p>Input: {@link GatherBundleFn#FEW}. Output: batches keyed by table. The rows wait in bundles,
 * as all rows do, and not in state: a checkpoint ends the bundles, so that it contains no row that
 * is not yet written.
 *
 * <p>Cost: the rows and their records go from one worker to another. State: none.
 */
final class GatherSubtasks
    extends PTransform<
        PCollection<KV<String, RowBlock>>, PCollection<KV<String, Iterable<RowBlock>>>> {
  private static final long serialVersionUID = 1L;

  private final transient Batching batching;

  GatherSubtasks(Batching batching) {
    this.batching = batching;
  }

  @Override
  public PCollection<KV<String, Iterable<RowBlock>>> expand(PCollection<KV<String, RowBlock>> few) {
    return few.apply("RouteByTable", ParDo.of(new RouteByTableFn()))
        .setCoder(BatchBlocks.BLOCK_CODER)
        .apply("GatherBundle", ParDo.of(GatherBundleFn.all(batching)))
        .setCoder(BatchBlocks.BATCH_CODER);
  }

  /** Passes blocks on. Runners send the elements of a key to one subtask only for state. */
  private static final class RouteByTableFn
      extends DoFn<KV<String, RowBlock>, KV<String, RowBlock>> {
    private static final long serialVersionUID = 1L;

    @StateId("unused")
    private final StateSpec<ValueState<Integer>> unused = StateSpecs.value(VarIntCoder.of());

    @ProcessElement
    public void process(
        @Element KV<String, RowBlock> block, OutputReceiver<KV<String, RowBlock>> out) {
      out.output(KV.of(Lane.table(block.getKey()), block.getValue()));
    }
  }
}
