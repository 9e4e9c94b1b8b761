package io.millrace.resilience.cluster;

import io.millrace.resilience.harness.CaseRuns;
import java.util.List;
import java.util.function.Consumer;

/**
 * Something that happens to a pipeline while a stream goes through it.
 *
 * @param name for the command line and the table
 * @param what it is, for people
 * @param setup what it happens to
 * @param happening what is done; called as soon as the job is submitted
 */
record Scenario(String name, String what, Setup setup, Consumer<RecoveryRun> happening)
    implements CaseRuns.Case {
  /**
   * The job and its cluster.
   *
   * @param highAvailability whether a JobManager that was killed finds its jobs again
   * @param rocksDb whether state is in RocksDB, not on the heap
   * @param parallelism of the job at its start
   * @param way in which it is submitted
   * @param flags of the pipeline, beside where from and where to
   * @param copies the share of records that repeat an earlier one
   */
  record Setup(
      boolean highAvailability,
      boolean rocksDb,
      int parallelism,
      SubmissionMethod way,
      List<String> flags,
      double copies) {
    static final Setup PLAIN =
        new Setup(false, false, 4, SubmissionMethod.REST, List.of(), MovingStream.FEW_COPIES);

    Setup withHighAvailability() {
      return new Setup(true, rocksDb, parallelism, way, flags, copies);
    }

    Setup withRocksDb() {
      return new Setup(highAvailability, true, parallelism, way, flags, copies);
    }

    Setup withParallelism(int subtasks) {
      return new Setup(highAvailability, rocksDb, subtasks, way, flags, copies);
    }

    Setup submittedBy(SubmissionMethod other) {
      return new Setup(highAvailability, rocksDb, parallelism, other, flags, copies);
    }

    Setup withCopies(double share) {
      return new Setup(highAvailability, rocksDb, parallelism, way, flags, share);
    }

    Setup withFlags(String... more) {
      return new Setup(highAvailability, rocksDb, parallelism, way, List.of(more), copies);
    }
  }
}
