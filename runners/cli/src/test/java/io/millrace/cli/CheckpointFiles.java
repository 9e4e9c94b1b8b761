package io.millrace.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The checkpoints of runs in their directory of state. */
final class CheckpointFiles {
  private CheckpointFiles() {}

  /** Whether there is a complete checkpoint that is newer; an earlier run may have left some. */
  static boolean hasNewer(Path state, long millis) {
    try (Stream<Path> all = Files.walk(state)) {
      return all.anyMatch(
          path ->
              path.endsWith("_metadata")
                  && path.toFile().lastModified() > millis
                  && path.getParent().getFileName().toString().startsWith("chk-"));
    } catch (IOException | UncheckedIOException e) {
      // A checkpoint was just deleted.
      return false;
    }
  }
}
