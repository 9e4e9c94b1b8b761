package io.millrace.deadletter;

import io.millrace.deadletter.Sender.Unsent;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.Packed;
import io.millrace.io.InGlobalWindow;
import io.millrace.io.retry.RetryFn;
import io.millrace.io.retry.Sleeper;
import java.io.Serializable;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.coders.IterableCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Sends dead letters to one destination, and retries failed ones in a stateful step. Emits each
 * after its acknowledgement.
 *
 * <p>Cost: one wait for an acknowledgement a batch. State: waiting dead letters, and the state of
 * {@code gather}.
 */
public final class SendWithRetry
    extends PTransform<PCollection<DeadLetter>, PCollection<DeadLetter>> {
  /** Bytes of waiting dead letters above which the whole pipeline blocks. */
  static final long MAX_WAITING_BYTES = 32L << 20;

  /**
   * Configuration of the steps on a worker.
   *
   * @param address of the destination, for display
   */
  public record Config(
      String address, Sender.Factory senders, Clock clock, Sleeper sleeper, long maxWaitingBytes)
      implements Serializable {
    public static Config of(String address, Sender.Factory senders) {
      return new Config(address, senders, Clock.system(), Thread::sleep, MAX_WAITING_BYTES);
    }
  }

  private final transient Config config;
  private final transient PTransform<
          ? super PCollection<DeadLetter>, PCollection<Iterable<DeadLetter>>>
      gather;

  /**
   * Creates the transform.
   *
   * @param gather makes the batches to send
   */
  public SendWithRetry(
      Config config,
      PTransform<? super PCollection<DeadLetter>, PCollection<Iterable<DeadLetter>>> gather) {
    this.config = config;
    this.gather = gather;
  }

  /** Sends the dead letters of a bundle as batches. */
  public static SendWithRetry of(Config config) {
    return new SendWithRetry(config, ParDo.of(new BatchDeadLetters()));
  }

  @Override
  public PCollection<DeadLetter> expand(PCollection<DeadLetter> letters) {
    Packed<Config> packed = Packed.of(config);
    PCollectionTuple tried =
        InGlobalWindow.of("", letters)
            .apply("Gather", gather)
            .setCoder(IterableCoder.of(DeadLetterCoder.of()))
            .apply(
                "Send",
                ParDo.of(new SendFn(packed))
                    .withOutputTags(SendFn.SENT, TupleTagList.of(SendFn.WAITING)));
    PCollection<DeadLetter> later =
        tried
            .get(SendFn.WAITING)
            .setCoder(KvCoder.of(StringUtf8Coder.of(), DeadLetterCoder.of()))
            .apply(
                "RetrySends",
                ParDo.of(
                        new RetryFn<DeadLetter, DeadLetter>(
                            SenderRetryTarget.factory(packed),
                            DeadLetterCoder.of(),
                            config.maxWaitingBytes(),
                            letters.getName()))
                    .withOutputTags(SendFn.SENT, TupleTagList.empty()))
            .get(SendFn.SENT)
            .setCoder(DeadLetterCoder.of());
    return PCollectionList.of(tried.get(SendFn.SENT).setCoder(DeadLetterCoder.of()))
        .and(later)
        .apply("Sent", Flatten.pCollections());
  }

  /** The acknowledged dead letters of an attempt, in order. */
  static List<DeadLetter> sent(List<DeadLetter> all, Unsent unsent) {
    if (unsent.letters().isEmpty()) {
      return all;
    }
    Set<DeadLetter> not = Collections.newSetFromMap(new IdentityHashMap<>());
    not.addAll(unsent.letters());
    return all.stream().filter(letter -> !not.contains(letter)).toList();
  }
}
