package io.millrace.bench.baseline.flink;

import io.millrace.bench.baseline.EventTable;
import io.millrace.bench.baseline.PlainEvent;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Emits events that report an error to a side output. */
final class TagErrors extends ProcessFunction<PlainEvent, PlainEvent> {
  private static final long serialVersionUID = 1L;

  static final OutputTag<PlainEvent> ERRORS = new OutputTag<>("errors") {};

  @Override
  public void processElement(PlainEvent event, Context context, Collector<PlainEvent> out) {
    if (EventTable.of(event) == EventTable.ERROR) {
      context.output(ERRORS, event);
    } else {
      out.collect(event);
    }
  }
}
