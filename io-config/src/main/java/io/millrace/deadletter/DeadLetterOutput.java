package io.millrace.deadletter;

import io.millrace.event.DeadLetter;
import io.millrace.io.SourceAddress;
import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;

/** A destination that receives each dead letter as a message. */
public interface DeadLetterOutput extends Serializable {
  /** The kind of destination in lower case; part of its step names. */
  String kind();

  /** The address for display, without secrets. */
  String address();

  /**
   * Checks that it accepts dead letters. Changes nothing.
   *
   * @return one line for each problem: what is wrong, where, and what to do; empty if there is none
   */
  List<String> check();

  /** Whether the same run reads this destination: dead letters would fail again without end. */
  boolean isReadBy(SourceAddress input);

  /**
   * Sends each dead letter and emits it after the acknowledgement. A failed send is retried until
   * it succeeds. Delivery is at least once: a bundle that the runner retries is sent again.
   *
   * @param sink name of the sink that rejected the rows; empty if they are dead letters of all
   *     sinks
   */
  PTransform<PCollection<DeadLetter>, PCollection<DeadLetter>> send(String sink);
}
