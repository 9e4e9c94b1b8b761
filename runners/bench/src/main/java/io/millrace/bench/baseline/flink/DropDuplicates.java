package io.millrace.bench.baseline.flink;

import io.millrace.bench.baseline.PlainEvent;
import java.time.Duration;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Emits the first event of each identity. Keeps a state entry per identity for {@link
 * NativeJob.Memory}.
 */
final class DropDuplicates
    extends KeyedProcessFunction<Tuple2<Long, Long>, PlainEvent, PlainEvent> {
  private static final long serialVersionUID = 1L;

  private final EventTimes times;
  private final NativeJob.Memory memory;
  private final LongCounter duplicates = new LongCounter();
  private transient ValueState<Boolean> seen;

  DropDuplicates(EventTimes times, NativeJob.Memory memory) {
    this.times = times;
    this.memory = memory;
  }

  @Override
  public void open(OpenContext context) {
    ValueStateDescriptor<Boolean> state = new ValueStateDescriptor<>("seen", Types.BOOLEAN);
    if (memory == NativeJob.Memory.TTL) {
      long millis = times.bucket() + times.lateness() + times.outOfOrderness();
      state.enableTimeToLive(StateTtlConfig.newBuilder(Duration.ofMillis(millis)).build());
    }
    seen = getRuntimeContext().getState(state);
    getRuntimeContext().addAccumulator(NativeJob.DUPLICATE, duplicates);
  }

  @Override
  public void processElement(PlainEvent event, Context context, Collector<PlainEvent> out)
      throws Exception {
    if (seen.value() != null) {
      duplicates.add(1);
      return;
    }
    seen.update(true);
    if (memory == NativeJob.Memory.EVENT_TIME) {
      context.timerService().registerEventTimeTimer(times.lateFrom(event.eventTime));
    }
    out.collect(event);
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<PlainEvent> out) {
    seen.clear();
  }
}
