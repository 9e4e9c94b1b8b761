package io.millrace.bench.contender;

import java.util.Map;

/** A started job, which runs until its process ends. */
interface RunningJob {

  /**
   * Fails if the job has failed.
   *
   * @throws RuntimeException the job's failure
   */
  void requireRunning();

  /**
   * The job's own counts by outcome, after all records are read; empty if its tables contain all
   * outcomes.
   */
  default Map<String, Long> outcomes() {
    return Map.of();
  }
}
