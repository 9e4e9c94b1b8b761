package io.millrace.local.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** Files of the local stack. The methods throw {@link LocalStackException} if they fail. */
public final class LocalFiles {
  private LocalFiles() {}

  /** An action on a file. */
  @FunctionalInterface
  public interface Action {
    void run() throws IOException;
  }

  /** Runs an action that writes a file, in a directory that is made if it is missing. */
  public static void writing(Path file, Action action) {
    try {
      Files.createDirectories(file.getParent());
      action.run();
    } catch (IOException e) {
      throw new LocalStackException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  public static void write(Path file, String text) {
    writing(file, () -> Files.writeString(file, text));
  }

  public static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new LocalStackException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** Deletes a directory tree if it exists. */
  public static void deleteTree(Path root) throws IOException {
    if (Files.exists(root)) {
      try (var files = Files.walk(root)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          // A server that ends may remove files, too.
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
