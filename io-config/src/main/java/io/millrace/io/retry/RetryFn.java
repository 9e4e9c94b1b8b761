package io.millrace.io.retry;

import io.millrace.event.PipelineMetrics;
import io.millrace.io.observe.LogFields;
import io.millrace.io.observe.RunObservation;
import io.millrace.io.retry.RetryTarget.Attempt;
import io.millrace.io.retry.RetryTarget.Cause;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
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
import org.checkerframework.checker.nullness.qual.Nullable;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retries elements until their destination accepts them, keyed by destination. Backs off by the
 * worker's clock; retries at once when the destination recovers. Logs when elements begin to wait
 * and then once a minute, and sets a gauge.
 *
 * <p>Other elements and checkpoints proceed while elements wait. Above a memory limit the step
 * blocks, which stops the whole pipeline until enough elements are written. An element that the
 * destination rejects does not block the others.
 *
 * <p>State: the waiting elements, until they are accepted. At the end of the input or on drain the
 * step blocks until none waits, and logs the reason at once and then once a minute.
 *
 * @param <T> type of waiting elements
 * @param <OutputT> type emitted for accepted elements
 */
public final class RetryFn<T, OutputT> extends DoFn<KV<String, T>, OutputT> {
  private static final Logger LOG = LoggerFactory.getLogger(RetryFn.class);
  private static final long LOG_EVERY_MILLIS = 60_000;

  /** Limit that allows no waiting element, not even one of zero bytes. */
  private static final long NONE = -1;

  private static final String END_WAITS =
      "; the input has ended, and the pipeline cannot finish while they wait: fix the cause, or"
          + " cancel the pipeline and lose them";

  private static final String WAITING = "waiting";
  private static final String STATE = "state";
  private static final String RETRY = "retry";
  private static final String END = "end";

  @SuppressWarnings("unused") // Beam finds it by its annotation
  @StateId(WAITING)
  private final StateSpec<BagState<T>> waitingSpec;

  @SuppressWarnings("unused") // Beam finds it by its annotation
  @StateId(STATE)
  private final StateSpec<ValueState<RetryState>> stateSpec =
      StateSpecs.value(SerializableCoder.of(RetryState.class));

  @SuppressWarnings("unused") // Beam finds it by its annotation
  @TimerId(RETRY)
  private final TimerSpec retrySpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  @SuppressWarnings("unused") // Beam finds it by its annotation
  @TimerId(END)
  private final TimerSpec endSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  /** A destination with its state and the output of the current call. */
  private record Destination<T>(
      String name, BagState<T> waiting, ValueState<RetryState> state, MultiOutputReceiver out) {}

  private final RetryTarget.Factory<T> targets;
  private final long maxWaitingBytes;
  private final String step;
  private transient RetryTarget<T> target;
  private transient @Nullable RunObservation observation;

  /**
   * Creates the step.
   *
   * @param maxWaitingBytes memory of one destination's elements above which the pipeline blocks
   * @param step see {@link RunObservation.Place}
   */
  public RetryFn(
      RetryTarget.Factory<T> targets, Coder<T> coder, long maxWaitingBytes, String step) {
    this.targets = targets;
    this.waitingSpec = StateSpecs.bag(coder);
    this.maxWaitingBytes = maxWaitingBytes;
    this.step = step;
  }

  /** A later element may have an earlier timestamp, and its output keeps it. */
  @SuppressWarnings({"deprecation", "InlineMeSuggester"}) // there is no other way to say so
  @Deprecated
  @Override
  public Duration getAllowedTimestampSkew() {
    return Duration.millis(Long.MAX_VALUE);
  }

  @Setup
  public void setUp(PipelineOptions options) {
    target = targets.open(options);
    observation = RunObservation.in(options);
  }

  @Teardown
  public void tearDown() {
    if (target != null) {
      target.close();
    }
  }

  @ProcessElement
  public void process(
      @Element KV<String, T> element,
      @Timestamp Instant timestamp,
      @StateId(WAITING) BagState<T> waiting,
      @StateId(STATE) ValueState<RetryState> state,
      @TimerId(RETRY) Timer retry,
      @TimerId(END) Timer end,
      MultiOutputReceiver out)
      throws InterruptedException {
    Destination<T> destination = new Destination<>(element.getKey(), waiting, state, out);
    T added = element.getValue();
    RetryState before = read(destination);
    if (target.count(added) == 0) {
      if (before != null) {
        tryAgain(destination, before, retry);
      }
      return;
    }
    if (before == null) {
      before = RetryState.first(target.now(), timestamp, target.encoding(element.getKey()));
      retry
          .withOutputTimestamp(timestamp)
          .offset(Duration.millis(Backoff.pauseMillis(1)))
          .setRelative();
      end.set(GlobalWindow.INSTANCE.maxTimestamp());
    }
    RetryState after =
        logged(destination, before.with(added, target, timestamp), target.causeOf(added), "");
    waiting.add(added);
    write(destination, after);
    if (after.bytes() > maxWaitingBytes) {
      tryUntil(maxWaitingBytes, destination, after, pipelineWaits());
    }
  }

