package io.millrace.bench.speed;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a run is at a moment.
 *
 * @param nanos when, by {@link System#nanoTime}
 * @param share of the events that are done, from 0 to 1
 * @param cpu what has been taken so far
 */
record Sample(long nanos, double share, Cpu cpu) {

  /**
   * CPU time.
   *
   * @param pipeline of the contender's own process; zero if it has none
   * @param compiler of the JVM's compiler in it
   * @param collector of its garbage collector
   * @param kafka of the broker
   * @param clickHouse of ClickHouse
   */
  record Cpu(
      Duration pipeline,
      Duration compiler,
      Duration collector,
      Duration kafka,
      Duration clickHouse) {
    /** What a process has taken so far; empty if it is gone. */
    static Optional<Duration> ofProcess(long pid) {
      return ProcessHandle.of(pid).flatMap(process -> process.info().totalCpuDuration());
    }
  }
}
