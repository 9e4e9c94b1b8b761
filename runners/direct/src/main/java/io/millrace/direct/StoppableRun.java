package io.millrace.direct;

import io.millrace.pipeline.Balance;
import io.millrace.pipeline.Checkpoints;
import io.millrace.pipeline.StepMetrics;
import java.time.Duration;
import java.util.Map;

/** A run of the command {@code run}, on any runner. */
public interface StoppableRun extends PipelineRun {
  /** The current or final equation of each sink, by the sink's name. */
  Map<String, Balance> balances();

  /**
   * Stops reading, and writes what has been read as far as possible in some time. Call it once,
   * before {@link #cancel}.
   *
   * @return the final equation of the sink that is furthest behind
   */
  Balance finish(Duration longest);

  /** Whether every record has its outcome or is kept for the next run. Final after the finish. */
  boolean endedWell();

  /** Whether its job runs. */
  boolean isRunning();

  /** The metrics of its job, of now or of its end. */
  StepMetrics stepMetrics();

  /** Its checkpoints, where it takes any. */
  default Checkpoints checkpoints() {
    return Checkpoints.NONE;
  }

  /** Whether it continues an earlier run, so that its equation counts only since its start. */
  boolean isResumed();

  /** What becomes of records that have no outcome at the end. */
  String remainder();
}
