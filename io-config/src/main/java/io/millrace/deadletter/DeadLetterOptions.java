package io.millrace.deadletter;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;

/** Flags of dead letters, unparsed. */
public interface DeadLetterOptions extends PipelineOptions {
  @Description(
      "Destinations of dead letters, separated by commas: `table`, topics or directories (not on"
          + " Dataflow). Without `table`, the sinks only count and audit them."
          + " Example: --deadLetters=table,kafka://127.0.0.1:19092/dead-letters"
          + " Example: --deadLetters=file:///var/dead-letters/")
  @Default.String("table")
  String getDeadLetters();

  void setDeadLetters(String deadLetters);
}
