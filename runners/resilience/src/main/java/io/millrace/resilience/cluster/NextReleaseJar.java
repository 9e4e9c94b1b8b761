package io.millrace.resilience.cluster;

import io.millrace.flink.client.FlinkJobJar;
import io.millrace.local.process.MillraceHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Creates a job jar that differs from the built one. */
final class NextReleaseJar {
  private NextReleaseJar() {}

  /**
   * Copies the job jar under another name, with an additional entry.
   *
   * @param directory for the copy
   */
  static Path changed(Path directory, String release) {
    Path jar = directory.resolve("millrace-flink-job-" + release + ".jar");
    try {
      Files.copy(FlinkJobJar.find(MillraceHome.root()), jar, StandardCopyOption.REPLACE_EXISTING);
      try (FileSystem inside = FileSystems.newFileSystem(jar)) {
        Files.writeString(inside.getPath("META-INF/millrace-release"), release);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot copy the job jar to " + jar, e);
    }
    return jar;
  }
}
