package io.millrace.local.clickhouse.facade;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of one request, deleted on close. Insert data is kept in memory as long as it is small,
 * because a server would not write it to a disk either.
 */
final class SpoolFile implements AutoCloseable {
  /** Most bytes in memory; a batch of the pipeline has 64 MiB. */
  private static final long MOST_IN_MEMORY = 128L << 20;

  private final Path onDisk;
  private Path path;
  private MemoryFile inMemory;

  /**
   * Names a file, and does not create it.
   *
   * @param onDisk where it is unless it is in memory
   */
  SpoolFile(Path onDisk) {
    this.onDisk = onDisk;
    this.path = onDisk;
  }

  /** Where the file is. */
  Path path() {
    return path;
  }

  /** As an SQL string literal. */
  String literal() {
    return "'" + path + "'";
  }

  /** Opens the file for insert data. To be called once. */
  OutputStream data() throws IOException {
    inMemory = MemoryFile.create().orElse(null);
    if (inMemory == null) {
      return Files.newOutputStream(onDisk);
    }
    path = inMemory.path();
    return new SpillingOutput(Files.newOutputStream(path, StandardOpenOption.WRITE));
  }

  @Override
  public void close() throws IOException {
    if (inMemory != null) {
      inMemory.close();
    }
    Files.deleteIfExists(onDisk);
  }

  /** Goes on in the file on disk when there is too much for memory. */
  private final class SpillingOutput extends OutputStream {
    private OutputStream out;
    private long left = MOST_IN_MEMORY;

    private SpillingOutput(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      left -= length;
      if (left < 0 && inMemory != null) {
        out.close();
        out = Files.newOutputStream(onDisk);
        long unused = Files.copy(path, out);
        inMemory.close();
        inMemory = null;
        path = onDisk;
      }
      out.write(bytes, from, length);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
