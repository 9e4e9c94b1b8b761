package io.millrace.io;

/** Stops a run when it has read the records that existed at its start. */
public interface CatchUp extends AutoCloseable {
  /** For a bounded source: reading ends without help. */
  CatchUp ENDS_BY_ITSELF =
      new CatchUp() {
        @Override
        public boolean isReached(long read) {
          return false;
        }

        @Override
        public void close() {}
      };

  /** Whether the run has read all of these records, by the number that it has counted as read. */
  boolean isReached(long read);

  /** Removes the limit: readers continue with newer records. */
  @Override
  void close();
}
