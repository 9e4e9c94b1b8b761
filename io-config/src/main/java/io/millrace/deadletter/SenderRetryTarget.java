package io.millrace.deadletter;

import io.millrace.deadletter.Sender.Unsent;
import io.millrace.event.DeadLetter;
import io.millrace.event.Packed;
import io.millrace.io.observe.LogFields;
import io.millrace.io.retry.RetryTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn.MultiOutputReceiver;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Retries dead letters with a {@link Sender}. */
final class SenderRetryTarget implements RetryTarget<DeadLetter> {
  /** Gauge of waiting dead letters; the step name identifies the destination. */
  private static final String GAUGE = "dead_letters_waiting";

  private final SendWithRetry.Config config;
  private final Sender sender;

  private SenderRetryTarget(SendWithRetry.Config config, Sender sender) {
    this.config = config;
    this.sender = sender;
  }

  static RetryTarget.Factory<DeadLetter> factory(Packed<SendWithRetry.Config> packed) {
    return options -> {
      SendWithRetry.Config config = packed.get();
      return new SenderRetryTarget(config, config.senders().open(options));
    };
  }

  /**
   * Sends in batches. A batch of which nothing is acknowledged ends the attempt, because the
   * destination is probably down. The next attempt begins with the dead letters that were not
   * tried, so that rejected ones do not block the others.
   */
  @Override
  public Attempt<DeadLetter> attempt(
      String destination, List<DeadLetter> letters, int failures, MultiOutputReceiver out)
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

  /** Null: the first attempt of this step finds the reason. */
  @Override
  public @Nullable Cause causeOf(DeadLetter letter) {
    return null;
  }

  @Override
  public String describe(String destination) {
    return destination;
  }

  @Override
  public Map<String, String> logFields(String destination) {
    return Map.of(LogFields.DESTINATION, destination);
  }

  @Override
  public String unit() {
    return "dead letters";
  }

  @Override
  public String limit() {
    return "dead letters may use";
  }

  @Override
  public String gauge(String destination) {
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
