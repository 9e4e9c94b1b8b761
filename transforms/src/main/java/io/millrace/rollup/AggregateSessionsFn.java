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
 * The results of session windows, one key for each rollup and group. A session gives its result
 * when the watermark has reached its last millisecond, and again when something was added after
 * that. If sessions merge that have given results, the result of the merged one replaces the first
 * one's, and the others' are marked as merged, so that nobody sees them any more.
 *
 * <p>State: a group's sessions, each until its end plus a bucket plus the allowed lateness: until
 * then an event that is not late can still join it.
 */
final class AggregateSessionsFn extends DoFn<KV<byte[], byte[]>, RollupRow> {
  private static final long serialVersionUID = 1L;

  private final Packed<Contract> contract;
  private final Counter changes = PipelineMetrics.rollupsChanged();
  private final Counter results = PipelineMetrics.rollupsGiven();
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

  /** Null for one that a contract of before had, in a job that goes on from a savepoint. */
  private @Nullable CompiledRollup rollup(byte[] key) {
    return rollups.get(CompiledRollup.tableIn(new String(key, StandardCharsets.UTF_8)));
  }

  private static SessionList read(ValueState<byte[]> state, CompiledRollup rollup) {
    byte[] bytes = state.read();
    if (bytes == null) {
      return new SessionList();
    }
    ByteBuffer kept = ByteBuffer.wrap(bytes);
    RollupFingerprint.check(rollup, kept);
    byte[] list = new byte[kept.remaining()];
    kept.get(list);
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
            .putInt(rollup.computation())
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
   * A correction is stamped with what it corrects by, for a row behind the watermark would not hold
   * it, and could come after the end of a stream.
   */
  private static Instant stamp(SessionList sessions, Instant timestamp) {
    return Instant.ofEpochMilli(Math.max(sessions.firstChangedEnd() - 1, timestamp.getMillis()));
  }

  @OnTimer("result")
  public void giveResult(
      OnTimerContext context,
      @Key byte[] key,
      @StateId("sessions") ValueState<byte[]> state,
      @TimerId("result") Timer result,
      @TimerId("late") Timer late,
      OutputReceiver<RollupRow> out) {
    long until = context.fireTimestamp().getMillis() + 1;
    give(key, until, context.timestamp(), state, result, late, out);
  }

  @OnTimer("early")
  public void giveEarly(
      OnTimerContext context,
      @Key byte[] key,
      @StateId("sessions") ValueState<byte[]> state,
      @TimerId("result") Timer result,
      @TimerId("late") Timer late,
      OutputReceiver<RollupRow> out) {
    give(key, Long.MAX_VALUE, context.timestamp(), state, result, late, out);
  }

  private void give(
      byte[] key,
      long until,
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
    give(sessions, until, output(key, rollup, timestamp, out));
    write(rollup, sessions, timestamp, state, result, late);
  }

  @OnTimer("late")
  public void forget(
      OnTimerContext context,
      @Key byte[] key,
      @StateId("sessions") ValueState<byte[]> state,
      @TimerId("result") Timer result,
      @TimerId("late") Timer late,
      OutputReceiver<RollupRow> out) {
    CompiledRollup rollup = rollup(key);
    if (rollup == null) {
      state.clear();
      return;
    }
    SessionList sessions = read(state, rollup);
    long until = context.fireTimestamp().getMillis() - keptMillis;
    // Nothing is left to give unless a runner fires this timer before the other.
    Instant timestamp = context.fireTimestamp();
    give(sessions, until, output(key, rollup, timestamp, out));
    sessions.forgetUntil(until);
    write(rollup, sessions, timestamp, state, result, late);
  }

  private void give(SessionList sessions, long until, SessionList.Results output) {
    long changedBefore = sessions.changedCount();
    sessions.giveUntil(until, output);
    changes.dec(changedBefore - sessions.changedCount());
  }

  private SessionList.Results output(
      byte[] key, CompiledRollup rollup, Instant timestamp, OutputReceiver<RollupRow> out) {
    String group = CompiledRollup.groupIn(new String(key, StandardCharsets.UTF_8));
    return (start, end, cell, merged) -> {
      results.inc();
      out.outputWithTimestamp(
          rollup.row(group, start, end, cell, cell.events(), merged), timestamp);
    };
  }

  /** Without bound: a result is timestamped with its session, however late the watermark is. */
  @Override
  @SuppressWarnings("deprecation") // deprecated without a replacement for this use
  public Duration getAllowedTimestampSkew() {
    return Duration.millis(Long.MAX_VALUE);
  }
}
