package io.millrace.dataflow;

import io.millrace.io.flags.Flag;
import io.millrace.io.flags.FlagGroup;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Flags of the launch on Dataflow, beside those of the pipeline and of Beam. */
@FlagGroup("Launch")
public interface DataflowLaunchOptions extends PipelineOptions {
  @Description(
      "Start without a look at source and sinks, and with the tables as they are: for a launcher"
          + " that does not reach them. Create them first, by `scripts/millrace migrate`."
          + " Example: --skipPreflight=true")
  @Default.Boolean(false)
  boolean getSkipPreflight();

  void setSkipPreflight(boolean skipPreflight);

  @Description(
      "Write the job's graph as JSON to this file and start nothing; needs neither credentials nor"
          + " a network. Without --kafkaPartitions each topic is taken to have 3. Example: --dryRun=/tmp/job.json")
  @Flag(localOnly = true)
  @Nullable String getDryRun();

  void setDryRun(@Nullable String dryRun);
}
