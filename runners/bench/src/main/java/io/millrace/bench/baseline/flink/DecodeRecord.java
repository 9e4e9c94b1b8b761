package io.millrace.bench.baseline.flink;

import io.millrace.bench.baseline.EventReader;
import io.millrace.bench.baseline.MalformedException;
import io.millrace.bench.baseline.PlainEvent;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Decodes records; emits malformed records and late events to side outputs. */
final class DecodeRecord extends ProcessFunction<KafkaEvent, PlainEvent> {
  private static final long serialVersionUID = 1L;

  static final OutputTag<DeadEvent> DEAD = new OutputTag<>("dead") {};
  static final OutputTag<PlainEvent> LATE = new OutputTag<>("late") {};

  private final EventTimes times;
  private final LongCounter read = new LongCounter();
  private transient EventReader reader;

  DecodeRecord(EventTimes times) {
    this.times = times;
  }

  @Override
  public void open(OpenContext context) {
    reader = EventReader.strict();
    getRuntimeContext().addAccumulator(NativeJob.READ, read);
  }

  @Override
  public void processElement(KafkaEvent record, Context context, Collector<PlainEvent> out) {
    read.add(1);
    PlainEvent event;
    try {
      event = reader.read(record.value);
    } catch (MalformedException e) {
      context.output(DEAD, dead(record, e.code(), e.getMessage()));
      return;
    }
    if (event.eventTime - record.recordTime > times.maxAhead()) {
      context.output(
          DEAD, dead(record, "time_out_of_range", "expected a time nearer to the record's"));
      return;
    }
    long lateFrom = times.lateFrom(event.eventTime);
    if (record.watermark >= lateFrom) {
      event.lateByMs = record.watermark - lateFrom;
      context.output(LATE, event);
      return;
    }
    out.collect(event);
  }

  private static DeadEvent dead(KafkaEvent record, String code, String message) {
    DeadEvent dead = new DeadEvent();
    dead.record = record;
    dead.code = code;
    dead.message = message;
    return dead;
  }
}
