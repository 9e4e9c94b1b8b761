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
 * Sends dead letters together and gives each on when it is acknowledged. Those that cannot be sent
 * now are handed on: {@link #WAITING}. While the place fails, they are handed on untried, except
 * for some now and then that see whether it is back: so one that does not answer costs little.
 *
 * <p>State: none. In memory, when the place is to be tried again.
 */
final class SendFn extends DoFn<Iterable<DeadLetter>, DeadLetter> {
  private static final long serialVersionUID = 1L;

  /** Dead letters that the place has acknowledged. */
  static final TupleTag<DeadLetter> SENT = new TupleTag<>("sent") {};

  /** Dead letters to be tried again, keyed by the place. */
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
      // An attempt that hangs holds up the worker: others are to have most of the time.
      long now = config.clock().millis();
      untilMillis = now + Math.max(Backoff.pauseMillis(failures), 2 * (now - start));
    }
    return unsent;
  }
}
