package io.millrace.local.clickhouse.facade;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Files that exist for one request: insert data on its way in, rows on their way out. The directory
 * is relative to the working directory, so that its name needs no quoting in SQL and no glob
 * character of a user's path can mislead the engine.
 */
final class Spool {
  private final Path directory;
  private final AtomicLong next = new AtomicLong();

  /** Empties the directory: what is there was left by a server that was killed. */
  Spool(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory)) {
      for (Path leftover : leftovers) {
        Files.delete(leftover);
      }
    }
  }

  /** A name for a new file; nothing is created. */
  SpoolFile file() {
    return new SpoolFile(directory.resolve(next.incrementAndGet() + ".spool"));
  }

  /** One spool file, deleted on close. */
  record SpoolFile(Path path) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      Files.deleteIfExists(path);
    }

    /** As an SQL string literal. */
    String literal() {
      return "'" + path + "'";
    }
  }
}
