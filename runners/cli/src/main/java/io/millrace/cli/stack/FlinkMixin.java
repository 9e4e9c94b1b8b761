package io.millrace.cli.stack;

import io.millrace.local.flink.LocalFlinkCluster;
import io.millrace.local.process.Lifetime;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The Flink cluster of the local stack. */
final class FlinkMixin {
  @Option(names = "--flink", description = "Start a Flink cluster as well.")
  boolean wanted;

  @Option(
      names = "--taskManagers",
      paramLabel = "N",
      defaultValue = "2",
      description = "How many processes run Flink's tasks. Default: ${DEFAULT-VALUE}")
  private int taskManagers;

  @Option(
      names = "--slots",
      paramLabel = "N",
      defaultValue = "2",
      description =
          "Slots of each of them: all together are the parallelism that a job can have. Default:"
              + " ${DEFAULT-VALUE}")
  private int slots;

  @Option(
      names = "--flinkHa",
      description = "With a ZooKeeper, so that a JobManager that is killed finds its jobs again.")
  private boolean highAvailability;

  @Option(
      names = "--flinkPort",
      defaultValue = "18081",
      description =
          "Port of Flink's REST and web interface on 127.0.0.1; 0: any free one. Default:"
              + " ${DEFAULT-VALUE}")
  private int port;

  LocalFlinkCluster start(Path directory) {
    return LocalFlinkCluster.builder()
        .dataDirectory(directory)
        .restPort(port)
        .taskManagers(taskManagers)
        .slots(slots)
        .highAvailability(highAvailability)
        .lifetime(Lifetime.DETACHED)
        .progress(System.err::println)
        .start();
  }
}
