package io.millrace.archive.write;

import io.millrace.archive.store.Manifest;
import io.millrace.event.Packed;
import io.millrace.io.retry.RetryFn;
import java.io.Serializable;
import java.util.function.Function;
import org.apache.beam.sdk.coders.Coder;
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
 * Does the work of a {@link StoreTask} for each element, and retries what fails in a stateful step.
 * Emits the entry of each file that was written.
 *
 * <p>State: the elements until they are stable, and those that wait.
 */
final class StoreWithRetry<T extends Serializable>
    extends PTransform<PCollection<KV<String, T>>, PCollection<KV<String, Manifest.Entry>>> {
  private static final long serialVersionUID = 1L;

  /** A function that goes to workers. */
  private interface Key extends Function<Manifest.Entry, String>, Serializable {}

  private final transient Attempts.Config<T, Manifest.Entry> config;
  private final transient Coder<T> coder;

  private final transient boolean waitsForCheckpoint;

  /**
   * Creates the transform.
   *
   * @param waitsForCheckpoint see {@link Rolling#waitsForCheckpoint}
   */
  StoreWithRetry(
      Attempts.Config<T, Manifest.Entry> config, Coder<T> coder, boolean waitsForCheckpoint) {
    this.config = config;
    this.coder = coder;
    this.waitsForCheckpoint = waitsForCheckpoint;
  }

  /** The tag of results. */
  static <R> TupleTag<KV<String, R>> done() {
    return new TupleTag<>("done");
  }

  @Override
  public PCollection<KV<String, Manifest.Entry>> expand(PCollection<KV<String, T>> elements) {
    Packed<Attempts.Config<T, Manifest.Entry>> packed = Packed.of(config);
    TupleTag<KV<String, T>> waiting = new TupleTag<>("waiting");
    TupleTag<KV<String, Manifest.Entry>> done = done();
    KvCoder<String, Manifest.Entry> entries =
        KvCoder.of(StringUtf8Coder.of(), SerializableCoder.of(Manifest.Entry.class));
    KvCoder<String, T> elementCoder = KvCoder.of(StringUtf8Coder.of(), coder);
    PCollectionTuple tried =
        waitsForCheckpoint
            ? elements
                .apply("AwaitCheckpoint", ParDo.of(new AwaitCheckpointFn<T>()))
                .setCoder(elementCoder)
                .apply(
                    "Store",
                    ParDo.of(new StoreFn<>(packed, waiting, config.root()))
                        .withOutputTags(done, TupleTagList.of(waiting)))
            : elements.apply(
                "Store",
                ParDo.of(new StableStoreFn<>(packed, waiting, config.root()))
                    .withOutputTags(done, TupleTagList.of(waiting)));
    Key key = entry -> entry.partition().key();
    PCollection<KV<String, Manifest.Entry>> later =
        tried
            .get(waiting)
            .setCoder(elementCoder)
            .apply(
                "RetryStores",
                ParDo.of(
                        new RetryFn<T, KV<String, Manifest.Entry>>(
                            StoreRetryTarget.factory(packed, key),
                            coder,
                            config.maxWaitingBytes(),
                            elements.getName()))
                    .withOutputTags(done, TupleTagList.empty()))
            .get(done)
            .setCoder(entries);
    return PCollectionList.of(tried.get(done).setCoder(entries))
        .and(later)
        .apply("Stored", Flatten.pCollections());
  }
}
