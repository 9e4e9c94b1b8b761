package io.millrace.local.flink;

import io.millrace.local.process.Lifetime;
import io.millrace.local.process.LocalStackException;
import io.millrace.local.process.Ports;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Configures and starts a {@link LocalFlinkCluster}. Not thread-safe. */
public final class FlinkClusterBuilder {
  Path dataDirectory;
  Path lib;
  int restPort;
  int taskManagers = 1;
  int slots = 2;
  private int heap = 768;
  boolean highAvailability;
  boolean prometheus;
  final Map<String, String> config = new TreeMap<>();
  Lifetime lifetime = Lifetime.WITH_PARENT;
  Consumer<String> progress = line -> {};

  /** The running cluster whose missing processes are started. */
  Optional<FlinkLayout> running = Optional.empty();

  FlinkClusterBuilder() {}

  /** The stack's data directory, required; the cluster uses {@code flink/} and {@code logs/}. */
  public FlinkClusterBuilder dataDirectory(Path directory) {
    this.dataDirectory = directory.toAbsolutePath().normalize();
    return this;
  }

  /** Directory of Flink's jars; {@link FlinkJars#find} by default. */
  public FlinkClusterBuilder lib(Path directory) {
    this.lib = directory.toAbsolutePath().normalize();
    return this;
  }

  /** Port of the REST API; 0, the default, picks a free one. */
  public FlinkClusterBuilder restPort(int port) {
    this.restPort = port;
    return this;
  }

  /** Number of TaskManagers; 1 by default. */
  public FlinkClusterBuilder taskManagers(int count) {
    this.taskManagers = count;
    return this;
  }

  /** Slots per TaskManager; 2 by default. */
  public FlinkClusterBuilder slots(int count) {
    this.slots = count;
    return this;
  }

  /** Heap per TaskManager; 768 MB by default. */
  public FlinkClusterBuilder taskManagerHeap(int megabytes) {
    this.heap = megabytes;
    return this;
  }

  /**
   * Enables high availability with ZooKeeper: a restarted JobManager recovers its jobs. Disabled by
   * default; the TaskManagers then end the jobs.
   */
  public FlinkClusterBuilder highAvailability(boolean wanted) {
    this.highAvailability = wanted;
    return this;
  }

  /**
   * Whether processes export Prometheus metrics at {@link LocalFlinkCluster#metrics}; false by
   * default.
   */
  public FlinkClusterBuilder prometheus(boolean wanted) {
    this.prometheus = wanted;
    return this;
  }

  /** An entry of Flink's configuration for every process; overrides other settings. */
  public FlinkClusterBuilder config(String key, String value) {
    config.put(key, value);
    return this;
  }

  /** {@link Lifetime#WITH_PARENT} by default. */
  public FlinkClusterBuilder lifetime(Lifetime lifetime) {
    this.lifetime = lifetime;
    return this;
  }

  /** Receives progress lines. */
  public FlinkClusterBuilder progress(Consumer<String> progress) {
    this.progress = progress;
    return this;
  }

  /**
   * Starts all processes. Returns once the REST API responds and every TaskManager has registered
   * all its slots. If a process fails to start, stops the others.
   *
   * <p>With {@link Lifetime#DETACHED}, reuses the running processes of a cluster in the data
   * directory and starts the missing ones, with the recorded size, ports and availability.
   *
   * @throws LocalStackException with the first failure
   */
  public LocalFlinkCluster start() {
    if (dataDirectory == null) {
      throw new LocalStackException("the Flink cluster needs a data directory");
    }
    if (taskManagers < 1 || slots < 1) {
      throw new LocalStackException(
          "the Flink cluster needs at least 1 TaskManager and 1 slot, found %s and %s"
              .formatted(taskManagers, slots));
    }
    lib = lib == null ? FlinkJars.find() : FlinkJars.check(lib);
    if (lifetime == Lifetime.DETACHED) {
      running = FlinkLayout.ofRunning(dataDirectory);
      running.ifPresent(
          layout -> {
            restPort = layout.restPort();
            taskManagers = layout.taskManagers();
            slots = layout.slots();
            highAvailability = layout.highAvailability();
          });
    }
    if (restPort != 0 && running.isEmpty()) {
      Ports.requireFree(restPort, "--flinkPort");
    }
    LocalFlinkCluster cluster = new LocalFlinkCluster(this);
    cluster.startAll(progress);
    return cluster;
  }

  FlinkSettings.Memory memory() {
    return new FlinkSettings.Memory(heap);
  }
}
