package io.millrace.deadletter;

import io.millrace.deadletter.Sender.Unsent;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.Packed;
import io.millrace.event.PipelineMetrics;
import io.millrace.sink.Backoff;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.metrics.Gauge;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps dead letters that could not be sent and tries them again for as long as it takes, with
 * growing pauses, by the worker's clock. Says so in the log when they begin to wait and once a
 * minute from then on, and by the gauge {@link #GAUGE}. Events go on meanwhile, and so do
 * checkpoints, until the dead letters take more memory than they may: then it does not return
 * before they take less, which makes the whole pipeline wait. Those that the place does not take
 * stand behind those that it may take.
 *
 * <p>State: what waits, until it is sent. At the end of the input, or when the pipeline is drained,
 * it does not return before all is sent, and logs why at once and then once a minute.
 */
final class SendWaiting extends DoFn<KV<String, DeadLetter>, DeadLetter> {
  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(SendWaiting.class);
  private static final long LOG_EVERY_MILLIS = 60_000;

  /** The gauge of dead letters that wait for a place; its step tells for which. */
  static final String GAUGE = "dead_letters_waiting";

  /** As the most bytes that may wait: nothing may. */
  private static final long NONE = -1;

  private static final String PIPELINE_WAITS =
      "; the whole pipeline waits: they take more memory than may wait";
  private static final String END_WAITS =
      "; the input has ended, and the pipeline ends only when they are sent: fix the cause, or"
          + " cancel the pipeline and lose them";

  private static final String LETTERS = "letters";
  private static final String WAITS = "waits";
  private static final String RETRY = "retry";
  private static final String END = "end";

  @SuppressWarnings("unused") // Beam finds it by its annotation
  @StateId(LETTERS)
  private final StateSpec<BagState<DeadLetter>> lettersSpec = StateSpecs.bag(DeadLetterCoder.of());

  @SuppressWarnings("unused") // Beam finds it by its annotation
  @StateId(WAITS)
  private final StateSpec<ValueState<Waits>> waitsSpec =
      StateSpecs.value(SerializableCoder.of(Waits.class));

  @SuppressWarnings("unused") // Beam finds it by its annotation
  @TimerId(RETRY)
  private final TimerSpec retrySpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  @SuppressWarnings("unused") // Beam finds it by its annotation
  @TimerId(END)
  private final TimerSpec endSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  private final Gauge waiting = Metrics.gauge(PipelineMetrics.NAMESPACE, GAUGE);
  private final Packed<SendReliably.Config> packed;
  private transient SendReliably.Config config;
  private transient Sender sender;
  private transient long lastLogMillis;
  private transient boolean logged;

  /**
   * What is known of those that wait.
   *
   * @param sinceMillis when the first of them came, by the worker's clock
   * @param failures how many attempts have failed here
   * @param earliest the earliest timestamp of their elements
   */
  record Waits(long sinceMillis, long letters, long bytes, int failures, Instant earliest)
      implements Serializable {
    Waits with(DeadLetter letter, Instant timestamp) {
      return new Waits(
          sinceMillis,
          letters + 1,
          bytes + LetterJson.roughBytes(letter),
          failures,
          timestamp.isBefore(earliest) ? timestamp : earliest);
    }

    /** After an attempt that has failed, with what is left. */
    Waits failed(List<DeadLetter> left) {
      Waits after = new Waits(sinceMillis, 0, 0, failures + 1, earliest);
      for (DeadLetter letter : left) {
        after = after.with(letter, earliest);
      }
      return after;
    }
  }

  SendWaiting(Packed<SendReliably.Config> packed) {
    this.packed = packed;
  }

  /** One that comes later may have an earlier timestamp, and so may what is sent after it. */
  @SuppressWarnings({"deprecation", "InlineMeSuggester"}) // there is no other way to say so
  @Deprecated
  @Override
  public Duration getAllowedTimestampSkew() {
    return Duration.millis(Long.MAX_VALUE);
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
  public void process(
      @Element KV<String, DeadLetter> element,
      @Timestamp Instant timestamp,
      @StateId(LETTERS) BagState<DeadLetter> letters,
      @StateId(WAITS) ValueState<Waits> waits,
      @TimerId(RETRY) Timer retry,
      @TimerId(END) Timer end,
      OutputReceiver<DeadLetter> out)
      throws InterruptedException {
    Waits before = waits.read();
    if (before == null) {
      before = new Waits(config.clock().millis(), 0, 0, 0, timestamp);
      retry
          .withOutputTimestamp(timestamp)
          .offset(Duration.millis(Backoff.pauseMillis(1)))
          .setRelative();
      end.set(GlobalWindow.INSTANCE.maxTimestamp());
    }
    Waits after = before.with(element.getValue(), timestamp);
    letters.add(element.getValue());
    waits.write(after);
    waiting.set(after.letters);
    if (after.bytes > config.maxWaitingBytes()) {
      sendUntil(config.maxWaitingBytes(), after, letters, waits, PIPELINE_WAITS, out);
    }
  }

  @OnTimer(RETRY)
  public void onRetry(
      @StateId(LETTERS) BagState<DeadLetter> letters,
      @StateId(WAITS) ValueState<Waits> waits,
      @TimerId(RETRY) Timer retry,
      OutputReceiver<DeadLetter> out)
      throws InterruptedException {
    Waits before = waits.read();
    if (before == null) {
      return;
    }
    long start = config.clock().millis();
    Unsent left = send(list(letters), out);
    letters.clear();
    left.letters().forEach(letters::add);
    if (left.letters().isEmpty()) {
      forget(waits);
      return;
    }
    Waits after = before.failed(left.letters());
    waits.write(after);
    waiting.set(after.letters);
    log(after, left, "");
    // An attempt that hangs holds up the worker: others are to have most of the time.
    long pause =
        Math.max(Backoff.pauseMillis(after.failures), 2 * (config.clock().millis() - start));
    retry.withOutputTimestamp(after.earliest).offset(Duration.millis(pause)).setRelative();
  }

  @OnTimer(END)
  public void onEnd(
      @StateId(LETTERS) BagState<DeadLetter> letters,
      @StateId(WAITS) ValueState<Waits> waits,
      OutputReceiver<DeadLetter> out)
      throws InterruptedException {
    Waits before = waits.read();
    if (before != null) {
      logged = false;
      sendUntil(NONE, before, letters, waits, END_WAITS, out);
    }
  }

  /**
   * Returns when no more than some bytes wait. What waits then is in state again, and is tried when
   * the timer fires.
   */
  private void sendUntil(
      long mostBytes,
      Waits before,
      BagState<DeadLetter> letters,
      ValueState<Waits> waits,
      String consequence,
      OutputReceiver<DeadLetter> out)
      throws InterruptedException {
    Unsent left = send(list(letters), out);
    Waits now = before;
    while (!left.letters().isEmpty()) {
      now = now.failed(left.letters());
      if (now.bytes <= mostBytes) {
        letters.clear();
        left.letters().forEach(letters::add);
        waits.write(now);
        waiting.set(now.letters);
        log(now, left, "");
        return;
      }
      log(now, left, consequence);
      waiting.set(now.letters);
      config.sleeper().sleep(Backoff.pauseMillis(now.failures));
      left = send(left.letters(), out);
    }
    letters.clear();
    forget(waits);
  }

  private void forget(ValueState<Waits> waits) {
    waits.clear();
    logged = false;
    waiting.set(0);
  }

  /**
   * Some at a time; some of which none is taken end it, since the place takes nothing then. The
   * next attempt begins with those that were not tried: if it is not the place, but some that can
   * go nowhere, the others pass them.
   */
  private Unsent send(List<DeadLetter> letters, OutputReceiver<DeadLetter> out)
      throws InterruptedException {
    List<DeadLetter> tried = new ArrayList<>();
    List<DeadLetter> left = new ArrayList<>();
    Unsent last = Unsent.NONE;
    for (int from = 0; from < letters.size(); from += GatherLetters.MAX_LETTERS) {
      int to = Math.min(letters.size(), from + GatherLetters.MAX_LETTERS);
      List<DeadLetter> some = letters.subList(from, to);
      Unsent unsent = sender.send(some);
      SendReliably.sent(some, unsent).forEach(out::output);
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
    return new Unsent(left, last.reason(), last.operator());
  }

  private static List<DeadLetter> list(BagState<DeadLetter> letters) {
    List<DeadLetter> list = new ArrayList<>();
    letters.read().forEach(list::add);
    return list;
  }

  /**
   * Logs that they wait, unless that was logged less than a minute ago.
   *
   * @param consequence what else waits for them; empty: nothing does
   */
  private void log(Waits waits, Unsent left, String consequence) {
    long now = config.clock().millis();
    if (logged && now - lastLogMillis < LOG_EVERY_MILLIS) {
      return;
    }
    logged = true;
    lastLogMillis = now;
    long seconds = (now - waits.sinceMillis) / 1000;
    if (left.operator()) {
      LOG.error(
          "{}: {} dead letters waiting for {} s; operator action needed: {}{}",
          config.address(),
          waits.letters,
          seconds,
          left.reason(),
          consequence);
    } else {
      LOG.warn(
          "{}: {} dead letters waiting for {} s: {}{}",
          config.address(),
          waits.letters,
          seconds,
          left.reason(),
          consequence);
    }
  }
}
