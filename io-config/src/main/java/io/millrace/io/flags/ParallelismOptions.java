package io.millrace.io.flags;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * The number of subtasks of a step, for workers. Flink's runner has the property and sets it when
 * it starts a job. It is declared here again as it is there, because this module does not know
 * Flink. With other runners it is not known.
 */
public interface ParallelismOptions extends PipelineOptions {
  /** The number of subtasks; less than 1: not known. */
  @Default.Integer(-1)
  Integer getParallelism();

  void setParallelism(Integer parallelism);
}
