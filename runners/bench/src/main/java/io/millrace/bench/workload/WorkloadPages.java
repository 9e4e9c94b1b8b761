package io.millrace.bench.workload;

import io.millrace.contract.Contract;
import io.millrace.event.Event;
import io.millrace.event.EventCoder;
import io.millrace.event.Packed;
import org.apache.beam.sdk.io.range.OffsetRange;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Impulse;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.splittabledofn.ManualWatermarkEstimator;
import org.apache.beam.sdk.transforms.splittabledofn.RestrictionTracker;
import org.apache.beam.sdk.transforms.splittabledofn.WatermarkEstimators;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Instant;

/**
 * A source of a {@link Workload}'s events in pages of {@link #EVENTS}, like Millrace's sources on
 * the DirectRunner, whose bundles would otherwise contain a hundred events. Splittable and
 * resumable, with an advancing watermark.
 */
public final class WorkloadPages extends PTransform<PBegin, PCollection<Event>> {
  private static final long serialVersionUID = 1L;

  /** Events per page. */
  static final int EVENTS = 50;

  private final Workload workload;
  private final Contract contract;

  public WorkloadPages(Workload workload, Contract contract) {
    this.workload = workload;
    this.contract = contract;
  }

  @Override
  public PCollection<Event> expand(PBegin begin) {
    return begin
        .apply("Impulse", Impulse.create())
        .apply("Pages", ParDo.of(new Pages(workload)))
        .apply("Events", ParDo.of(new Events(workload, Packed.of(contract))))
        .setCoder(EventCoder.of(contract.schema()));
  }

  /** The numbers of the pages' first events, with the watermarks of their arrival. */
  @DoFn.UnboundedPerElement
  static final class Pages extends DoFn<byte[], Long> {
    private static final long serialVersionUID = 1L;

    private final Workload workload;

    Pages(Workload workload) {
      this.workload = workload;
    }

    @GetInitialRestriction
    public OffsetRange pages() {
      return new OffsetRange(0, (workload.events() + EVENTS - 1) / EVENTS);
    }

    @GetInitialWatermarkEstimatorState
    public Instant firstWatermark() {
      return Instant.ofEpochMilli(workload.watermarkMillis(0));
    }

    @NewWatermarkEstimator
    public WatermarkEstimators.Manual estimator(@WatermarkEstimatorState Instant state) {
      return new WatermarkEstimators.Manual(state);
    }

    @ProcessElement
    public ProcessContinuation process(
        RestrictionTracker<OffsetRange, Long> tracker,
        ManualWatermarkEstimator<Instant> estimator,
        OutputReceiver<Long> out) {
      for (long page = tracker.currentRestriction().getFrom(); tracker.tryClaim(page); page++) {
        long first = page * EVENTS;
        Instant watermark = Instant.ofEpochMilli(workload.watermarkMillis(first));
        out.outputWithTimestamp(first, watermark);
        estimator.setWatermark(watermark);
      }
      return ProcessContinuation.stop();
    }
  }

  static final class Events extends DoFn<Long, Event> {
    private static final long serialVersionUID = 1L;

    private final Workload workload;
    private final Packed<Contract> contract;
    private transient TemplateEvents templates;

    Events(Workload workload, Packed<Contract> contract) {
      this.workload = workload;
      this.contract = contract;
    }

    @Setup
    public void setUp() {
      templates = TemplateEvents.decode(contract.get());
    }

    @ProcessElement
    public void process(@Element Long first, OutputReceiver<Event> out) {
      long end = Math.min(first + EVENTS, workload.events());
      for (long number = first; number < end; number++) {
        Event event = templates.event(workload, number);
        out.outputWithTimestamp(event, event.timestamp());
      }
    }
  }
}
