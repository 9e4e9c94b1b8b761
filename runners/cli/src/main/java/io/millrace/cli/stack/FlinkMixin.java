package io.millrace.cli.stack;

import io.millrace.local.flink.LocalFlinkCluster;
import io.millrace.local.process.Lifetime;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options of the local stack's Flink cluster. */
final class FlinkMixin {
  @Option(names = "--flink", description = "Also start a Flink cluster.")
  boolean wanted;

  @Option(
      names = "--taskManagers",
      paramLabel = "N",
      defaultValue = "2",
      description = "Number of TaskManagers. Default: ${DEFAULT-VALUE}")
  private int taskManagers;

  @Option(
      names = "--slots",
      paramLabel = "N",
      defaultValue = "2",
      description =
          "Slots per TaskManager. The sum of all slots limits a job's parallelism. Default:"
              + " ${DEFAULT-VALUE}")
  private int slots;

  @Option(
      names = "--flinkHa",
      description = "Enable high availability with ZooKeeper: a new JobManager recovers the jobs.")
  private boolean highAvailability;

  @Option(
      names = "--flinkPort",
      defaultValue = "18081",
      description =
          "Port of Flink's REST API and web interface on 127.0.0.1; 0 picks a free port. Default:"
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
