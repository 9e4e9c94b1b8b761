package io.millrace.deadletter;

import io.millrace.event.DeadLetter;
import io.millrace.io.SourceAddress;
import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;

/** A place that dead letters are sent to, one message each. */
public interface DeadLetterOutput extends Serializable {
  /** What kind of place it is, in lower case; part of the names of its steps. */
  String kind();

  /** The address for people, without secrets. */
  String address();

  /**
   * Looks whether dead letters can be sent there. Changes nothing.
   *
   * @return one line for each problem: what is wrong, where, and what to do; empty if all is well
   */
  List<String> check();

  /**
   * Whether what is sent there is read by the same run, which would then never end, as a dead
   * letter that is read is most often one again.
   */
  boolean isReadBy(SourceAddress input);

  /**
   * Sends each dead letter, and gives it on once the place has acknowledged it: what comes out is
   * there. Nothing is skipped: what cannot be sent waits until it can. At least once: a bundle that
   * the runner repeats is sent again.
   *
   * @param sink the name of the sink that refused the rows; empty, if they are dead letters for all
   */
  PTransform<PCollection<DeadLetter>, PCollection<DeadLetter>> send(String sink);
}
