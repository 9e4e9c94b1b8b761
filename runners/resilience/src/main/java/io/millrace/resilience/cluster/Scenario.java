package io.millrace.resilience.cluster;

import io.millrace.resilience.harness.CaseRuns;
import java.util.List;
import java.util.function.Consumer;

/**
 * Faults or operations during a stream.
 *
 * @param name the name in flags and the table
 * @param what a one-line description
 * @param setup the job and its cluster
 * @param happening runs the faults; called once the job is submitted
 */
record Scenario(String name, String what, Setup setup, Consumer<RecoveryRun> happening)
    implements CaseRuns.Case {
  /**
   * The job and its cluster.
   *
   * @param highAvailability whether a restarted JobManager recovers its jobs
   * @param rocksDb whether state is in RocksDB, not on the heap
   * @param parallelism the job's initial parallelism
   * @param way the method of submission
   * @param flags additional flags of the pipeline
   * @param copies share of duplicate records
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
