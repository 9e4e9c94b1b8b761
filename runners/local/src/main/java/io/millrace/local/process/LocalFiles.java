package io.millrace.local.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of the local stack. */
public final class LocalFiles {
  private LocalFiles() {}

  /**
   * Writes a file, in a directory that is made if it is missing.
   *
   * @throws LocalStackException if that is not possible
   */
  public static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new LocalStackException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
