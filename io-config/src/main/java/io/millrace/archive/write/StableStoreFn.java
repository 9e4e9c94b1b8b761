package io.millrace.archive.write;

import io.millrace.event.Packed;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;

/**
 * A {@link StoreFn} with stable input: a runner that repeats this step repeats it with the same
 * elements. Not for Flink, see {@link AwaitCheckpointFn}.
 *
 * <p>State: none, but the runner keeps the elements until they are stable.
 */
final class StableStoreFn<T, R> extends DoFn<KV<String, T>, KV<String, R>> {
  private static final long serialVersionUID = 1L;

  private final Packed<Attempts.Config<T, R>> packed;
  private final TupleTag<KV<String, T>> waiting;
  private final String destination;
  private transient Attempts<T, R> attempts;

  /**
   * Creates the function.
   *
   * @param destination the key of elements that wait
   */
  StableStoreFn(
      Packed<Attempts.Config<T, R>> packed, TupleTag<KV<String, T>> waiting, String destination) {
    this.packed = packed;
    this.waiting = waiting;
    this.destination = destination;
  }

  @Setup
  public void setUp() {
    attempts = new Attempts<>(packed.get());
  }

  @RequiresStableInput
  @ProcessElement
  public void process(@Element KV<String, T> element, MultiOutputReceiver out) {
    attempts.attempt(element, waiting, destination, out);
  }
}
