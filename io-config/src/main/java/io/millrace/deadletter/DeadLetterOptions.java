package io.millrace.deadletter;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;

/** Where dead letters go, as a text. */
public interface DeadLetterOptions extends PipelineOptions {
  @Description(
      "Where dead letters go: `table`, topics, directories (not on Dataflow), or several with commas"
          + " between them. Without `table` the sinks only count and audit them."
          + " Example: --deadLetters=table,kafka://127.0.0.1:19092/dead-letters"
          + " Example: --deadLetters=file:///var/dead-letters/")
  @Default.String("table")
  String getDeadLetters();

  void setDeadLetters(String deadLetters);
}
