package io.millrace.flink.client;

import java.nio.file.Files;
import java.nio.file.Path;

/** The jar that is submitted to a Flink cluster, where the build leaves it. */
public final class FlinkJobJar {
  /** The system property that says where it is, if it is elsewhere. */
  private static final String PROPERTY = "millrace.flink.job";

  /** Its main class. */
  public static final String MAIN = "io.millrace.flink.FlinkMain";

  private FlinkJobJar() {}

  /**
   * As it was built.
   *
   * @param checkout the root of the checkout that it was built in
   * @throws FlinkClientException if it was not
   */
  public static Path find(Path checkout) {
    String given = System.getProperty(PROPERTY, "");
    Path jar =
        given.isEmpty()
            ? checkout.resolve("runners/flink/target/job/millrace-flink-job.jar")
            : Path.of(given).toAbsolutePath().normalize();
    if (!Files.isRegularFile(jar)) {
      throw new FlinkClientException(
          "there is no job jar " + jar + ": `mvn package -pl runners/flink -am` builds it");
    }
    return jar;
  }
}
