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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The pipeline as a job of a cluster of its own, which can be lost and begun anew, with the job
 * going on from what was saved.
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
   * Starts the cluster; nothing runs on it yet.
   *
   * @param route the flags that say where from and where to
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

  /** Submits it as the setup says. */
  void submit() {
    submit(setup.parallelism(), "", List.of());
  }

  /**
   * Submits it.
   *
   * @param savepoint to go on from; empty: from the beginning
   * @param more flags
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

  /** Submits another jar from now on. */
  void changeJar() {
    jar = NextReleaseJar.changed(directory, "next");
  }

  /** Ends the job with a savepoint, and returns that. */
  String stop() {
    String savepoint = job.stopWithSavepoint(false, LIMIT);
    String state = job.awaitEnd(LIMIT);
    if (!state.equals("FINISHED")) {
      throw new IllegalStateException("stopped with a savepoint, the job is " + state);
    }
    forget();
    return savepoint;
  }

  /** The job's count of replays ends with it. */
  private void forget() {
    replaysBefore = replays();
    fromSavepoint = false;
    job = null;
  }

  /** Kills all processes at once, and starts a cluster in their place that knows of no job. */
  String loseEverything() {
    // That from which it goes on is one that records have come after.
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

  /** A JobManager that is killed takes with it how often its job was restored. */
  void killJobManager() {
    replaysBefore = replays();
    fromSavepoint = false;
    cluster.jobManager().kill();
  }

  /** What an operator would look for who cannot ask anybody: the latest that is complete. */
  private String latestCheckpoint(String jobId) {
    try (Stream<Path> checkpoints = Files.list(cluster.checkpoints().resolve(jobId))) {
      return checkpoints
          .filter(path -> path.getFileName().toString().startsWith("chk-"))
          .filter(path -> Files.exists(path.resolve("_metadata")))
          .max(Comparator.comparingLong(ClusterJob::number))
          .orElseThrow(() -> new IllegalStateException("no checkpoint of " + jobId + " is left"))
          .toString();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look for checkpoints", e);
    }
  }

  private static long number(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString().substring("chk-".length()));
  }

  /** How often it went on from a checkpoint, not from a savepoint after which nothing was done. */
  long replays() {
    if (job == null) {
      return replaysBefore;
    }
    return replaysBefore + restored() - (fromSavepoint ? 1 : 0);
  }

  /** How often the job was restored, since there was a JobManager for it; -1 if it cannot tell. */
  long restored() {
    try {
      return job.checkpoints().restored();
    } catch (FlinkClientException e) {
      return -1;
    }
  }

  /** How many subtasks of the source have handed on records. */
  boolean everySubtaskReads(int parallelism) {
    FlinkJob.Vertex source =
        job.detail().vertices().stream()
            .filter(vertex -> vertex.name().startsWith("Source:"))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("the job has no source"));
    if (source.parallelism() != parallelism) {
      throw new IllegalStateException(
          "the source has %d subtasks, not %d".formatted(source.parallelism(), parallelism));
    }
    Map<String, Double> least = job.metrics(source.id(), "min", "numRecordsOut");
    return least.getOrDefault("numRecordsOut", 0.0) > 0;
  }

  @Override
  public void close() {
    cluster.close();
  }
}
