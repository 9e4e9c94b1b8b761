package io.millrace.alert;

import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.Packed;
import io.millrace.event.PipelineMetrics;
import io.millrace.event.RowValues;
import io.millrace.rollup.RollupRow;
import java.util.List;
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
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Judges the results of a group with {@link GroupAlerts}.
 *
 * <p>A timer at the end of a window judges its result. The result has the last millisecond of the
 * window as its timestamp and holds the watermark until it is here, so it comes before the timer
 * fires. Results of a group are therefore judged in order of event time, however the runner
 * distributes windows.
 *
 * <p>State: see {@link GroupAlerts}; one value for each roll-up and group.
 */
final class JudgeAlertsFn extends DoFn<KV<String, byte[]>, RollupRow> {
  private static final long serialVersionUID = 1L;

  private final Packed<Contract> contract;
  private final Clock clock;
  private final Counter changes = PipelineMetrics.counter(PipelineMetrics.ALERT_CHANGES);
  private final Counter given = PipelineMetrics.counter(PipelineMetrics.ROLLUPS_GIVEN);
  private transient Map<String, AlertedRollup> rollups;

  @StateId("group")
  private final StateSpec<ValueState<byte[]>> groupSpec = StateSpecs.value(ByteArrayCoder.of());

  @TimerId("judge")
  private final TimerSpec judgeSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  JudgeAlertsFn(Packed<Contract> contract, Clock clock) {
    this.contract = contract;
    this.clock = clock;
  }

  @Setup
  public void setUp() {
    rollups = AlertedRollup.byTable(contract.get());
  }

  @ProcessElement
  public void process(
      @Element KV<String, byte[]> element,
      @Timestamp Instant timestamp,
      @StateId("group") ValueState<byte[]> state,
      @TimerId("judge") Timer judge,
      OutputReceiver<RollupRow> out) {
    AlertedRollup rollup = rollups.get(AlertedRollup.tableIn(element.getKey()));
    GroupAlerts<RowValues> group = read(rollup, state);
    StoredResult<RowValues> result = StoredResult.of(rollup, element.getValue());
    emit(rollup, group.add(rollup.tick(result.result()), result), timestamp, out);
    write(rollup, group, timestamp, state, judge);
  }

  @OnTimer("judge")
  public void judge(
      OnTimerContext context,
      @Key String key,
      @StateId("group") ValueState<byte[]> state,
      @TimerId("judge") Timer judge,
      OutputReceiver<RollupRow> out) {
    AlertedRollup rollup = rollups.get(AlertedRollup.tableIn(key));
    if (rollup == null) {
      // Of a savepoint whose contract had alerts on this roll-up.
      state.clear();
      return;
    }
    GroupAlerts<RowValues> group = read(rollup, state);
    boolean atEnd = !judge.getCurrentRelativeTime().isBefore(GlobalWindow.INSTANCE.maxTimestamp());
    long tick = rollup.tickAt(context.fireTimestamp().getMillis() + 1);
    emit(rollup, group.advance(tick, atEnd), context.timestamp(), out);
    if (atEnd && !group.isWaiting()) {
      // Nothing more can happen, and a timer would fire for each window up to the end of time.
      state.write(group.toBytes());
      return;
    }
    write(rollup, group, context.timestamp(), state, judge);
  }

  private static GroupAlerts<RowValues> read(AlertedRollup rollup, ValueState<byte[]> state) {
    byte[] bytes = state.read();
    GroupAlerts<RowValues> group = rollup.newGroup();
    return bytes == null ? group : group.read(bytes);
  }

  private static void write(
      AlertedRollup rollup,
      GroupAlerts<RowValues> group,
      Instant timestamp,
      ValueState<byte[]> state,
      Timer judge) {
    if (group.isForgotten()) {
      state.clear();
      return;
    }
    state.write(group.toBytes());
    // A timer fires when the watermark is past its time.
    Instant wake = Instant.ofEpochMilli(rollup.millisOf(group.wake()) - 1);
    // A row behind the watermark would not hold it back and could arrive after the end of a stream.
    judge.withOutputTimestamp(wake.isAfter(timestamp) ? wake : timestamp).set(wake);
  }

  private void emit(
      AlertedRollup rollup,
      List<GroupAlerts.Given<RowValues>> all,
      Instant timestamp,
      OutputReceiver<RollupRow> out) {
    for (GroupAlerts.Given<RowValues> one : all) {
      out.outputWithTimestamp(rollup.row(one, clock.millis()), timestamp);
      changes.inc();
      given.inc();
    }
  }

  /** Unbounded, because a change has the timestamp of its window, wherever the watermark is. */
  @Override
  @SuppressWarnings("deprecation") // deprecated without a replacement for this use
  public Duration getAllowedTimestampSkew() {
    return Duration.millis(Long.MAX_VALUE);
  }
}
