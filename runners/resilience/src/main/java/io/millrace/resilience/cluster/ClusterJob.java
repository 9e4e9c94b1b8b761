package io.millrace.resilience.cluster;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.flink.client.FlinkClientException;
import io.millrace.flink.client.FlinkJob;
import io.millrace.flink.client.FlinkJobJar;
import io.millrace.local.flink.LocalFlinkCluster;
import io.millrace.local.process.LocalServer;
import io.millrace.local.process.MillraceHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The pipeline as the only job of a cluster, which can be lost and replaced. The job then resumes
 * from a savepoint or checkpoint.
 */
final class ClusterJob implements AutoCloseable {
  static final int TASK_MANAGERS = 2;
  private static final int SLOTS = 2;
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final BenchEnvironment environment;
  private final Path directory;
  private final Scenario.Setup setup;
  private final List<String> route;
  private Path jar = FlinkJobJar.find(MillraceHome.root());
  private LocalFlinkCluster cluster;
  private FlinkJob job;
  private boolean fromSavepoint;
  private long replaysBefore;

  /**
   * Starts the cluster without a job.
   *
   * @param route the flags of input and output
   */
  ClusterJob(
      BenchEnvironment environment, Path directory, Scenario.Setup setup, List<String> route) {
    this.environment = environment;
    this.directory = directory;
    this.setup = setup;
    this.route = route;
    startCluster();
  }

  private void startCluster() {
    cluster =
        LocalFlinkCluster.builder()
            .dataDirectory(directory)
            .taskManagers(TASK_MANAGERS)
            .slots(SLOTS)
            .highAvailability(setup.highAvailability())
            .prometheus(true)
            .progress(environment::progress)
            .start();
  }

  LocalFlinkCluster cluster() {
    return cluster;
  }

  FlinkJob job() {
    return job;
  }

  /** Submits the job with the setup's parallelism. */
  void submit() {
    submit(setup.parallelism(), "", List.of());
  }

  /**
   * Submits the job.
   *
   * @param savepoint the savepoint to restore; empty for none
   * @param more additional flags
   */
  void submit(int parallelism, String savepoint, List<String> more) {
    List<String> flags = new ArrayList<>(route);
    flags.addAll(setup.flags());
    if (setup.rocksDb()) {
      flags.add("--stateBackend=rocksdb");
      flags.add("--stateBackendStoragePath=" + cluster.checkpoints().toUri());
    }
    flags.addAll(more);
    job =
        setup
            .way()
            .submit(
                cluster, new SubmissionMethod.Job(jar, flags, parallelism, savepoint, directory));
    fromSavepoint = !savepoint.isEmpty();
  }

  /** Uses another jar, with an additional entry, for later submissions. */
  void changeJar() {
    Path changed = directory.resolve("millrace-flink-job-next.jar");
    try {
      Files.copy(jar, changed, StandardCopyOption.REPLACE_EXISTING);
      try (FileSystem inside = FileSystems.newFileSystem(changed)) {
        Files.writeString(inside.getPath("META-INF/millrace-release"), "next");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot copy the job jar to " + changed, e);
    }
    jar = changed;
  }

  /** Stops the job with a savepoint and returns its path. */
  String stop() {
    String savepoint = job.stopWithSavepoint(false, LIMIT);
    String state = job.awaitEnd(LIMIT);
    if (!state.equals("FINISHED")) {
      throw new IllegalStateException("after a stop with savepoint, the job is " + state);
    }
    forget();
    return savepoint;
  }

  /** Saves the job's count of replays, which ends with the job. */
  private void forget() {
    replaysBefore = replays();
    fromSavepoint = false;
    job = null;
  }

  /** Kills all processes and starts a new cluster without jobs; returns the latest checkpoint. */
  String loseEverything() {
    // Records followed the checkpoint that the job will restore.
    replaysBefore = replays() + 1;
    String id = job.id();
    job = null;
    fromSavepoint = false;
    cluster.jobManager().kill();
    cluster.taskManagers().forEach(LocalServer::kill);
    String latest = latestCheckpoint(id);
    cluster.close();
    startCluster();
    return latest;
  }

  /** Kills the JobManager, and saves its count of restores first. */
  void killJobManager() {
    replaysBefore = replays();
    fromSavepoint = false;
    cluster.jobManager().kill();
  }

  /** The latest complete checkpoint on disk, found as an operator would without a cluster. */
  private String latestCheckpoint(String jobId) {
    try (Stream<Path> checkpoints = Files.list(cluster.checkpoints().resolve(jobId))) {
      return checkpoints
          .filter(path -> path.getFileName().toString().startsWith("chk-"))
          .filter(path -> Files.exists(path.resolve("_metadata")))
          .max(Comparator.comparingLong(ClusterJob::number))
          .orElseThrow(() -> new IllegalStateException("no checkpoint of " + jobId + " is left"))
          .toString();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list checkpoints", e);
    }
  }

  private static long number(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString().substring("chk-".length()));
  }

  /** How often the job resumed from a checkpoint; savepoints of stopped jobs do not count. */
  long replays() {
    if (job == null) {
      return replaysBefore;
    }
    return replaysBefore + restored() - (fromSavepoint ? 1 : 0);
  }

  /** How often the job was restored since the JobManager's start; -1 if unknown. */
  long restored() {
    try {
      return job.checkpoints().restored();
    } catch (FlinkClientException e) {
      return -1;
    }
  }

  /** Whether every subtask of the source has emitted records. */
  boolean everySubtaskReads(int parallelism) {
    FlinkJob.Vertex source =
        job.detail().vertices().stream()
            .filter(vertex -> vertex.name().startsWith("Source:"))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("the job has no source"));
    if (source.parallelism() != parallelism) {
      throw new IllegalStateException(
          "expected %d subtasks of the source, found %d"
              .formatted(parallelism, source.parallelism()));
    }
    Map<String, Double> least = job.metrics(source.id(), "min", "numRecordsOut");
    return least.getOrDefault("numRecordsOut", 0.0) > 0;
  }

  @Override
  public void close() {
    cluster.close();
  }
}
