package io.millrace.alerting;

import io.millrace.io.flags.Flag;
import io.millrace.io.flags.FlagGroup;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Flags of alerts, unparsed. */
@FlagGroup("Alerts")
public interface AlertOptions extends PipelineOptions {
  /** A target that workers on Dataflow can reach. */
  String TARGET = "(kafka://[^/]+/[^,]+|pubsub://[^,]+|https?://[^,]+)";

  @Description(
      "Where changes of alerts are sent besides the sinks' table, separated by commas: topics, or"
          + " the address of an Alertmanager."
          + " Example: --alerts=https://alertmanager:9093"
          + " Example: --alerts=kafka://127.0.0.1:19092/alerts,pubsub://my-project/alerts")
  @Flag(onDataflow = "^" + TARGET + "(," + TARGET + ")*$")
  @Nullable String getAlerts();

  void setAlerts(@Nullable String alerts);
}
