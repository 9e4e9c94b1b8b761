package io.millrace.cli.deadletters;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory of a command, which only its user can read. It is deleted when it is closed. What a
 * killed process has left is deleted by the next one.
 */
record WorkDirectory(Path path) implements AutoCloseable {
  /**
   * Creates a directory in the temporary directory of the machine.
   *
   * @param prefix of its name; the id of the process follows
   */
  static WorkDirectory create(String prefix) {
    try {
      Path created = Files.createTempDirectory(prefix + ProcessHandle.current().pid() + "-");
      deleteLeftBeside(created, prefix);
      return new WorkDirectory(created);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void deleteLeftBeside(Path created, String prefix) throws IOException {
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(created.resolveSibling(""), prefix + "*")) {
      for (Path path : all) {
        if (isLeft(path, prefix) && Files.isWritable(path)) {
          delete(path);
        }
      }
    }
  }

  private static boolean isLeft(Path path, String prefix) {
    String rest = String.valueOf(path.getFileName()).substring(prefix.length());
    int dash = rest.indexOf('-');
    return dash > 0
        && dash < Long.BYTES * 2
        && rest.chars().limit(dash).allMatch(c -> c >= '0' && c <= '9')
        && ProcessHandle.of(Long.parseLong(rest.substring(0, dash))).isEmpty();
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> found = Files.walk(directory)) {
      List<Path> all = found.sorted(Comparator.reverseOrder()).toList();
      for (Path one : all) {
        Files.delete(one);
      }
    }
  }

  @Override
  public void close() {
    try {
      delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
