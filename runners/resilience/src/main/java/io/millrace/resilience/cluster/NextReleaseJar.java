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

/** A jar to be submitted to a cluster that is not quite the one that was built. */
final class NextReleaseJar {
  private NextReleaseJar() {}

  /**
   * A next release: another file under another name, with another entry in it.
   *
   * @param directory where it goes
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
