package io.millrace.local.flink;

import io.millrace.flink.client.FlinkClientException;
import io.millrace.flink.client.FlinkRest;
import io.millrace.flink.client.Poll;
import io.millrace.local.flink.FlinkProcesses.FlinkProcess;
import io.millrace.local.process.LocalServer;
import io.millrace.local.process.LocalStackException;
import io.millrace.local.process.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A Flink cluster on 127.0.0.1: a JobManager, TaskManagers and, for high availability, ZooKeeper.
 * Each is a separate process with only Flink on its class path. Each can be killed and restarted on
 * the same ports.
 *
 * <p>The JobManager detects a killed TaskManager after 2 to 8 seconds. With high availability, a
 * restarted JobManager recovers its jobs and TaskManagers in about 10 seconds; without, only the
 * TaskManagers. A failed job restarts after a second, without limit. Checkpoints, savepoints,
 * uploaded jars and recovery data persist in the data directory. With high availability, a later
 * cluster there resumes the jobs.
 */
public final class LocalFlinkCluster implements AutoCloseable {
  /** The name of the JobManager. */
  public static final String JOB_MANAGER = "flink-jobmanager";

  static final String TASK_MANAGER = "flink-taskmanager-";
  static final String ZOO_KEEPER = "flink-zookeeper";

  private static final Duration REGISTRATION_LIMIT = Duration.ofMinutes(1);

  private final FlinkFiles files;
  private final FlinkRest rest;
  private final Map<String, Integer> metricsPorts;
  private final FlinkProcess jobManager;
  private final List<FlinkProcess> taskManagers;
  private final Optional<FlinkProcess> zooKeeper;
  private final int slots;

  LocalFlinkCluster(FlinkClusterBuilder wanted) {
    FlinkProcesses processes = new FlinkProcesses(wanted);
    this.files = processes.files();
    this.rest = processes.rest();
    this.metricsPorts = processes.metricsPorts();
    this.jobManager = processes.jobManager();
    this.taskManagers =
        IntStream.rangeClosed(1, wanted.taskManagers)
            .mapToObj(i -> processes.taskManager(i, jobManager::isRunning))
            .toList();
    this.zooKeeper = processes.zooKeeper();
    this.slots = wanted.slots;
  }

  public static FlinkClusterBuilder builder() {
    return new FlinkClusterBuilder();
  }

  void startAll(Consumer<String> progress) {
    long begin = System.nanoTime();
    try {
      zooKeeper.ifPresent(FlinkProcess::start);
      List<FlinkProcess> others = new ArrayList<>(taskManagers);
      others.add(jobManager);
      inParallel(others, FlinkProcess::start);
      awaitTaskManagers(taskManagers.size(), REGISTRATION_LIMIT);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    progress.accept(
        "flink is up at %s, %d TaskManagers with %d slots each (%.1f s)"
            .formatted(
                rest.address(), taskManagers.size(), slots, (System.nanoTime() - begin) / 1e9));
  }

  public LocalServer jobManager() {
    return jobManager;
  }

  /**
   * One of the TaskManagers.
   *
   * @param number from 1, as in its name
   */
  public LocalServer taskManager(int number) {
    return taskManagers.get(number - 1);
  }

  public List<LocalServer> taskManagers() {
    return List.copyOf(taskManagers);
  }

  /** Empty without high availability. */
  public Optional<LocalServer> zooKeeper() {
    return zooKeeper.map(server -> server);
  }

  /** All processes, in the order of a start. */
  public List<LocalServer> servers() {
    List<LocalServer> all = new ArrayList<>();
    zooKeeper.ifPresent(all::add);
    all.add(jobManager);
    all.addAll(taskManagers);
    return all;
  }

  public FlinkRest rest() {
    return rest;
  }

  /** {@code 127.0.0.1:8081}, a value for {@code --flinkMaster}. */
  public String master() {
    return rest.address().substring("http://".length());
  }

  /** The default directory for checkpoints. */
  public Path checkpoints() {
    return files.checkpoints();
  }

  /** The default directory for savepoints. */
  public Path savepoints() {
    return files.savepoints();
  }

  /** Prometheus URLs by process name; empty without Prometheus. */
  public Map<String, String> metrics() {
    Map<String, String> urls = new TreeMap<>();
    metricsPorts.forEach((name, port) -> urls.put(name, "http://127.0.0.1:" + port + "/metrics"));
    return urls;
  }

  /**
   * Waits until exactly this number of TaskManagers is registered.
   *
   * @throws FlinkClientException after the limit
   */
  public void awaitTaskManagers(int count, Duration limit) {
    Poll.until(
        limit,
        () -> {
          try {
            FlinkRest.Overview overview = rest.overview();
            return overview.taskManagers() == count && overview.slots() == count * slots;
          } catch (FlinkClientException e) {
            // There may be no leader at the moment.
            return false;
          }
        },
        () ->
            "flink at %s does not have %d TaskManagers with %d slots each after %d s"
                .formatted(rest.address(), count, slots, limit.toSeconds()));
  }

  /** Whether a server's name is that of a cluster's process. */
  public static boolean isNameOfOne(String name) {
    return name.equals(JOB_MANAGER) || name.equals(ZOO_KEEPER) || name.startsWith(TASK_MANAGER);
  }

  /** Whether a process responds: a JobManager as the leader, others on their port. */
  public static boolean answers(String name, String address) {
    return name.equals(JOB_MANAGER) ? FlinkRest.at(address).answers() : Ports.accepts(address);
  }

  /** Stops all processes without canceling jobs. */
  @Override
  public void close() {
    inParallel(taskManagers, FlinkProcess::close);
    jobManager.close();
    zooKeeper.ifPresent(FlinkProcess::close);
  }

  private static void inParallel(List<FlinkProcess> processes, Consumer<FlinkProcess> action) {
    List<CompletableFuture<Void>> all =
        processes.stream()
            .map(
                process ->
                    CompletableFuture.runAsync(
                        () -> action.accept(process),
                        task -> new Thread(task, process.name()).start()))
            .toList();
    try {
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof LocalStackException cause
          ? cause
          : new LocalStackException("the Flink cluster: " + e.getCause(), e);
    }
  }
}
