package io.millrace.clickhouse.write;

import io.millrace.clickhouse.client.Batching;
import io.millrace.clickhouse.encoding.RowBlock;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * The batches of several outputs, each with its own step that inserts. Not a transform: the steps
 * are added where it is used, because their names identify their state.
 */
final class BatchedInserts {
  private final Batching batching;
  private final List<String> inserts = new ArrayList<>();
  private PCollectionList<KV<String, Iterable<RowBlock>>> batches;
  private PCollectionList<KV<String, RowBlock>> few;

  BatchedInserts(Pipeline pipeline, Batching batching) {
    this.batching = batching;
    this.batches = PCollectionList.empty(pipeline);
    this.few = PCollectionList.empty(pipeline);
  }

  /**
   * Adds batches.
   *
   * @param insert name of the step that inserts them
   */
  void add(String insert, PCollection<KV<String, Iterable<RowBlock>>> more) {
    batches = batches.and(more);
    inserts.add(insert);
  }

  /**
   * Batches blocks in bundles. The few rows that may wait are batched over the subtasks, together
   * with those of other outputs.
   *
   * @param batch name of the step that batches
   * @param insert name of the step that inserts
   */
  void addBundles(
      String batch,
      String insert,
      PCollection<KV<String, RowBlock>> blocks,
      GatherBundleFn gather) {
    PCollectionTuple gathered =
        blocks.apply(batch, PTransform.compose(in -> in.apply("GatherBundle", named(gather))));
    add(insert, gathered.get(GatherBundleFn.BATCHES).setCoder(BatchBlocks.BATCH_CODER));
    few = few.and(gathered.get(GatherBundleFn.FEW).setCoder(BatchBlocks.BLOCK_CODER));
  }

  /** The name inside is that of a step with one output, which this is in earlier savepoints. */
  private static PTransform<PCollection<KV<String, RowBlock>>, PCollectionTuple> named(
      GatherBundleFn gather) {
    return PTransform.compose(
        in ->
            in.apply(
                "ParMultiDo(GatherBundle)",
                ParDo.of(gather)
                    .withOutputTags(GatherBundleFn.BATCHES, TupleTagList.of(GatherBundleFn.FEW))));
  }

  /**
   * Inserts all batches.
   *
   * @param what a part of the names of steps for few rows
   * @return the output of {@link InsertWithRetry}
   */
  PCollectionTuple write(String name, String what, TableWriter.Config config) {
    if (few.size() > 0) {
      add(
          "InsertFew",
          few.apply("AllFew" + what, Flatten.pCollections())
              .apply("BatchFew" + what, new GatherSubtasks(batching)));
    }
    return batches.apply(name, new InsertWithRetry(config, batching, inserts));
  }
}
