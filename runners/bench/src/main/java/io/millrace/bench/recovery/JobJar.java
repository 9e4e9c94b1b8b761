package io.millrace.bench.recovery;

import io.millrace.direct.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The jar that is submitted to a cluster, and one that is not quite the same. */
final class JobJar {
  /** The system property that says where it is. */
  private static final String PROPERTY = "millrace.flink.job";

  static final String MAIN = "io.millrace.flink.FlinkMain";

  private JobJar() {}

  /** As it was built. */
  static Path find() {
    String given = System.getProperty(PROPERTY, "");
    Path jar =
        given.isEmpty()
            ? Home.root().resolve("runners/flink/target/job/millrace-flink-job.jar")
            : Path.of(given).toAbsolutePath().normalize();
    if (!Files.isRegularFile(jar)) {
      throw new IllegalStateException(
          "there is no job jar " + jar + ": `mvn package -pl runners/flink -am` builds it");
    }
    return jar;
  }

  /**
   * A next release: another file under another name, with another entry in it.
   *
   * @param directory where it goes
   */
  static Path changed(Path directory, String release) {
    Path jar = directory.resolve("millrace-flink-job-" + release + ".jar");
    try {
      Files.copy(find(), jar, StandardCopyOption.REPLACE_EXISTING);
      try (FileSystem inside = FileSystems.newFileSystem(jar)) {
        Files.writeString(inside.getPath("META-INF/millrace-release"), release);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot copy the job jar to " + jar, e);
    }
    return jar;
  }
}
