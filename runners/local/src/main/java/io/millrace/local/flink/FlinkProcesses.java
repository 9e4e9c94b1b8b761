package io.millrace.local.flink;

import io.millrace.flink.client.FlinkClientException;
import io.millrace.flink.client.FlinkRest;
import io.millrace.local.process.ChildJvm;
import io.millrace.local.process.ChildProcess;
import io.millrace.local.process.Lifetime;
import io.millrace.local.process.LocalFiles;
import io.millrace.local.process.LocalServer;
import io.millrace.local.process.LoopbackHttpServers;
import io.millrace.local.process.Ports;
import io.millrace.local.process.StackProcesses;
import io.millrace.local.process.StackState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Creates the processes of a cluster without starting them. */
final class FlinkProcesses {
  private static final String LOOPBACK = "127.0.0.1:";

  private final FlinkClusterBuilder wanted;
  private final FlinkFiles files;
  private final FlinkSettings.Memory memory;
  private final Iterator<Integer> ports;
  private final int restPort;
  private final FlinkSettings settings;
  private final Map<String, Integer> metricsPorts = new HashMap<>();
  private final FlinkRest rest;
  private final int generation;

  FlinkProcesses(FlinkClusterBuilder wanted) {
    this.wanted = wanted;
    this.files = new FlinkFiles(wanted.dataDirectory);
    this.memory = wanted.memory();
    // Two for each TaskManager; the JobManager's REST, RPC and metrics; ZooKeeper's.
    List<Integer> all =
        wanted
            .running
            .map(FlinkLayout::ports)
            .orElseGet(() -> Ports.free(Ports.Range.FLINK, 2 * wanted.taskManagers + 4));
    this.ports = all.iterator();
    this.restPort = wanted.restPort == 0 ? ports.next() : wanted.restPort;
    this.generation = wanted.running.map(layout -> layout.generation() + 1).orElse(0);
    if (wanted.lifetime == Lifetime.DETACHED) {
      new FlinkLayout(
              wanted.restPort,
              all,
              wanted.taskManagers,
              wanted.slots,
              wanted.highAvailability,
              generation)
          .write(wanted.dataDirectory);
    }
    this.rest = FlinkRest.at("http://" + LOOPBACK + restPort);
    if (wanted.prometheus) {
      metricsPorts.put(LocalFlinkCluster.JOB_MANAGER, ports.next());
      for (int i = 1; i <= wanted.taskManagers; i++) {
        metricsPorts.put(LocalFlinkCluster.TASK_MANAGER + i, ports.next());
      }
    }
    this.settings =
        new FlinkSettings(
            files,
            restPort,
            ports.next(),
            wanted.highAvailability ? Optional.of(ports.next()) : Optional.empty(),
            metricsPorts,
            wanted.config);
  }

  FlinkFiles files() {
    return files;
  }

  FlinkRest rest() {
    return rest;
  }

  Map<String, Integer> metricsPorts() {
    return Map.copyOf(metricsPorts);
  }

  FlinkProcess jobManager() {
    String name = LocalFlinkCluster.JOB_MANAGER;
    Runnable prepare =
        () -> {
          Ports.requireFree(restPort, "--flinkPort");
          files.prepare(name, settings.jobManager(name));
        };
    List<String> options = List.of("-Xmx512m");
    return new FlinkProcess(
        name,
        rest.address(),
        flinkChild(
            name,
            rest.address(),
            options,
            "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"),
        prepare,
        rest::answers);
  }

  /**
   * @param number from 1
   * @param jobManagerRuns whether the JobManager runs, so that a TaskManager can register
   */
  FlinkProcess taskManager(int number, BooleanSupplier jobManagerRuns) {
    String name = LocalFlinkCluster.TASK_MANAGER + number;
    int port = ports.next();
    // Unique across programs that start processes of this cluster.
    AtomicInteger runs = new AtomicInteger(1000 * generation);
    Runnable prepare =
        () ->
            files.prepare(
                name,
                settings.taskManager(
                    name, id(name, runs.incrementAndGet()), port, wanted.slots, memory));
    BooleanSupplier answers =
        () ->
            Ports.accepts(LOOPBACK + port)
                && (!jobManagerRuns.getAsBoolean() || registered(id(name, runs.get())));
    return new FlinkProcess(
        name,
        LOOPBACK + port,
        flinkChild(
            name,
            LOOPBACK + port,
            memory.jvmOptions(),
            "org.apache.flink.runtime.taskexecutor.TaskManagerRunner"),
        prepare,
        answers);
  }

