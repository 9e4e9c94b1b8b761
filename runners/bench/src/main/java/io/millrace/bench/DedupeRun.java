package io.millrace.bench;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.contract.Contract;
import io.millrace.event.Outcome;
import io.millrace.event.PipelineMetrics;
import io.millrace.flink.LocalFlink;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;

/**
 * One run of one variant on a Flink of its own in this JVM: streaming, one subtask, no checkpoints,
 * Millrace's defaults.
 *
 * @param cpuMicros CPU time an event, microseconds: of this whole process, so Flink's other
 *     threads, its start and stop, the JIT compiler and the garbage collector are in it
 * @param wallMicros time an event, microseconds
 * @param duplicatesPassed repeats that were taken for new events
 */
record DedupeRun(double cpuMicros, double wallMicros, long duplicatesPassed) {

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
    OperatingSystemMXBean process =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    // What the run before left behind is not this one's cost.
    System.gc();
    long cpu = process.getProcessCpuTime();
    long wall = System.nanoTime();
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    cpu = process.getProcessCpuTime() - cpu;
    wall = System.nanoTime() - wall;

    long passed = check(variant, workload, counters(result));
    double nanosToMicros = 1e3 * workload.events();
    return new DedupeRun(cpu / nanosToMicros, wall / nanosToMicros, passed);
  }

  private static Map<String, Long> counters(PipelineResult result) {
    MetricsFilter filter =
        MetricsFilter.builder()
            .addNameFilter(MetricNameFilter.inNamespace(PipelineMetrics.NAMESPACE))
            .build();
    Map<String, Long> counters = new HashMap<>();
    for (MetricResult<Long> counter : result.metrics().queryMetrics(filter).getCounters()) {
      counters.merge(counter.getName().getName(), counter.getAttempted(), Long::sum);
    }
    return counters;
  }

  /** Fails unless the run gave what its variant must; returns the duplicates that passed. */
  private static long check(DedupeVariant variant, Workload workload, Map<String, Long> counters) {
    long unique = workload.events() - workload.repeats();
    long accepted = counters.getOrDefault(Outcome.ACCEPTED.label(), 0L);
    switch (variant) {
      case NONE -> expect(variant, "accepted", workload.events(), accepted);
      case MILLRACE -> {
        expect(variant, "accepted", unique, accepted);
        long duplicates = counters.getOrDefault(Outcome.DUPLICATE.label(), 0L);
        expect(variant, "duplicates", workload.repeats(), duplicates);
        expect(variant, "late", 0, counters.getOrDefault(Outcome.LATE.label(), 0L));
      }
      case BEAM_SDK -> {
        // It keeps an identity for a time after the watermark at which it came, and at first the
        // watermark is at the beginning of time: the first real one makes it forget all.
        if (accepted < unique || accepted > workload.events()) {
          expect(variant, "accepted", unique, accepted);
        }
      }
    }
    return accepted - unique;
  }

  private static void expect(DedupeVariant variant, String what, long expected, long found) {
    if (found != expected) {
      throw new IllegalStateException(
          variant.label() + ": expected " + expected + " " + what + ", found " + found);
    }
  }
}
