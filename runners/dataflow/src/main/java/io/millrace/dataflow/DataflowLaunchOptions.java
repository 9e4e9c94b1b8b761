package io.millrace.dataflow;

import io.millrace.io.flags.Flag;
import io.millrace.io.flags.FlagGroup;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Flags of a launch on Dataflow, in addition to those of the pipeline and of Beam. */
@FlagGroup("Launch")
public interface DataflowLaunchOptions extends PipelineOptions {
  @Description(
      "Skip the preflight and do not create tables. For a launcher that cannot connect to source"
          + " and sinks. Create the tables first with `scripts/millrace migrate`."
          + " Example: --skipPreflight=true")
  @Default.Boolean(false)
  boolean getSkipPreflight();

  void setSkipPreflight(boolean skipPreflight);

  @Description(
      "Write the job graph as JSON to this file without starting a job. Works offline without"
          + " credentials. Assumes 3 partitions per topic unless --kafkaPartitions is set."
          + " Example: --dryRun=/tmp/job.json")
  @Flag(localOnly = true)
  @Nullable String getDryRun();

  void setDryRun(@Nullable String dryRun);
}
