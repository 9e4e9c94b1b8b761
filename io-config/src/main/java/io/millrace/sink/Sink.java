package io.millrace.sink;

import java.util.List;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollectionTuple;

/** A place where outcomes are written: its tables, and the transform that writes them. */
public interface Sink {
  /** The address for people, without secrets. */
  String address();

  /**
   * Looks whether the sink can be reached and its tables fit the contract. Changes nothing.
   *
   * @return one line for each problem: what is wrong, where, and what to do; empty if all is well.
   *     A table that is missing is no problem: {@link #prepare} creates it
   */
  List<String> check();

  /**
   * Creates what is missing.
   *
   * @throws SinkException with every problem that {@link #check} would name
   */
  void prepare();

  /**
   * Writes each output of {@link io.millrace.event.OutcomeTags} that the tuple holds to its table,
   * and counts an outcome when its row has been written; then, with every duplicate, it is written
   * to the audit and counted as audited. A row that the sink refuses for its content comes back as
   * a dead letter, to be written by a second instance; for all else it waits.
   */
  PTransform<PCollectionTuple, WriteResult> write();
}
