package io.millrace.local.flink;

import io.millrace.local.process.LocalStackException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Flink's configuration of a cluster's processes.
 *
 * @param zooKeeperPort empty without high availability
 * @param metricsPorts Prometheus ports by process; empty without Prometheus
 * @param more overrides all other settings
 */
record FlinkSettings(
    FlinkFiles files,
    int restPort,
    int rpcPort,
    Optional<Integer> zooKeeperPort,
    Map<String, Integer> metricsPorts,
    Map<String, String> more) {
  private static final String LOOPBACK = "127.0.0.1";

  /** Flink's scheduler refuses delays of more than 248 days. */
  private static final Duration LONGEST_START_UP = Duration.ofDays(200);

  FlinkSettings {
    metricsPorts = Map.copyOf(metricsPorts);
    more = Map.copyOf(more);
  }

  Map<String, String> jobManager(String process) {
    Map<String, String> settings = common(process);
    settings.put("web.submit.enable", "true");
    // Prevents a web page from uploading a jar, reading its id and running it.
    settings.put("web.access-control-allow-origin", "http://" + LOOPBACK + ":" + restPort);
    settings.put("web.upload.dir", files.uploads().toString());
    // Requests fail soon while there is no leader.
    settings.put("rest.await-leader-timeout", "5000");
    settings.putAll(more);
    return settings;
  }

  /**
   * @param id unique for each start, because the previous process may not have timed out yet
   */
  Map<String, String> taskManager(String process, String id, int port, int slots, Memory memory) {
    Map<String, String> settings = common(process);
    settings.put("taskmanager.resource-id", id);
    settings.put("taskmanager.host", LOOPBACK);
    settings.put("taskmanager.bind-host", LOOPBACK);
    settings.put("taskmanager.rpc.port", String.valueOf(port));
    settings.put("taskmanager.numberOfTaskSlots", String.valueOf(slots));
    settings.put("taskmanager.cpu.cores", String.valueOf(slots));
    settings.putAll(memory.settings());
    settings.putAll(more);
    return settings;
  }

  private Map<String, String> common(String process) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("jobmanager.rpc.address", LOOPBACK);
    settings.put("jobmanager.rpc.port", String.valueOf(rpcPort));
    settings.put("jobmanager.bind-host", LOOPBACK);
    settings.put("rest.address", LOOPBACK);
    settings.put("rest.bind-address", LOOPBACK);
    settings.put("rest.port", String.valueOf(restPort));
    settings.put("rest.bind-port", String.valueOf(restPort));
    settings.put("io.tmp.dirs", files.temporary(process).toString());
    settings.put("cluster.evenly-spread-out-slots", "true");
    settings.put("classloader.check-leaked-classloader", "false");
    recovery(settings);
    timing(settings);
    Integer metricsPort = metricsPorts.get(process);
    if (metricsPort != null) {
      settings.put(
          "metrics.reporter.prom.factory.class",
          "org.apache.flink.metrics.prometheus.PrometheusReporterFactory");
      settings.put("metrics.reporter.prom.port", metricsPort.toString());
    }
    return settings;
  }

  private void recovery(Map<String, String> settings) {
    settings.put("state.checkpoints.dir", uri(files.checkpoints()));
    settings.put("state.savepoints.dir", uri(files.savepoints()));
    settings.put(
        "execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
    settings.put("restart-strategy.type", "fixed-delay");
    settings.put("restart-strategy.fixed-delay.attempts", String.valueOf(Integer.MAX_VALUE));
    settings.put("restart-strategy.fixed-delay.delay", "1 s");
    zooKeeperPort.ifPresent(
        port -> {
          settings.put("high-availability.type", "zookeeper");
          settings.put("high-availability.zookeeper.quorum", LOOPBACK + ":" + port);
          settings.put("high-availability.zookeeper.path.root", "/flink");
          settings.put("high-availability.cluster-id", "/millrace");
          settings.put("high-availability.storageDir", uri(files.recovery()));
          settings.put("high-availability.jobmanager.port", String.valueOf(rpcPort));
          // A killed JobManager remains the leader until its session times out.
          settings.put("high-availability.zookeeper.client.session-timeout", "8000");
          settings.put("high-availability.zookeeper.client.connection-timeout", "8000");
          // Prevents an irrelevant authentication error in each process's log.
          settings.put("zookeeper.sasl.disable", "true");
        });
  }

  /** Detects a killed process within seconds, and tolerates pauses. */
  private static void timing(Map<String, String> settings) {
    settings.put("heartbeat.interval", "1000");
    settings.put("heartbeat.timeout", "8000");
    settings.put("pekko.ask.timeout", "30 s");
    settings.put("web.timeout", "60000");
    settings.put("slot.request.timeout", "60000");
    // After the start-up period, each request without a free slot would fail at once: a job that
    // lost a TaskManager would restart each second, which costs CPU, instead of waiting for it.
    settings.put(
        "resourcemanager.standalone.start-up-time", String.valueOf(LONGEST_START_UP.toMillis()));
    settings.put("cluster.registration.max-timeout", "3000");
    settings.put("cluster.registration.error-delay", "1000");
    settings.put("cluster.registration.refused-registration-delay", "1000");
  }

  private static String uri(Path directory) {
    return directory.toUri().toString();
  }

  /**
   * The memory of one TaskManager in megabytes. Without Flink's start script, a TaskManager needs
   * each part configured.
   *
   * @param heap the JVM's heap, including Flink's framework
   */
  record Memory(int heap) {
    private static final int FRAMEWORK = 128;
    private static final int OFF_HEAP = 128;
    // Each run of a job loads its classes again, and Beam has many.
    private static final int METASPACE = 512;
    private static final int OVERHEAD = 128;

    /** Off-heap memory for RocksDB. */
    private static final int MANAGED = 128;

    /** Off-heap memory for network buffers. */
    private static final int NETWORK = 96;

    Memory {
      if (heap < 2 * FRAMEWORK) {
        throw new LocalStackException(
            "a TaskManager needs a heap of at least " + 2 * FRAMEWORK + " MB, found " + heap);
      }
    }

    Map<String, String> settings() {
      return Map.of(
          "taskmanager.memory.framework.heap.size", FRAMEWORK + "m",
          "taskmanager.memory.task.heap.size", heap - FRAMEWORK + "m",
          "taskmanager.memory.framework.off-heap.size", FRAMEWORK + "m",
          "taskmanager.memory.task.off-heap.size", OFF_HEAP + "m",
          "taskmanager.memory.network.min", NETWORK + "m",
          "taskmanager.memory.network.max", NETWORK + "m",
          "taskmanager.memory.managed.size", MANAGED + "m",
          "taskmanager.memory.jvm-metaspace.size", METASPACE + "m",
          "taskmanager.memory.jvm-overhead.min", OVERHEAD + "m",
          "taskmanager.memory.jvm-overhead.max", OVERHEAD + "m");
    }

    /** The JVM options that Flink's start script would set. */
    List<String> jvmOptions() {
      return List.of(
          "-Xms" + heap + "m",
          "-Xmx" + heap + "m",
          "-XX:MaxDirectMemorySize=" + (FRAMEWORK + OFF_HEAP + NETWORK) + "m",
          "-XX:MaxMetaspaceSize=" + METASPACE + "m");
    }
  }
}
