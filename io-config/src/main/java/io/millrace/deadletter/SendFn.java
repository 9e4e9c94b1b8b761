package io.millrace.deadletter;

import io.millrace.deadletter.Sender.Unsent;
import io.millrace.event.DeadLetter;
import io.millrace.event.Packed;
import io.millrace.io.retry.Backoff;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Sends a batch of dead letters and emits the acknowledged ones. The others go to {@link #WAITING}.
 * While the destination fails, most batches go there without an attempt, so that timeouts do not
 * slow the step down; an occasional batch probes for recovery.
 *
 * <p>State: none. It keeps the time of the next attempt in memory.
 */
final class SendFn extends DoFn<Iterable<DeadLetter>, DeadLetter> {
  static final TupleTag<DeadLetter> SENT = new TupleTag<>("sent") {};

  /** Dead letters to retry, keyed by destination. */
  static final TupleTag<KV<String, DeadLetter>> WAITING = new TupleTag<>("waiting") {};

  private final Packed<SendWithRetry.Config> packed;
  private transient SendWithRetry.Config config;
  private transient Sender sender;
  private transient int failures;
  private transient long untilMillis;

  SendFn(Packed<SendWithRetry.Config> packed) {
    this.packed = packed;
  }

  @Setup
  public void setUp(PipelineOptions options) {
    config = packed.get();
    sender = config.senders().open(options);
  }

  @Teardown
  public void tearDown() {
    if (sender != null) {
      sender.close();
    }
  }

  @ProcessElement
  public void process(@Element Iterable<DeadLetter> batch, MultiOutputReceiver out)
      throws InterruptedException {
    List<DeadLetter> letters = new ArrayList<>();
    batch.forEach(letters::add);
    long start = config.clock().millis();
    Unsent unsent =
        failures > 0 && start < untilMillis
            ? new Unsent(letters, "", false)
            : attempt(letters, start);
    SendWithRetry.sent(letters, unsent).forEach(out.get(SENT)::output);
    unsent.letters().forEach(letter -> out.get(WAITING).output(KV.of(config.address(), letter)));
  }

  private Unsent attempt(List<DeadLetter> letters, long start) throws InterruptedException {
    Unsent unsent = sender.send(letters);
    failures = unsent.letters().isEmpty() ? 0 : failures + 1;
    if (failures > 0) {
      // A slow attempt blocks the worker: leave other steps most of the time.
      long now = config.clock().millis();
      untilMillis = now + Math.max(Backoff.pauseMillis(failures), 2 * (now - start));
    }
    return unsent;
  }
}
