package io.millrace.flink.client;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the job jar that is submitted to a Flink cluster. */
public final class FlinkJobJar {
  /** System property that overrides the jar's path. */
  public static final String PROPERTY = "millrace.flink.job";

  /** Its main class. */
  public static final String MAIN = "io.millrace.flink.FlinkMain";

  private FlinkJobJar() {}

  /**
   * The built jar.
   *
   * @param checkout the root of the checkout
   * @throws FlinkClientException if the jar was not built
   */
  public static Path find(Path checkout) {
    String given = System.getProperty(PROPERTY, "");
    Path jar =
        given.isEmpty()
            ? checkout.resolve("runners/flink/target/job/millrace-flink-job.jar")
            : Path.of(given).toAbsolutePath().normalize();
    if (!Files.isRegularFile(jar)) {
      throw new FlinkClientException(
          "job jar " + jar + " does not exist. Build it: mvn package -pl runners/flink -am");
    }
    return jar;
  }
}
