package io.millrace.bench.dedupe;

import io.millrace.bench.workload.CountingSink;
import io.millrace.bench.workload.MeasuredRun;
import io.millrace.bench.workload.VariantRuns;
import io.millrace.bench.workload.Workload;
import io.millrace.bench.workload.WorkloadSource;
import io.millrace.contract.Contract;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.OutcomeTags;
import io.millrace.flink.FlinkDefaults;
import io.millrace.flink.LocalFlink;
import io.millrace.transforms.DeduplicateEvents;
import java.nio.ByteBuffer;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.transforms.Deduplicate;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.joda.time.Duration;

/** What stands between the source and the sink. */
enum DedupeVariant implements VariantRuns.Variant {
  /** Nothing: what the others cost more than this is the cost of their step. */
  NONE("source -> sink") {
    @Override
    void apply(PCollection<Event> events, Contract contract) {
      sink("Sink", events, Outcome.ACCEPTED);
    }
  },
  /** Millrace's step, with the shards and slots that it has on Flink. */
  MILLRACE("+ DeduplicateEvents") {
    @Override
    void apply(PCollection<Event> events, Contract contract) {
      PCollectionTuple outputs =
          events.apply(
              "DeduplicateEvents",
              DeduplicateEvents.of(
                  contract, FlinkDefaults.DEDUP_SHARDS, FlinkDefaults.DEDUP_SLOTS));
      sink("Sink", outputs.get(DeduplicateEvents.UNIQUE), Outcome.ACCEPTED);
      sink("LateSink", outputs.get(OutcomeTags.LATE), Outcome.LATE);
    }
  },
  /** Beam's own step, by the same identity, in event time, for the allowed lateness. */
  BEAM_SDK("+ Beam's Deduplicate") {
    @Override
    void apply(PCollection<Event> events, Contract contract) {
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
      sink("Sink", unique, Outcome.ACCEPTED);
    }
  };

  private final String label;

  DedupeVariant(String label) {
    this.label = label;
  }

  @Override
  public String label() {
    return label;
  }

  /**
   * Runs the variant on a Flink of its own in this JVM: streaming, one subtask, no checkpoints,
   * Millrace's defaults.
   *
   * @throws IllegalStateException if Millrace's step did not find the duplicates that were sent, no
   *     more and no fewer, or another variant lost an event
   */
  MeasuredRun run(Workload workload) {
    Contract contract = Workload.contract();
    Pipeline pipeline = Pipeline.create(LocalFlink.options());
    apply(pipeline.apply("Read", Read.from(new WorkloadSource(workload, contract))), contract);
    MeasuredRun run = MeasuredRun.of(pipeline, workload.events());
    check(workload, run);
    return run;
  }

  /** Fails unless a run gave what the variant must. */
  private void check(Workload workload, MeasuredRun run) {
    long unique = workload.events() - workload.repeats();
    long accepted = run.counted(Outcome.ACCEPTED.label());
    switch (this) {
      case NONE -> MeasuredRun.expect(label, "accepted", workload.events(), accepted);
      case MILLRACE -> {
        MeasuredRun.expect(label, "accepted", unique, accepted);
        long duplicates = run.counted(Outcome.DUPLICATE.label());
        MeasuredRun.expect(label, "duplicates", workload.repeats(), duplicates);
        MeasuredRun.expect(label, "late", 0, run.counted(Outcome.LATE.label()));
      }
      case BEAM_SDK -> {
        // It keeps an identity for a time after the watermark at which it came, and at first the
        // watermark is at the beginning of time: the first real one makes it forget all.
        if (accepted < unique || accepted > workload.events()) {
          MeasuredRun.expect(label, "accepted", unique, accepted);
        }
      }
    }
  }

  /** Adds the step and the sink to a pipeline. */
  abstract void apply(PCollection<Event> events, Contract contract);

  private static void sink(String name, PCollection<Event> events, Outcome outcome) {
    events.apply(name, ParDo.of(new CountingSink(outcome)));
  }
}
