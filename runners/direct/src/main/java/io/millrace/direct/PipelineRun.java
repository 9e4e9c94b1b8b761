package io.millrace.direct;

import io.millrace.pipeline.Balance;
import java.util.function.Predicate;

/** A running pipeline on any runner, with its progress line. */
public interface PipelineRun {
  /** The current equation of the sink that is furthest behind. */
  Balance balance();

  /**
   * Shows progress until the pipeline has ended or the condition holds for every sink.
   *
   * @return the equation at that moment, of the sink that is furthest behind
   * @throws RuntimeException the pipeline's failure
   */
  Balance await(Predicate<Balance> awaited);

  /** Stops the pipeline. No effect if it has ended. */
  void cancel();
}
