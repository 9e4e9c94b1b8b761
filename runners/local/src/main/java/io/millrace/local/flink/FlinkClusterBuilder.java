package io.millrace.local.flink;

import io.millrace.local.process.Lifetime;
import io.millrace.local.process.LocalStackException;
import io.millrace.local.process.Ports;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What cluster to start, see {@link LocalFlinkCluster}. Not thread-safe. */
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

  /** The cluster whose missing processes are to be started. */
  Optional<FlinkLayout> running = Optional.empty();

  FlinkClusterBuilder() {}

  /** Of the whole stack; the cluster uses {@code flink/} and {@code logs/} in it. Needed. */
  public FlinkClusterBuilder dataDirectory(Path directory) {
    this.dataDirectory = directory.toAbsolutePath().normalize();
    return this;
  }

  /** Flink's jars; by default {@link FlinkJars#find}. */
  public FlinkClusterBuilder lib(Path directory) {
    this.lib = directory.toAbsolutePath().normalize();
    return this;
  }

  /** Of the REST interface, where jobs are submitted; 0, the default: any free one. */
  public FlinkClusterBuilder restPort(int port) {
    this.restPort = port;
    return this;
  }

  /** 1 by default. */
  public FlinkClusterBuilder taskManagers(int count) {
    this.taskManagers = count;
    return this;
  }

  /** Of each TaskManager, 2 by default. */
  public FlinkClusterBuilder slots(int count) {
    this.slots = count;
    return this;
  }

  /** Heap of each TaskManager, 768 by default. */
  public FlinkClusterBuilder taskManagerHeap(int megabytes) {
    this.heap = megabytes;
    return this;
  }

  /**
   * With a ZooKeeper: a JobManager that was killed and started again finds its jobs. Without one,
   * the default, it knows of none, and the TaskManagers end them.
   */
  public FlinkClusterBuilder highAvailability(boolean wanted) {
    this.highAvailability = wanted;
    return this;
  }

  /**
   * Whether each process serves its metrics to Prometheus, at {@link LocalFlinkCluster#metrics};
   * none does by default.
   */
  public FlinkClusterBuilder prometheus(boolean wanted) {
    this.prometheus = wanted;
    return this;
  }

  /** An entry of Flink's configuration for every process; wins over what is set here. */
  public FlinkClusterBuilder config(String key, String value) {
    config.put(key, value);
    return this;
  }

  /** {@link Lifetime#WITH_PARENT} by default. */
  public FlinkClusterBuilder lifetime(Lifetime lifetime) {
    this.lifetime = lifetime;
    return this;
  }

  /** Gets a line for each thing that happens. */
  public FlinkClusterBuilder progress(Consumer<String> progress) {
    this.progress = progress;
    return this;
  }

  /**
   * Starts all processes; returns when the REST interface answers and every TaskManager has
   * registered with all its slots. If one does not start, the others are stopped.
   *
   * <p>With {@link Lifetime#DETACHED}, if processes of a cluster in the data directory still run,
   * they are left as they are, and what is missing of that cluster is started: its size, ports and
   * availability are as they were.
   *
   * @throws LocalStackException what was wrong with the first that failed
   */
  public LocalFlinkCluster start() {
    if (dataDirectory == null) {
      throw new LocalStackException("the Flink cluster needs a data directory: none was given");
    }
    if (taskManagers < 1 || slots < 1) {
      throw new LocalStackException(
          "the Flink cluster needs a TaskManager and a slot at least, not "
              + taskManagers
              + " and "
              + slots);
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

  FlinkMemory memory() {
    return new FlinkMemory(heap);
  }
}
