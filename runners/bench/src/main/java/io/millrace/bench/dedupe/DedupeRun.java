package io.millrace.bench.dedupe;

import io.millrace.bench.workload.MeasuredRun;
import io.millrace.bench.workload.Workload;
import io.millrace.bench.workload.WorkloadSource;
import io.millrace.contract.Contract;
import io.millrace.event.Outcome;
import io.millrace.flink.LocalFlink;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.Read;

/**
 * One run of one variant on a Flink of its own in this JVM: streaming, one subtask, no checkpoints,
 * Millrace's defaults.
 *
 * @param run what was measured
 * @param duplicatesPassed repeats that were taken for new events
 */
record DedupeRun(MeasuredRun run, long duplicatesPassed) {

  /**
   * Runs a variant.
   *
   * @throws IllegalStateException if Millrace's step did not find the duplicates that were sent, no
   *     more and no fewer, or another variant lost an event
   */
  static DedupeRun of(DedupeVariant variant, Workload workload) {
    Contract contract = Workload.contract();
    Pipeline pipeline = Pipeline.create(LocalFlink.options());
    variant.apply(
        pipeline.apply("Read", Read.from(new WorkloadSource(workload, contract))), contract);
    MeasuredRun run = MeasuredRun.of(pipeline, workload.events());
    return new DedupeRun(run, check(variant, workload, run));
  }

  double cpuMicros() {
    return run.cpuMicros();
  }

  double wallMicros() {
    return run.wallMicros();
  }

  /** Fails unless the run gave what its variant must; returns the duplicates that passed. */
  private static long check(DedupeVariant variant, Workload workload, MeasuredRun run) {
    String label = variant.label();
    long unique = workload.events() - workload.repeats();
    long accepted = run.counted(Outcome.ACCEPTED.label());
    switch (variant) {
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
    return accepted - unique;
  }
}
