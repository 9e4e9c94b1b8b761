package io.millrace.deadletter;

import io.millrace.io.flags.Flag;
import io.millrace.io.flags.FlagGroup;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;

/** Flags of dead letters, unparsed. */
@FlagGroup("Dead letters")
public interface DeadLetterOptions extends PipelineOptions {
  /** A destination that workers without shared files can reach. */
  String DESTINATION = "(table|kafka://[^/]+/[^,]+|pubsub://[^,]+)";

  @Description(
      "Destinations of dead letters, separated by commas: `table`, topics or directories (not on"
          + " Dataflow). Without `table`, the sinks only count and audit them."
          + " Example: --deadLetters=table,kafka://127.0.0.1:19092/dead-letters"
          + " Example: --deadLetters=file:///var/dead-letters/")
  @Default.String("table")
  @Flag(onDataflow = "^" + DESTINATION + "(," + DESTINATION + ")*$")
  String getDeadLetters();

  void setDeadLetters(String deadLetters);
}
