package io.millrace.archive.write;

import io.millrace.archive.store.ArchiveStore;
import io.millrace.archive.store.Manifest;
import io.millrace.parquet.ParquetJoin;
import io.millrace.parquet.UnsupportedParquetException;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Joins parts to a file, adds its entry to the manifest, and deletes the parts. Copies the row
 * groups without decoding them.
 *
 * <p>Memory: one part. What does not fit into it is read again at a repeat.
 */
final class JoinParts implements StoreTask<Manifest.Entry, Manifest.Entry> {
  private static final long serialVersionUID = 1L;

  @Override
  public Manifest.Entry run(ArchiveStore store, Manifest.Entry file) throws IOException {
    // After the entry was written, parts may be gone.
    if (!store.exists(file.entryPath())) {
      long[] length = new long[1];
      store.write(file.path(), out -> length[0] = join(store, file, out));
      new Manifest.Entry(
              file.partition(),
              file.name(),
              file.rows(),
              length[0],
              file.earliest(),
              file.latest(),
              file.columns(),
              file.parts())
          .write(store);
    }
    store.delete(file.replacedEntryPaths());
    store.delete(file.replacedPaths());
    return file;
  }

  private static long join(ArchiveStore store, Manifest.Entry file, OutputStream out)
      throws IOException {
    ParquetJoin joined = new ParquetJoin(out);
    for (String part : file.replacedPaths()) {
      try {
        joined.append(store.read(part));
      } catch (UnsupportedParquetException | IllegalArgumentException e) {
        throw new IOException(part + " " + e.getMessage(), e);
      }
    }
    return joined.finish();
  }

  @Override
  public long rows(Manifest.Entry file) {
    return file.rows();
  }

  /** Only names wait. */
  @Override
  public long bytes(Manifest.Entry file) {
    return 100L * file.parts().size();
  }

  @Override
  public String gauge() {
    return "archive_rows_to_join";
  }
}
