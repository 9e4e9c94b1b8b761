package io.millrace.io;

/**
 * What a run reads that ends when it has caught up: what was there at its start, and nothing that
 * came later.
 */
public interface CatchUp extends AutoCloseable {
  /** That of a source whose reading ends by itself: the run need not be ended. */
  CatchUp ENDS_BY_ITSELF =
      new CatchUp() {
        @Override
        public boolean isReached(long read) {
          return false;
        }

        @Override
        public void close() {}
      };

  /**
   * Whether all of it has been read.
   *
   * @param read how many records the pipeline has counted as read, all of them of this run
   */
  boolean isReached(long read);

  /** Lets the readers read on. */
  @Override
  void close();
}
