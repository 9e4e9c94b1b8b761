package io.millrace.resilience.cluster;

import io.millrace.flink.client.FlinkJarRun;
import io.millrace.flink.client.FlinkJob;
import io.millrace.flink.client.FlinkJobJar;
import io.millrace.flink.client.FlinkRest;
import io.millrace.local.flink.FlinkJars;
import io.millrace.local.flink.LocalFlinkCluster;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Methods to submit the job jar to a cluster. */
enum SubmissionMethod {
  /** Upload to the JobManager, which runs it, as in the web interface. */
  REST {
    @Override
    FlinkJob submit(LocalFlinkCluster cluster, Job job) {
      FlinkRest rest = cluster.rest();
      FlinkJarRun run =
          FlinkJarRun.of(FlinkJobJar.MAIN, job.flags).withParallelism(job.parallelism);
      return rest.run(
          rest.upload(job.jar), job.savepoint.isEmpty() ? run : run.from(job.savepoint));
    }
  },

  /** A Java process of the main class, with Flink's jars on the class path. */
  CLIENT {
    @Override
    FlinkJob submit(LocalFlinkCluster cluster, Job job) {
      List<String> arguments = new ArrayList<>(job.flags);
      arguments.add("--flinkMaster=" + cluster.master());
      arguments.add("--attachedMode=false");
      arguments.add("--parallelism=" + job.parallelism);
      if (!job.savepoint.isEmpty()) {
        arguments.add("--savepointPath=" + job.savepoint);
      }
      return inProcess(
          cluster, job, lib() + File.pathSeparator + job.jar, FlinkJobJar.MAIN, arguments);
    }
  },

  /** {@code flink run}. */
  FLINK_RUN {
    @Override
    FlinkJob submit(LocalFlinkCluster cluster, Job job) {
      List<String> arguments = new ArrayList<>(List.of("run", "-d", "-m", cluster.master()));
      arguments.add("-p");
      arguments.add(String.valueOf(job.parallelism));
      if (!job.savepoint.isEmpty()) {
        arguments.add("-s");
        arguments.add(job.savepoint);
      }
      arguments.add(job.jar.toString());
      arguments.addAll(job.flags);
      return inProcess(cluster, job, lib(), "org.apache.flink.client.cli.CliFrontend", arguments);
    }
  };

  /** Avoids debug logging, which would log passwords; such a job refuses to start. */
  private static final String LOGBACK =
      """
      <configuration>
        <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
          <encoder><pattern>%d %-5level %logger{0}: %msg%n</pattern></encoder>
        </appender>
        <root level="WARN"><appender-ref ref="OUT"/></root>
      </configuration>
      """;

  private static final Duration LONGEST = Duration.ofMinutes(3);

  /**
   * The job to submit.
   *
   * @param savepoint the savepoint to restore; empty for none
   */
  record Job(Path jar, List<String> flags, int parallelism, String savepoint, Path directory) {}

  /**
   * Submits a job without waiting for it to run.
   *
   * @throws IllegalStateException if the submission fails, with its last line of output
   */
  abstract FlinkJob submit(LocalFlinkCluster cluster, Job job);

  private static String lib() {
    return FlinkJars.find() + "/*";
  }

  /** Returns the id of the new job on the cluster, because the output has no reliable form. */
  private static FlinkJob inProcess(
      LocalFlinkCluster cluster,
      Job job,
      String classPath,
      String mainClass,
      List<String> arguments) {
    Set<String> before = ids(cluster);
    run(job.directory, classPath, mainClass, arguments);
    List<String> more = ids(cluster).stream().filter(id -> !before.contains(id)).toList();
    if (more.size() != 1) {
      throw new IllegalStateException("expected one more job on the cluster, found " + more);
    }
    return cluster.rest().job(more.get(0));
  }

  private static Set<String> ids(LocalFlinkCluster cluster) {
    return cluster.rest().jobs().stream().map(FlinkRest.JobSummary::id).collect(Collectors.toSet());
  }

  private static void run(
      Path directory, String classPath, String mainClass, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    for (String open : List.of("lang", "net", "nio", "time", "util", "util.concurrent")) {
      command.add("--add-opens=java.base/java." + open + "=ALL-UNNAMED");
    }
    command.addAll(List.of("-cp", classPath, mainClass));
    command.addAll(arguments);
    Path log = directory.resolve("submission.log");
    try {
      // Flink's command requires a configuration directory.
      Path configuration = Files.createDirectories(directory.resolve("client-conf"));
      Files.writeString(configuration.resolve("config.yaml"), "rest.port: 8081\n");
      Files.writeString(configuration.resolve("logback.xml"), LOGBACK);
      command.add(1, "-Dlogback.configurationFile=" + configuration.resolve("logback.xml"));
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().put("FLINK_CONF_DIR", configuration.toString());
      Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
      try {
        if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
          throw new IllegalStateException("the submission timed out: " + lastLine(log));
        }
      } finally {
        process.destroyForcibly();
      }
      if (process.exitValue() != 0) {
        throw new IllegalStateException("the submission failed: " + lastLine(log));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot submit: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while submitting", e);
    }
  }

  private static String lastLine(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
    return lines.isEmpty() ? "no output" : lines.get(lines.size() - 1);
  }
}
