package io.millrace.deadletter;

import io.millrace.deadletter.Sender.Unsent;
import io.millrace.event.DeadLetter;
import io.millrace.event.Packed;
import io.millrace.io.retry.RetryTarget;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn.MultiOutputReceiver;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A place for dead letters that they wait for. */
final class SenderRetryTarget implements RetryTarget<DeadLetter> {
  /** The gauge of dead letters that wait for a place; its step tells for which. */
  private static final String GAUGE = "dead_letters_waiting";

  private final SendWithRetry.Config config;
  private final Sender sender;

  private SenderRetryTarget(SendWithRetry.Config config, Sender sender) {
    this.config = config;
    this.sender = sender;
  }

  /** Opens targets on workers. */
  static RetryTarget.Factory<DeadLetter> factory(Packed<SendWithRetry.Config> packed) {
    return options -> {
      SendWithRetry.Config config = packed.get();
      return new SenderRetryTarget(config, config.senders().open(options));
    };
  }

  /**
   * Sends some at a time. Some of which none is taken end the attempt, since the place takes
   * nothing then. The next attempt begins with those that were not tried: if it is not the place,
   * but some that can go nowhere, the others pass them.
   */
  @Override
  public Attempt<DeadLetter> attempt(
      String place, List<DeadLetter> letters, int failures, MultiOutputReceiver out)
      throws InterruptedException {
    List<DeadLetter> tried = new ArrayList<>();
    List<DeadLetter> left = new ArrayList<>();
    Unsent last = Unsent.NONE;
    for (int from = 0; from < letters.size(); from += BatchDeadLetters.MAX_LETTERS) {
      int to = Math.min(letters.size(), from + BatchDeadLetters.MAX_LETTERS);
      List<DeadLetter> some = letters.subList(from, to);
      Unsent unsent = sender.send(some);
      SendWithRetry.sent(some, unsent).forEach(out.get(SendFn.SENT)::output);
      if (!unsent.letters().isEmpty()) {
        last = unsent;
        tried.addAll(unsent.letters());
      }
      if (unsent.letters().size() == some.size()) {
        left.addAll(letters.subList(to, letters.size()));
        break;
      }
    }
    left.addAll(tried);
    return new Attempt<>(left, new Cause(last.reason(), last.operator()));
  }

  @Override
  public long count(DeadLetter letter) {
    return 1;
  }

  @Override
  public long bytes(DeadLetter letter) {
    return DeadLetterJson.roughBytes(letter);
  }

  /** The first attempt of this step tells. */
  @Override
  public @Nullable Cause causeOf(DeadLetter letter) {
    return null;
  }

  @Override
  public String describe(String place) {
    return place;
  }

  @Override
  public String unit() {
    return "dead letters";
  }

  @Override
  public String limit() {
    return "may wait";
  }

  @Override
  public String gauge(String place) {
    return GAUGE;
  }

  @Override
  public long now() {
    return config.clock().millis();
  }

  @Override
  public void sleep(long millis) throws InterruptedException {
    config.sleeper().sleep(millis);
  }

  @Override
  public void close() {
    sender.close();
  }
}
