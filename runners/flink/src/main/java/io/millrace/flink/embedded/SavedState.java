package io.millrace.flink.embedded;

import java.nio.file.Path;
import java.time.Instant;

/**
 * A complete snapshot of an earlier run.
 *
 * @param run the directory of that run
 * @param snapshot the directory of the snapshot
 * @param record what it depends on
 * @param taken when it was completed
 */
record SavedState(Path run, Path snapshot, RunRecord record, Instant taken) {
  /** Prefix of the names that Flink gives to savepoints. */
  static final String SAVEPOINT = "savepoint-";

  /** Whether it is a savepoint, which every state backend can restore. */
  boolean isSavepoint() {
    return snapshot.getFileName().toString().startsWith(SAVEPOINT);
  }

  /** The snapshot for display. */
  String text() {
    return (isSavepoint() ? "savepoint" : "checkpoint") + " of " + taken;
  }
}
