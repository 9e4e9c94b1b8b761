package io.millrace.alerting;

import io.millrace.event.Clock;
import io.millrace.event.PipelineMetrics;
import io.millrace.io.retry.RetryTarget;
import io.millrace.io.retry.Sleeper;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn.MultiOutputReceiver;
import org.apache.beam.sdk.values.TupleTag;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Retries the changes of alerts with an {@link AlertSender}. */
final class AlertRetryTarget implements RetryTarget<String> {
  /** The acknowledged messages. */
  static final TupleTag<String> SENT = new TupleTag<>("sent") {};

  /** Gauge of waiting changes; the step name identifies the target. */
  private static final String GAUGE = "alerts_waiting";

  private static final int BATCH = 500;

  private final AlertSender sender;
  private final Clock clock;
  private final Sleeper sleeper;
  private final Counter sent = PipelineMetrics.counter(PipelineMetrics.ALERTS_SENT);

  AlertRetryTarget(AlertSender sender, Clock clock, Sleeper sleeper) {
    this.sender = sender;
    this.clock = clock;
    this.sleeper = sleeper;
  }

  static RetryTarget.Factory<String> factory(AlertTarget target, Clock clock, Sleeper sleeper) {
    AlertSender.Factory senders = target.senders();
    return options -> new AlertRetryTarget(senders.open(options), clock, sleeper);
  }

  /**
   * Sends in batches. A batch that is not acknowledged as a whole ends the attempt, because a later
   * change must not overtake it.
   */
  @Override
  public Attempt<String> attempt(
      String destination, List<String> changes, int failures, MultiOutputReceiver out)
      throws InterruptedException {
    for (int from = 0; from < changes.size(); from += BATCH) {
      int to = Math.min(changes.size(), from + BATCH);
      List<AlertMessage> batch =
          changes.subList(from, to).stream().map(AlertMessage::parse).toList();
      AlertSender.Unsent unsent = sender.send(batch);
      sent.inc(batch.size() - unsent.messages().size());
      batch.stream()
          .filter(message -> !unsent.messages().contains(message))
          .forEach(message -> out.get(SENT).output(message.toText()));
      if (!unsent.messages().isEmpty()) {
        List<String> left =
            new ArrayList<>(unsent.messages().stream().map(AlertMessage::toText).toList());
        left.addAll(changes.subList(to, changes.size()));
        return new Attempt<>(left, new Cause(unsent.reason(), unsent.operator()));
      }
    }
    return new Attempt<>(List.of(), new Cause("", false));
  }

  @Override
  public long count(String change) {
    return 1;
  }

  @Override
  public long bytes(String change) {
    return 2L * change.length() + 100;
  }

  /** Null: the first attempt finds the reason, if there is one. */
  @Override
  public @Nullable Cause causeOf(String change) {
    return null;
  }

  @Override
  public String describe(String destination) {
    return destination;
  }

  @Override
  public String unit() {
    return "changes of alerts";
  }

  @Override
  public String limit() {
    return "changes of alerts may use";
  }

  @Override
  public String gauge(String destination) {
    return GAUGE;
  }

  @Override
  public long now() {
    return clock.millis();
  }

  @Override
  public void sleep(long millis) throws InterruptedException {
    sleeper.sleep(millis);
  }

  @Override
  public void close() {
    sender.close();
  }
}
