package io.millrace.local.flink;

import io.millrace.local.process.LocalStackException;
import io.millrace.local.process.MillraceHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Finds the jars of a Flink cluster, which contain only Flink. */
public final class FlinkJars {
  /** System property that overrides the directory. */
  public static final String PROPERTY = "millrace.flink.lib";

  private static final Path BUILT = Path.of("runners", "flink", "cluster", "target", "lib");

  private FlinkJars() {}

  /**
   * The directory of the system property {@value #PROPERTY}, else the one built in the checkout.
   *
   * @throws LocalStackException if it contains no Flink
   */
  public static Path find() {
    String given = System.getProperty(PROPERTY, "");
    Path directory = given.isEmpty() ? MillraceHome.root().resolve(BUILT) : Path.of(given);
    return check(directory.toAbsolutePath().normalize());
  }

  /** The directory, if it contains Flink. */
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
        "no Flink jars in " + directory + ". Build them: mvn package -pl runners/flink/cluster");
  }
}
