package io.millrace.flink.semantics;

import io.millrace.contract.Contract;
import io.millrace.contract.Rollup;
import io.millrace.event.Event;
import java.util.List;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.AfterPane;
import org.apache.beam.sdk.transforms.windowing.AfterWatermark;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.DefaultTrigger;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.Sessions;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.transforms.windowing.WindowFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * The counts of a rollup by Beam's own windows: the first result at the window's end, another one
 * for each late event, accumulating, for the contract's allowed lateness. No early results.
 */
final class BeamsWindows extends PTransform<PCollection<List<Event>>, PCollection<WindowResult>> {
  private static final long serialVersionUID = 1L;

  private final String table;
  private final boolean grouped;
  private final WindowFn<Object, IntervalWindow> windows;
  private final Duration lateness;

  BeamsWindows(Contract contract, Rollup rollup) {
    table = rollup.table();
    grouped = !rollup.groupBy().isEmpty();
    Duration size = Duration.millis(rollup.window().size().toMillis());
    Duration period = Duration.millis(rollup.window().period().toMillis());
    windows =
        switch (rollup.window().kind()) {
          case FIXED -> FixedWindows.of(size);
          case SLIDING -> SlidingWindows.of(size).every(period);
          case SESSION -> Sessions.withGapDuration(size);
        };
    lateness = Duration.millis(contract.time().allowedLateness().toMillis());
  }

  @Override
  public PCollection<WindowResult> expand(PCollection<List<Event>> events) {
    boolean byId = grouped;
    return events
        .apply("Group", ParDo.of(new GroupAtEventTime(byId)))
        .setCoder(StringUtf8Coder.of())
        .apply(
            "Window",
            Window.<String>into(windows)
                .triggering(
                    AfterWatermark.pastEndOfWindow()
                        .withLateFirings(AfterPane.elementCountAtLeast(1)))
                .withAllowedLateness(lateness)
                .accumulatingFiredPanes())
        .apply("Count", Count.perElement())
        .apply("Describe", ParDo.of(new Describe(table)))
        .setCoder(SerializableCoder.of(WindowResult.class))
        .apply(
            "Unwindow",
            Window.<WindowResult>into(new GlobalWindows())
                .triggering(DefaultTrigger.of())
                .discardingFiredPanes());
  }

  /** Beam's windows go by the element's timestamp, which is the watermark's for late events. */
  private static final class GroupAtEventTime extends DoFn<List<Event>, String> {
    private static final long serialVersionUID = 1L;

    private final boolean byId;

    GroupAtEventTime(boolean byId) {
      this.byId = byId;
    }

    @ProcessElement
    public void process(@Element List<Event> group, OutputReceiver<String> out) {
      for (Event event : group) {
        out.outputWithTimestamp(
            byId ? SmallEvents.id(event) : "", Instant.ofEpochMilli(event.eventTimeMillis()));
      }
    }

    @Override
    @SuppressWarnings("deprecation") // deprecated without a replacement for this use
    public Duration getAllowedTimestampSkew() {
      return Duration.millis(Long.MAX_VALUE);
    }
  }

  private static final class Describe extends DoFn<KV<String, Long>, WindowResult> {
    private static final long serialVersionUID = 1L;

    private final String table;

    Describe(String table) {
      this.table = table;
    }

    @ProcessElement
    public void process(
        @Element KV<String, Long> count,
        BoundedWindow window,
        PaneInfo pane,
        OutputReceiver<WindowResult> out) {
      IntervalWindow interval = (IntervalWindow) window;
      out.output(
          new WindowResult(
              WindowResult.From.BEAM,
              table,
              count.getKey(),
              interval.start().getMillis(),
              interval.end().getMillis(),
              count.getValue(),
              !pane.isFirst() && pane.getTiming() == PaneInfo.Timing.LATE,
              false));
    }
  }
}
