package io.millrace.io;

import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollectionTuple;

/** A place where outcomes are written: its tables, and the transform that writes them. */
public interface Sink {
  /** What kind of sink it is, in lower case; part of the names of its steps. */
  String kind();

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
   * Differences between tables and contract that {@link #check} does not name because a run can
   * start with them, one line each.
   */
  default List<String> notes() {
    return List.of();
  }

  /**
   * Makes the tables fit the contract, as far as that is safe: creates what is missing, and changes
   * what is there where no value is lost and no writer disturbed, be it one by an older contract.
   * Safe while pipelines write; a second call has nothing to do.
   *
   * @param dryRun whether to stop before the first change
   * @param progress is told of each change before it is made, or would be
   * @return what was done, or would be, and what is refused
   * @throws SinkException if the sink cannot be reached or does not make a change
   */
  default SinkMigration migrate(boolean dryRun, Consumer<SinkMigration.Change> progress) {
    return SinkMigration.NONE;
  }

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
