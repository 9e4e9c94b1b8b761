package io.millrace.bench.steps;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.event.PipelineMetrics;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;

/**
 * One run of a pipeline in this JVM, measured from its start to its end.
 *
 * @param cpuMicros CPU time an event, microseconds: of this whole process, so the runner's other
 *     threads, its start and stop, the JIT compiler and the garbage collector are in it
 * @param wallMicros time an event, microseconds
 * @param counters Millrace's counters at the end, by name, and what was counted outside
 */
record MeasuredRun(double cpuMicros, double wallMicros, Map<String, Long> counters) {

  /** Runs a pipeline to its end. */
  static MeasuredRun of(Pipeline pipeline, long events) {
    return of(
        events,
        () -> {
          PipelineResult result = pipeline.run();
          result.waitUntilFinish();
          return counters(result);
        });
  }

  /**
   * Runs anything.
   *
   * @param work returns counters
   */
  static MeasuredRun of(long events, Supplier<Map<String, Long>> work) {
    OperatingSystemMXBean process =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    // What the run before left behind is not this one's cost.
    System.gc();
    long cpu = process.getProcessCpuTime();
    long wall = System.nanoTime();
    Map<String, Long> counters = work.get();
    cpu = process.getProcessCpuTime() - cpu;
    wall = System.nanoTime() - wall;
    double nanosToMicros = 1e3 * events;
    return new MeasuredRun(cpu / nanosToMicros, wall / nanosToMicros, counters);
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

  /** The same run with a number that was counted outside of it. */
  MeasuredRun with(String name, long count) {
    Map<String, Long> more = new HashMap<>(counters);
    more.put(name, count);
    return new MeasuredRun(cpuMicros, wallMicros, more);
  }

  /** A counter's value; 0 if nothing counted. */
  long counted(String name) {
    return counters.getOrDefault(name, 0L);
  }

  /**
   * Checks that a run did what is measured.
   *
   * @throws IllegalStateException if a number is another one
   */
  static void expect(String what, long expected, long found) {
    if (found != expected) {
      throw new IllegalStateException("expected " + expected + " " + what + ", found " + found);
    }
  }
}
