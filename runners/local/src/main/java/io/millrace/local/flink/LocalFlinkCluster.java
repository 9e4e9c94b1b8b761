package io.millrace.local.flink;

import io.millrace.flink.client.FlinkClientException;
import io.millrace.flink.client.FlinkRest;
import io.millrace.flink.client.Poll;
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
 * A Flink cluster on 127.0.0.1 that runs the jobs submitted to it: a JobManager and TaskManagers,
 * each a process of its own with Flink and nothing of Millrace's on its class path; with high
 * availability a ZooKeeper too. Each process can be killed and started again by itself, on the same
 * ports.
 *
 * <p>A TaskManager that was killed is missed after 2 to 8 seconds. A JobManager that was killed and
 * started again finds its jobs and its TaskManagers again with high availability, some 10 seconds
 * later; without, the TaskManagers only. A job that fails is restarted after a second, without
 * limit. Checkpoints, savepoints, uploaded jars and what the JobManager recovers from stay in the
 * data directory: with high availability, a later cluster there goes on with the jobs.
 */
public final class LocalFlinkCluster implements AutoCloseable {
  /** The name of the server that leads, and takes jobs. */
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
        "flink answers at %s, %d TaskManagers with %d slots each (%.1f s)"
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

  /** {@code 127.0.0.1:8081}, as {@code --flinkMaster} takes it. */
  public String master() {
    return rest.address().substring("http://".length());
  }

  /** Where checkpoints go unless a job says otherwise. */
  public Path checkpoints() {
    return files.checkpoints();
  }

  /** Where savepoints go unless a request says otherwise. */
  public Path savepoints() {
    return files.savepoints();
  }

  /** URLs of the metrics, by the name of the process; empty without Prometheus. */
  public Map<String, String> metrics() {
    Map<String, String> urls = new TreeMap<>();
    metricsPorts.forEach((name, port) -> urls.put(name, "http://127.0.0.1:" + port + "/metrics"));
    return urls;
  }

  /**
   * Waits until the JobManager knows of so many TaskManagers, no more and no fewer.
   *
   * @throws FlinkClientException if it does not in time
   */
  public void awaitTaskManagers(int count, Duration limit) {
    Poll.until(
        limit,
        () -> {
          try {
            FlinkRest.Overview overview = rest.overview();
            return overview.taskManagers() == count && overview.slots() == count * slots;
          } catch (FlinkClientException e) {
            // Nobody may lead just now.
            return false;
          }
        },
        () ->
            "flink at %s does not have %d TaskManagers with %d slots each after %d s"
                .formatted(rest.address(), count, slots, limit.toSeconds()));
  }

  /** Whether a server of the stack is a process of a cluster. */
  public static boolean isNameOfOne(String name) {
    return name.equals(JOB_MANAGER) || name.equals(ZOO_KEEPER) || name.startsWith(TASK_MANAGER);
  }

  /** Whether such a process answers: a JobManager if it leads, another one if it listens. */
  public static boolean answers(String name, String address) {
    if (name.equals(JOB_MANAGER)) {
      return FlinkRest.at(address).answers();
    }
    String[] hostAndPort = address.split(":", 2);
    return Ports.accepts(hostAndPort[0], Integer.parseInt(hostAndPort[1]));
  }

  /** Stops every process. Jobs that run are not cancelled. */
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
