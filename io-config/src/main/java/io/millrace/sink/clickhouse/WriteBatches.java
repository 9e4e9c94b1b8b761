package io.millrace.sink.clickhouse;

import io.millrace.event.DeadLetterCoder;
import io.millrace.event.Packed;
import io.millrace.sink.WriteResult;
import io.millrace.sink.WrittenBatch;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Batches into their tables: straight, as long as all is well, and by a step with state for those
 * that have to wait.
 *
 * <p>Input: batches keyed by their table. Output: {@link WriteResult#WRITTEN}, {@link
 * WriteResult#REFUSED} and {@link TableWriter#AUDIT}.
 */
final class WriteBatches
    extends PTransform<PCollection<KV<String, Iterable<RowBlock>>>, PCollectionTuple> {
  private static final long serialVersionUID = 1L;

  private final transient Packed<TableWriter.Config> config;
  private final transient Batching batching;

  private WriteBatches(Packed<TableWriter.Config> config, Batching batching) {
    this.config = config;
    this.batching = batching;
  }

  static WriteBatches of(TableWriter.Config config, Batching batching) {
    return new WriteBatches(Packed.of(config), batching);
  }

  @Override
  public PCollectionTuple expand(PCollection<KV<String, Iterable<RowBlock>>> batches) {
    TupleTagList more = TupleTagList.of(WriteResult.REFUSED).and(TableWriter.AUDIT);
    PCollectionTuple straight =
        batches.apply(
            "InsertBatches",
            ParDo.of(new InsertBatches(config))
                .withOutputTags(WriteResult.WRITTEN, more.and(InsertBatches.WAITING)));
    PCollectionTuple afterWaiting =
        straight
            .get(InsertBatches.WAITING)
            .setCoder(KvCoder.of(StringUtf8Coder.of(), WaitingBatch.Coder.of()))
            .apply(
                "InsertWaiting",
                ParDo.of(new InsertWaiting(config, batching))
                    .withOutputTags(WriteResult.WRITTEN, more));
    setCoders(straight);
    setCoders(afterWaiting);
    return PCollectionTuple.of(
            WriteResult.WRITTEN, both(straight, afterWaiting, WriteResult.WRITTEN, "AllWritten"))
        .and(WriteResult.REFUSED, both(straight, afterWaiting, WriteResult.REFUSED, "BothRefused"))
        .and(TableWriter.AUDIT, both(straight, afterWaiting, TableWriter.AUDIT, "AllAudit"));
  }

  private static void setCoders(PCollectionTuple outputs) {
    outputs.get(WriteResult.WRITTEN).setCoder(SerializableCoder.of(WrittenBatch.class));
    outputs.get(WriteResult.REFUSED).setCoder(DeadLetterCoder.of());
    outputs.get(TableWriter.AUDIT).setCoder(BatchBlocks.BLOCK_CODER);
  }

  private static <T> PCollection<T> both(
      PCollectionTuple straight, PCollectionTuple afterWaiting, TupleTag<T> tag, String name) {
    return PCollectionList.of(straight.get(tag))
        .and(afterWaiting.get(tag))
        .apply(name, Flatten.pCollections());
  }
}
