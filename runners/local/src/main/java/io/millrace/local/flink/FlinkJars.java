package io.millrace.local.flink;

import io.millrace.local.process.LocalStackException;
import io.millrace.local.process.MillraceHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where the jars of a Flink cluster are: Flink and nothing else, as the build gathers them. */
public final class FlinkJars {
  /** The system property that says where. */
  public static final String PROPERTY = "millrace.flink.lib";

  private static final Path BUILT = Path.of("runners", "flink", "cluster", "target", "lib");

  private FlinkJars() {}

  /**
   * The directory of the system property {@value #PROPERTY}; without that, the one built in the
   * checkout that the environment's {@code MILLRACE_HOME} names.
   *
   * @throws LocalStackException if there is no Flink
   */
  public static Path find() {
    String given = System.getProperty(PROPERTY, "");
    Path directory = given.isEmpty() ? MillraceHome.root().resolve(BUILT) : Path.of(given);
    return check(directory.toAbsolutePath().normalize());
  }

  /** The directory, if a Flink is in it. */
  static Path check(Path directory) {
    if (Files.isDirectory(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        if (files.anyMatch(file -> file.getFileName().toString().startsWith("flink-runtime-"))) {
          return directory;
        }
      } catch (IOException e) {
        throw new LocalStackException("cannot list " + directory + ": " + e.getMessage(), e);
      }
    }
    throw new LocalStackException(
        "no jars of Flink in "
            + directory
            + ": `mvn package -pl runners/flink/cluster` gathers them");
  }
}
