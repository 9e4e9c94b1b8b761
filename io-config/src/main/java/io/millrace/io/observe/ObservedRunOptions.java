package io.millrace.io.observe;

import org.apache.beam.sdk.options.Hidden;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Tells the steps of a job which {@link RunObservation} they report to. No flag: set when the
 * pipeline is built, and only if the run is observed.
 */
@Hidden
public interface ObservedRunOptions extends PipelineOptions {
  @Nullable String getObservedRun();

  void setObservedRun(@Nullable String observedRun);
}