  @OnTimer(RETRY)
  public void onRetry(
      @Key String name,
      @StateId(WAITING) BagState<T> waiting,
      @StateId(STATE) ValueState<RetryState> state,
      @TimerId(RETRY) Timer retry,
      MultiOutputReceiver out)
      throws InterruptedException {
    Destination<T> destination = new Destination<>(name, waiting, state, out);
    RetryState before = read(destination);
    if (before != null) {
      tryAgain(destination, before, retry);
    }
  }

  @OnTimer(END)
  public void onEnd(
      @Key String name,
      @StateId(WAITING) BagState<T> waiting,
      @StateId(STATE) ValueState<RetryState> state,
      MultiOutputReceiver out)
      throws InterruptedException {
    Destination<T> destination = new Destination<>(name, waiting, state, out);
    RetryState before = read(destination);
    if (before != null) {
      RetryState unlogged = before.loggedAt(RetryState.NEVER_LOGGED);
      tryUntil(NONE, destination, unlogged, END_WAITS);
    }
  }

  /** Attempts all waiting elements once; the rest waits for the timer. */
  private void tryAgain(Destination<T> destination, RetryState before, Timer retry)
      throws InterruptedException {
    long start = target.now();
    Attempt<T> attempt = attempt(destination, list(destination.waiting), before);
    keep(attempt.left(), destination.waiting);
    if (attempt.left().isEmpty()) {
      forget(destination);
      return;
    }
    RetryState after =
        logged(destination, before.failed(attempt.left(), target), attempt.cause(), "");
    write(destination, after);
    // A slow attempt blocks this worker's other destinations: leave them most of the time.
    long pause = Math.max(Backoff.pauseMillis(after.failures()), 2 * (target.now() - start));
    retry.withOutputTimestamp(after.earliest()).offset(Duration.millis(pause)).setRelative();
  }

  /** Blocks until at most some bytes wait. The rest is kept in state and retried by the timer. */
  private void tryUntil(
      long mostBytes, Destination<T> destination, RetryState before, String consequence)
      throws InterruptedException {
    List<T> left = list(destination.waiting);
    RetryState now = before;
    while (true) {
      Attempt<T> attempt = attempt(destination, left, now);
      left = attempt.left();
      if (left.isEmpty()) {
        destination.waiting.clear();
        forget(destination);
        return;
      }
      now = now.failed(left, target);
      if (now.bytes() <= mostBytes) {
        keep(left, destination.waiting);
        write(destination, logged(destination, now, attempt.cause(), ""));
        return;
      }
      now = logged(destination, now, attempt.cause(), consequence);
      gauge(destination, now.count());
      target.sleep(Backoff.pauseMillis(now.failures()));
    }
  }

  private Attempt<T> attempt(Destination<T> destination, List<T> elements, RetryState before)
      throws InterruptedException {
    return target.attempt(destination.name, elements, before.failures(), destination.out);
  }

  private @Nullable RetryState read(Destination<T> destination) {
    RetryState before = destination.state.read();
    return before == null ? null : before.checked(destination.name, target);
  }

  private void write(Destination<T> destination, RetryState after) {
    destination.state.write(after);
    gauge(destination, after.count());
  }

  private void forget(Destination<T> destination) {
    destination.state.clear();
    gauge(destination, 0);
    observe(destination, 0, 0, null);
  }

  private static <T> void keep(List<T> left, BagState<T> waiting) {
    waiting.clear();
    left.forEach(waiting::add);
  }

  private static <T> List<T> list(BagState<T> waiting) {
    List<T> list = new ArrayList<>();
    waiting.read().forEach(list::add);
    return list;
  }

  private void gauge(Destination<T> destination, long count) {
    Metrics.gauge(PipelineMetrics.NAMESPACE, target.gauge(destination.name)).set(count);
  }

  private void observe(
      Destination<T> destination, long count, long sinceMillis, @Nullable Cause cause) {
    if (observation != null) {
      observation.waiting(
          new RunObservation.Waiting(
              new RunObservation.Place(step, destination.name),
              target.describe(destination.name),
              target.unit(),
              count,
              sinceMillis,
              cause == null ? "" : cause.reason()));
    }
  }

  private String pipelineWaits() {
    return "; the whole pipeline is blocked: they take more memory than " + target.limit();
  }

  /**
   * Logs that elements wait, at most once a minute. State holds the time of the last line, because
   * a runner may alternate between instances of this step.
   *
   * @param cause null if it is not known yet; then nothing is logged
   * @param consequence further effect to log; empty if there is none
   */
  private RetryState logged(
      Destination<T> destination, RetryState state, @Nullable Cause cause, String consequence) {
    long now = target.now();
    observe(destination, state.count(), state.sinceMillis(), cause);
    boolean recently =
        state.loggedMillis() != RetryState.NEVER_LOGGED
            && now - state.loggedMillis() < LOG_EVERY_MILLIS;
    if (cause == null || recently) {
      return state;
    }
    String form =
        cause.operator()
            ? "{}: {} {} waiting for {} s; operator action needed: {}{}"
            : "{}: {} {} waiting for {} s: {}{}";
    Object[] values = {
      target.describe(destination.name),
      state.count(),
      target.unit(),
      (now - state.sinceMillis()) / 1000,
      cause.reason(),
      consequence
    };
    LogFields.during(
        target.logFields(destination.name),
        () -> {
          if (cause.operator()) {
            LOG.error(form, values);
          } else {
            LOG.warn(form, values);
          }
        });
    return state.loggedAt(now);
  }
}
