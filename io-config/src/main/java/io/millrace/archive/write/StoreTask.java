package io.millrace.archive.write;

import io.millrace.archive.store.ArchiveStore;
import java.io.IOException;
import java.io.Serializable;

/**
 * Work on the files of an archive. A repeat after a failure, or after it has succeeded, leaves the
 * same files.
 *
 * @param <T> what to work on
 * @param <R> what comes of it
 */
interface StoreTask<T, R> extends Serializable {
  R run(ArchiveStore store, T element) throws IOException;

  /** Number of rows in an element. */
  long rows(T element);

  /** Memory of an element in bytes. */
  long bytes(T element);

  /** The gauge of waiting rows. */
  String gauge();
}
