package io.millrace.bench.steps;

import io.millrace.bench.harness.Bar;
import io.millrace.bench.workload.CountingSink;
import io.millrace.bench.workload.Workload;
import io.millrace.bench.workload.WorkloadSource;
import io.millrace.cli.support.TextLines;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.OutcomeTags;
import io.millrace.flink.FlinkDefaults;
import io.millrace.flink.LocalFlink;
import io.millrace.transforms.DeduplicateEvents;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.transforms.Deduplicate;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.joda.time.Duration;

/**
 * Deduplication between a source and a sink. Each run has a Flink of its own in this JVM:
 * streaming, one subtask, no checkpoints, Millrace's defaults.
 */
final class DedupeStep implements MeasuredStep {
  /** CPU microseconds an event that Millrace's step may cost. */
  private static final double BAR_MICROS = 16;

  private static final String PASSED = "duplicates passed";

  private final Workload workload;
  private final Contract contract = Workload.contract();

  DedupeStep(Workload workload) {
    this.workload = workload;
  }

  @Override
  public String name() {
    return "dedupe";
  }

  @Override
  public String title() {
    return TextLines.text(
        "%,d events of 1 KB, %,d of them duplicates; Flink in this JVM, one subtask, %d shards,"
            + " %d slots",
        workload.events(),
        workload.repeats(),
        FlinkDefaults.DEDUP_SHARDS,
        FlinkDefaults.DEDUP_SLOTS);
  }

  @Override
  public String counter() {
    return PASSED;
  }

  @Override
  public List<Variant> variants() {
    long repeats = workload.repeats();
    return List.of(
        new Variant(
            NONE,
            "source -> sink",
            () -> run(events -> CountingSink.add(events, Outcome.ACCEPTED), repeats, repeats)),
        new Variant(MILLRACE, "DeduplicateEvents", this::runMillraces),
        // It keeps an identity for a time after the watermark at which it came, and at first the
        // watermark is at the beginning of time: the first real one makes it forget all.
        new Variant(
            "beam_sdk", "Beam's Deduplicate", () -> run(this::deduplicateByBeam, 0, repeats)));
  }

  /** With the shards and slots that the step has on Flink. */
  private MeasuredRun runMillraces() {
    MeasuredRun run =
        run(
            events -> {
              PCollectionTuple outputs =
                  events.apply(
                      "DeduplicateEvents",
                      DeduplicateEvents.of(
                          contract,
                          FlinkDefaults.DEDUP_SHARDS,
                          FlinkDefaults.DEDUP_SLOTS,
                          Clock.system()));
              CountingSink.add(outputs.get(DeduplicateEvents.UNIQUE), Outcome.ACCEPTED);
              CountingSink.add(outputs.get(OutcomeTags.LATE), Outcome.LATE);
            },
            0,
            0);
    MeasuredRun.expect("duplicates", workload.repeats(), run.counted(Outcome.DUPLICATE.label()));
    MeasuredRun.expect("late", 0, run.counted(Outcome.LATE.label()));
    return run;
  }

  /** By the same identity, in event time, for the allowed lateness. */
  private void deduplicateByBeam(PCollection<Event> events) {
    SerializableFunction<Event, byte[]> identity =
        event ->
            ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(event.identityHigh())
                .putLong(event.identityLow())
                .array();
    PCollection<Event> unique =
        events.apply(
            "Deduplicate",
            Deduplicate.<Event, byte[]>withRepresentativeValueFn(identity)
                .withRepresentativeCoder(ByteArrayCoder.of())
                .withRepresentativeType(TypeDescriptor.of(byte[].class))
                .withTimeDomain(TimeDomain.EVENT_TIME)
                .withDuration(Duration.millis(contract.time().allowedLateness().toMillis())));
    CountingSink.add(unique, Outcome.ACCEPTED);
  }

  private MeasuredRun run(Consumer<PCollection<Event>> rest, long least, long most) {
    Pipeline pipeline = Pipeline.create(LocalFlink.options());
    rest.accept(pipeline.apply("Read", Read.from(new WorkloadSource(workload, contract))));
    MeasuredRun run = MeasuredRun.of(pipeline, workload.events());
    long unique = workload.events() - workload.repeats();
    long passed = run.counted(Outcome.ACCEPTED.label()) - unique;
    MeasuredRun.expect(PASSED, Math.max(least, Math.min(most, passed)), passed);
    return run.with(PASSED, passed);
  }

  @Override
  public List<Bar> bars(StepCosts costs) {
    return List.of(new Bar("CPU µs an event", costs.cost(MILLRACE).median(), BAR_MICROS, false));
  }
}
