package io.millrace.archive.write;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Emits an element after a checkpoint of Flink contains it: whoever continues from any later
 * checkpoint gets the very same element again, and nothing in its place. At the end of the input,
 * emits what waits.
 *
 * <p>This is what stable input asks of a runner. Beam 2.70 keeps two buffers for it on Flink.
 * During the first checkpoint after a restore, and after one that was aborted, it emits elements of
 * the next checkpoint as well: after a kill, rows would be in two parts.
 *
 * <p>State: the elements until they are emitted. An element in state that another instance has
 * added comes from a checkpoint.
 */
final class AwaitCheckpointFn<T extends Serializable> extends DoFn<KV<String, T>, KV<String, T>> {
  private static final long serialVersionUID = 1L;

  private static final String WAITING = "waiting";
  private static final String LOOK = "look";
  private static final String END = "end";
  private static final Duration PAUSE = Duration.millis(200);
  private static final Duration LONGEST_CHECKPOINT = Duration.standardDays(1);

  @SuppressWarnings("unused") // Beam finds it by its annotation
  @StateId(WAITING)
  private final StateSpec<BagState<Waiting<T>>> waitingSpec;

  @SuppressWarnings("unused") // Beam finds it by its annotation
  @TimerId(LOOK)
  private final TimerSpec lookSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  @SuppressWarnings("unused") // Beam finds it by its annotation
  @TimerId(END)
  private final TimerSpec endSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  private transient String instance;
  private transient long latest;

  /** The latest number that a complete checkpoint contains. Flink calls back on another thread. */
  private transient AtomicLong contained;

  /**
   * An element that waits.
   *
   * @param instance the instance of this function that has added it
   * @param number the elements that an instance has added before
   */
  private record Waiting<T extends Serializable>(String instance, long number, T element)
      implements Serializable {}

  @SuppressWarnings("unchecked") // the class of a generic record
  AwaitCheckpointFn() {
    waitingSpec =
        StateSpecs.bag(SerializableCoder.of((Class<Waiting<T>>) (Class<?>) Waiting.class));
  }

  @Setup
  public void setUp() {
    instance = UUID.randomUUID().toString();
    latest = 0;
    contained = new AtomicLong();
  }

  @ProcessElement
  public void process(
      @Element KV<String, T> element,
      @StateId(WAITING) BagState<Waiting<T>> waiting,
      @TimerId(LOOK) Timer look,
      @TimerId(END) Timer end,
      BundleFinalizer bundle) {
    latest++;
    waiting.add(new Waiting<>(instance, latest, element.getValue()));
    tellAfterCheckpoint(bundle);
    look.offset(PAUSE).setRelative();
    end.set(GlobalWindow.INSTANCE.maxTimestamp());
  }

  /**
   * The runner calls back when a checkpoint is complete that contains this bundle. If that one is
   * aborted, the next element of this instance asks for all before it: a timer cannot.
   */
  private void tellAfterCheckpoint(BundleFinalizer bundle) {
    long number = latest;
    AtomicLong most = contained;
    bundle.afterBundleCommit(
        Instant.now().plus(LONGEST_CHECKPOINT), () -> most.accumulateAndGet(number, Math::max));
  }

  @OnTimer(LOOK)
  public void look(
      @Key String key,
      @StateId(WAITING) BagState<Waiting<T>> waiting,
      @TimerId(LOOK) Timer look,
      OutputReceiver<KV<String, T>> out) {
    List<Waiting<T>> left = new ArrayList<>();
    long most = contained.get();
    for (Waiting<T> some : waiting.read()) {
      if (some.instance.equals(instance) && some.number > most) {
        left.add(some);
      } else {
        out.output(KV.of(key, some.element));
      }
    }
    waiting.clear();
    if (!left.isEmpty()) {
      left.forEach(waiting::add);
      look.offset(PAUSE).setRelative();
    }
  }

  @OnTimer(END)
  public void end(
      @Key String key,
      @StateId(WAITING) BagState<Waiting<T>> waiting,
      OutputReceiver<KV<String, T>> out) {
    for (Waiting<T> some : waiting.read()) {
      out.output(KV.of(key, some.element));
    }
    waiting.clear();
  }
}
