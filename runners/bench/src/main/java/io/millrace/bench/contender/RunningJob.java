package io.millrace.bench.contender;

import java.util.Map;

/** A job that has been started and reads on until its process ends. */
interface RunningJob {

  /**
   * Fails if the job has.
   *
   * @throws RuntimeException why
   */
  void requireRunning();

  /**
   * What the job itself has counted, by outcome, once all records have been read; empty if its
   * tables tell.
   */
  default Map<String, Long> outcomes() {
    return Map.of();
  }
}
