package io.millrace.local.clickhouse.facade;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Temporary files of requests, for insert data and rows. The directory is relative to the working
 * directory, so that its name needs no quoting in SQL and contains no glob characters.
 */
final class Spool {
  private final Path directory;
  private final AtomicLong next = new AtomicLong();

  /** Deletes the files that a killed server left in the directory. */
  Spool(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory)) {
      for (Path leftover : leftovers) {
        Files.delete(leftover);
      }
    }
  }

  /** A new file name; does not create the file. */
  SpoolFile file() {
    return new SpoolFile(directory.resolve(next.incrementAndGet() + ".spool"));
  }
}
