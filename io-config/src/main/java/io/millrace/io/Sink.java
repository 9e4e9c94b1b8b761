package io.millrace.io;

import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollectionTuple;

/** Writes outcomes to the tables of one destination. */
public interface Sink {
  /** The kind of sink in lower case; part of its step names. */
  String kind();

  /** The address for display, without secrets. */
  String address();

  /**
   * Checks that the sink is reachable and that its tables fit the contract. Changes nothing.
   *
   * @return one line for each problem: what is wrong, where, and what to do; empty if there is
   *     none. A missing table is not a problem: {@link #prepare} creates it
   */
  List<String> check();

  /** Differences between tables and contract that do not prevent a run, one line each. */
  default List<String> notes() {
    return List.of();
  }

  /**
   * Migrates the tables to the contract where that is safe. Creates missing tables; changes
   * existing ones only if no value is lost and writers with an older contract continue to work.
   * Safe while pipelines write. Idempotent.
   *
   * @param dryRun whether to only plan the changes
   * @param progress receives each change before it is applied, or as planned
   * @return the applied or planned changes, and the rejected ones
   * @throws SinkException if the sink is unreachable or a change fails
   */
  default SinkMigration migrate(boolean dryRun, Consumer<SinkMigration.Change> progress) {
    return SinkMigration.NONE;
  }

  /**
   * Creates missing tables and views.
   *
   * @throws SinkException with every problem that {@link #check} reports
   */
  void prepare();

  /**
   * Writes each output of {@link io.millrace.event.OutcomeTags} in the tuple to its table. Counts
   * an outcome when its row is written, then audits it; duplicates are only audited. A row that the
   * sink rejects for its content is returned as a dead letter, which a second instance writes.
   * Every other failure is retried.
   */
  PTransform<PCollectionTuple, WriteResult> write();
}
