package io.millrace.rollup;

import io.millrace.contract.Contract;
import io.millrace.event.Packed;
import io.millrace.event.PipelineMetrics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Emits the results of session windows, with one key for each roll-up and group. A session emits
 * its result when the watermark reaches its last millisecond, and again after each later event. If
 * sessions with results merge, the new result replaces that of the first session. The results of
 * the other sessions are marked as merged, which hides them from queries.
 *
 * <p>State: the sessions of a group. Each is kept until its end plus a bucket plus the allowed
 * lateness, because until then an event that is not late can join it.
 */
final class AggregateSessionsFn extends DoFn<KV<byte[], byte[]>, RollupRow> {
  private static final long serialVersionUID = 1L;

  /** No session ends until then. */
  private static final long NOTHING = Long.MIN_VALUE;

  private final Packed<Contract> contract;
  private final Counter changes = PipelineMetrics.counter(PipelineMetrics.ROLLUPS_CHANGED);
  private final Counter results = PipelineMetrics.counter(PipelineMetrics.ROLLUPS_GIVEN);
  private transient Map<String, CompiledRollup> rollups;
  private transient long keptMillis;

  @StateId("sessions")
  private final StateSpec<ValueState<byte[]>> sessionsSpec = StateSpecs.value(ByteArrayCoder.of());

  @TimerId("result")
  private final TimerSpec resultSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  @TimerId("early")
  private final TimerSpec earlySpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  @TimerId("late")
  private final TimerSpec lateSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  AggregateSessionsFn(Packed<Contract> contract) {
    this.contract = contract;
  }

  @Setup
  public void setUp() {
    Contract.TimeBounds time = contract.get().time();
    rollups = CompiledRollup.byTable(contract.get());
    keptMillis = time.bucket().toMillis() + time.allowedLateness().toMillis();
  }

  @ProcessElement
  public void process(
      @Element KV<byte[], byte[]> element,
      @Timestamp Instant timestamp,
      @StateId("sessions") ValueState<byte[]> state,
      @TimerId("result") Timer result,
      @TimerId("early") Timer early,
      @TimerId("late") Timer late) {
    CompiledRollup rollup = rollup(element.getKey());
    SessionList sessions = read(state, rollup);
    long changedBefore = sessions.changedCount();
    sessions.addAll(SessionList.of(element.getValue(), rollup::newCell));
    changes.inc(sessions.changedCount() - changedBefore);
    if (rollup.earlyMillis() > 0 && changedBefore == 0) {
      early
          .offset(Duration.millis(rollup.earlyMillis()))
          .withOutputTimestamp(stamp(sessions, timestamp))
          .setRelative();
    }
    write(rollup, sessions, timestamp, state, result, late);
  }

  /** Null for state of a savepoint whose roll-up the contract no longer has. */
  private @Nullable CompiledRollup rollup(byte[] key) {
    return rollups.get(CompiledRollup.tableIn(new String(key, StandardCharsets.UTF_8)));
  }

  private static SessionList read(ValueState<byte[]> state, CompiledRollup rollup) {
    byte[] bytes = state.read();
    if (bytes == null) {
      return new SessionList();
    }
    byte[] list = RollupFingerprint.check(rollup, ByteBuffer.wrap(bytes));
    return SessionList.of(list, rollup::newCell);
  }

  private void write(
      CompiledRollup rollup,
      SessionList sessions,
      Instant timestamp,
      ValueState<byte[]> state,
      Timer result,
      Timer late) {
    if (sessions.isEmpty()) {
      state.clear();
      return;
    }
    byte[] list = sessions.toBytes();
    state.write(
        ByteBuffer.allocate(RollupFingerprint.BYTES + list.length)
            .putInt(rollup.fingerprint())
            .put(list)
            .array());
    if (sessions.changedCount() > 0) {
      result
          .withOutputTimestamp(stamp(sessions, timestamp))
          .set(Instant.ofEpochMilli(sessions.firstChangedEnd() - 1));
    }
    late.withNoOutputTimestamp().set(Instant.ofEpochMilli(sessions.firstEnd() + keptMillis));
  }

  /**
   * The timestamp of a result. A correction has the timestamp of its element: a row behind the
   * watermark would not hold it back and could arrive after the end of a stream.
   */
  private static Instant stamp(SessionList sessions, Instant timestamp) {
    return Instant.ofEpochMilli(Math.max(sessions.firstChangedEnd() - 1, timestamp.getMillis()));
  }

  @OnTimer("result")
  public void emitResult(
      OnTimerContext context,
      @Key byte[] key,
      @StateId("sessions") ValueState<byte[]> state,
      @TimerId("result") Timer result,
      @TimerId("late") Timer late,
      OutputReceiver<RollupRow> out) {
    long until = context.fireTimestamp().getMillis() + 1;
    emit(key, until, NOTHING, context.timestamp(), state, result, late, out);
  }

  @OnTimer("early")
  public void emitEarly(
      OnTimerContext context,
      @Key byte[] key,
      @StateId("sessions") ValueState<byte[]> state,
      @TimerId("result") Timer result,
      @TimerId("late") Timer late,
      OutputReceiver<RollupRow> out) {
    emit(key, Long.MAX_VALUE, NOTHING, context.timestamp(), state, result, late, out);
  }

  @OnTimer("late")
  public void free(
      OnTimerContext context,
      @Key byte[] key,
      @StateId("sessions") ValueState<byte[]> state,
      @TimerId("result") Timer result,
      @TimerId("late") Timer late,
      OutputReceiver<RollupRow> out) {
    long until = context.fireTimestamp().getMillis() - keptMillis;
    // A runner may fire this timer before the result timer.
    emit(key, until, until, context.fireTimestamp(), state, result, late, out);
  }

  /** Emits the results that are due until an instant, and frees sessions until another one. */
  private void emit(
      byte[] key,
      long until,
      long freeUntil,
      Instant timestamp,
      ValueState<byte[]> state,
      Timer result,
      Timer late,
      OutputReceiver<RollupRow> out) {
    CompiledRollup rollup = rollup(key);
    if (rollup == null) {
      state.clear();
      return;
    }
    SessionList sessions = read(state, rollup);
    long changedBefore = sessions.changedCount();
    String group = CompiledRollup.groupIn(new String(key, StandardCharsets.UTF_8));
    sessions.emitUntil(
        until,
        (start, end, cell, merged) -> {
          results.inc();
          out.outputWithTimestamp(rollup.row(group, start, end, cell, merged), timestamp);
        });
    changes.dec(changedBefore - sessions.changedCount());
    sessions.removeUntil(freeUntil);
    write(rollup, sessions, timestamp, state, result, late);
  }

  /** Unbounded, because a result has the timestamp of its session, wherever the watermark is. */
  @Override
  @SuppressWarnings("deprecation") // deprecated without a replacement for this use
  public Duration getAllowedTimestampSkew() {
    return Duration.millis(Long.MAX_VALUE);
  }
}
