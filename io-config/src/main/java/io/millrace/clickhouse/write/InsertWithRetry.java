package io.millrace.clickhouse.write;

import io.millrace.clickhouse.client.Batching;
import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.Packed;
import io.millrace.io.WriteResult;
import io.millrace.io.WrittenBatch;
import io.millrace.io.retry.RetryFn;
import java.util.ArrayList;
import java.util.List;
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
 * Inserts batches into their tables, and retries failed ones in a stateful step.
 *
 * <p>Input: one or several collections of batches keyed by table; each has its own step that
 * inserts. Output: {@link WriteResult#WRITTEN}, {@link WriteResult#REFUSED} and {@link
 * TableWriter#AUDIT}.
 */
final class InsertWithRetry
    extends PTransform<PCollectionList<KV<String, Iterable<RowBlock>>>, PCollectionTuple> {
  private static final long serialVersionUID = 1L;

  private final transient Packed<TableWriter.Config> config;
  private final transient Batching batching;
  private final transient List<String> names;

  /**
   * Creates the transform.
   *
   * @param names of the inserting steps, one for each input
   */
  InsertWithRetry(TableWriter.Config config, Batching batching, List<String> names) {
    this.config = Packed.of(config);
    this.batching = batching;
    this.names = names;
  }

  @Override
  public PCollectionTuple expand(PCollectionList<KV<String, Iterable<RowBlock>>> batches) {
    TupleTagList more = TupleTagList.of(WriteResult.REFUSED).and(TableWriter.AUDIT);
    List<PCollectionTuple> written = new ArrayList<>();
    String step = batches.get(0).getName();
    PCollectionList<KV<String, WaitingBatch>> waiting =
        PCollectionList.empty(batches.getPipeline());
    for (int i = 0; i < names.size(); i++) {
      PCollectionTuple straight =
          batches
              .get(i)
              .apply(
                  names.get(i),
                  ParDo.of(new InsertFn(config, step))
                      .withOutputTags(WriteResult.WRITTEN, more.and(InsertFn.WAITING)));
      setCoders(straight);
      written.add(straight);
      waiting =
          waiting.and(
              straight
                  .get(InsertFn.WAITING)
                  .setCoder(KvCoder.of(StringUtf8Coder.of(), WaitingBatch.Coder.of())));
    }
    PCollection<KV<String, WaitingBatch>> allWaiting =
        names.size() == 1 ? waiting.get(0) : waiting.apply("AllWaiting", Flatten.pCollections());
    PCollectionTuple afterWaiting =
        allWaiting.apply(
            "RetryInserts",
            ParDo.of(
                    new RetryFn<WaitingBatch, WrittenBatch>(
                        TableRetryTarget.factory(config, batching),
                        WaitingBatch.Coder.of(),
                        batching.maxWaitingBytes(),
                        step))
                .withOutputTags(WriteResult.WRITTEN, more));
    setCoders(afterWaiting);
    written.add(afterWaiting);
    return PCollectionTuple.of(
            WriteResult.WRITTEN, together(written, WriteResult.WRITTEN, "AllWritten"))
        .and(WriteResult.REFUSED, together(written, WriteResult.REFUSED, "BothRefused"))
        .and(TableWriter.AUDIT, together(written, TableWriter.AUDIT, "AllAudit"));
  }

  private static void setCoders(PCollectionTuple outputs) {
    outputs.get(WriteResult.WRITTEN).setCoder(SerializableCoder.of(WrittenBatch.class));
    outputs.get(WriteResult.REFUSED).setCoder(DeadLetterCoder.of());
    outputs.get(TableWriter.AUDIT).setCoder(BatchBlocks.BLOCK_CODER);
  }

  private static <T> PCollection<T> together(
      List<PCollectionTuple> written, TupleTag<T> tag, String name) {
    PCollectionList<T> all = PCollectionList.empty(written.get(0).getPipeline());
    for (PCollectionTuple outputs : written) {
      all = all.and(outputs.get(tag));
    }
    return all.apply(name, Flatten.pCollections());
  }
}
