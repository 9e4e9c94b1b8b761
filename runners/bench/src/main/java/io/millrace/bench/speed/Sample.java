package io.millrace.bench.speed;

import java.time.Duration;
import java.util.Optional;

/**
 * A sample of a run's progress.
 *
 * @param nanos time of the sample, a {@link System#nanoTime}
 * @param share share of processed events, from 0 to 1
 * @param cpu CPU time used so far
 */
record Sample(long nanos, double share, Cpu cpu) {

  /**
   * CPU time.
   *
   * @param pipeline the contender's process; zero if it has none
   * @param compiler the JIT compiler in that process
   * @param collector the garbage collector in that process
   */
  record Cpu(
      Duration pipeline,
      Duration compiler,
      Duration collector,
      Duration kafka,
      Duration clickHouse) {
    /** That of all processes. */
    Duration all() {
      return pipeline.plus(kafka).plus(clickHouse);
    }

    /** A process's CPU time so far; empty if it has ended. */
    static Optional<Duration> ofProcess(long pid) {
      return ProcessHandle.of(pid).flatMap(process -> process.info().totalCpuDuration());
    }
  }
}
