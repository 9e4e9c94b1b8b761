package io.millrace.direct;

import io.millrace.pipeline.Balance;
import java.util.function.Predicate;

/** A pipeline that runs, wherever that is, with its progress line. */
public interface PipelineRun {
  /** The equation as it stands, of the sink that is furthest behind. */
  Balance balance();

  /**
   * Shows progress until the pipeline has ended or what is awaited has come in every sink.
   *
   * @return the equation at that moment, of the sink that is furthest behind
   * @throws RuntimeException what the pipeline failed with
   */
  Balance await(Predicate<Balance> awaited);

  /** Stops the pipeline; does nothing if it has ended. */
  void cancel();
}