  private static String id(String name, int run) {
    return name + "-run-" + run;
  }

  private boolean registered(String id) {
    try {
      return rest.taskManagers().stream()
          .anyMatch(
              taskManager -> taskManager.id().equals(id) && taskManager.slots() == wanted.slots);
    } catch (FlinkClientException e) {
      // The JobManager may still be starting.
      return false;
    }
  }

  Optional<FlinkProcess> zooKeeper() {
    return settings
        .zooKeeperPort()
        .map(
            port -> {
              String name = LocalFlinkCluster.ZOO_KEEPER;
              Path file = files.configuration(name).resolve("zoo.cfg");
              List<String> options = List.of("-Xmx128m");
              ChildProcess child =
                  child(
                      name,
                      LOOPBACK + port,
                      options,
                      "org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer",
                      List.of("--zkConfigFile", file.toString(), "--peerId", "1"));
              return new FlinkProcess(
                  name,
                  LOOPBACK + port,
                  child,
                  () -> writeZooKeeperConfig(file, port),
                  () -> Ports.accepts(LOOPBACK + port));
            });
  }

  private void writeZooKeeperConfig(Path file, int port) {
    String text =
        """
        tickTime=1000
        dataDir=%s
        clientPort=%s
        clientPortAddress=127.0.0.1
        admin.enableServer=false
        """
            .formatted(files.zooKeeper(), port);
    LocalFiles.writing(
        file,
        () -> {
          Files.writeString(file, text);
          Files.createDirectories(files.zooKeeper());
        });
  }

  private ChildProcess flinkChild(
      String name, String address, List<String> options, String mainClass) {
    List<String> all = new ArrayList<>();
    // Flink and Beam reflect into the JDK.
    for (String open :
        List.of(
            "lang", "net", "nio", "time", "util", "util.concurrent", "util.concurrent.atomic")) {
      all.add("--add-opens=java.base/java." + open + "=ALL-UNNAMED");
    }
    if (wanted.prometheus) {
      all.add("-Dcom.sun.net.httpserver.HttpServerProvider=" + LoopbackHttpServers.class.getName());
      all.add(LoopbackHttpServers.EXPORT);
    }
    all.addAll(options);
    return child(
        name,
        address,
        all,
        mainClass,
        List.of("--configDir", files.configuration(name).toString()));
  }

  private ChildProcess child(
      String name, String address, List<String> options, String mainClass, List<String> arguments) {
    Path log = files.log(name);
    List<String> all = new ArrayList<>();
    all.add(StackProcesses.mark(files.stack(), name));
    all.add("-XX:+ExitOnOutOfMemoryError");
    all.add("-Djava.awt.headless=true");
    all.add("-Djava.io.tmpdir=" + files.temporary(name));
    all.add("-Dlogback.configurationFile=io/millrace/local/process/child-logback.xml");
    // Flink's web interface reads the log from here.
    all.add("-Dlog.file=" + log);
    all.addAll(options);
    ChildProcess child =
        new ChildProcess(
            name,
            ChildJvm.foreign(all, wanted.lib + "/*", mainClass, wanted.lifetime, arguments),
            files.home(),
            // A job's main method in the JobManager reads the configuration there.
            Map.of("FLINK_CONF_DIR", files.configuration(LocalFlinkCluster.JOB_MANAGER).toString()),
            log,
            wanted.lifetime);
    StackState.follow(child, files.stack(), name, address);
    return child;
  }

  /** One process of a {@link LocalFlinkCluster}. */
  static final class FlinkProcess extends LocalServer {
    private final Runnable prepare;
    private final BooleanSupplier answers;

    /**
     * @param prepare runs before each start
     * @param answers whether the last started process responds
     */
    FlinkProcess(
        String name,
        String address,
        ChildProcess child,
        Runnable prepare,
        BooleanSupplier answers) {
      super(name, address, child);
      this.prepare = prepare;
      this.answers = answers;
    }

    @Override
    protected void prepare() {
      prepare.run();
    }

    @Override
    protected boolean answers() {
      return answers.getAsBoolean();
    }
  }
}
