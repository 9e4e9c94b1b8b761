package io.millrace.direct;

import io.millrace.local.FlinkJars;
import io.millrace.local.Home;
import io.millrace.local.Lifetime;
import io.millrace.local.LocalFlinkCluster;
import io.millrace.local.LocalPubsub;
import io.millrace.local.LocalServer;
import io.millrace.local.LocalStack;
import io.millrace.local.ServerStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts the local stack and leaves it running. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description =
        "Starts Kafka and ClickHouse on this computer, with --flink a Flink cluster as well, and"
            + " leaves them running.",
    footer = {
      "",
      "Example: scripts/millrace up --kafkaPort=19092 --clickhousePort=18123",
      "Example: scripts/millrace up --flink --taskManagers=2 --slots=2 --flinkHa"
    })
final class UpCommand implements Callable<Integer> {
  @Mixin private StackOptions servers;

  @Option(
      names = "--kafkaPort",
      defaultValue = "19092",
      description = "Kafka's port on 127.0.0.1; 0: any free one. Default: ${DEFAULT-VALUE}")
  private int kafkaPort;

  @Option(
      names = "--clickhousePort",
      defaultValue = "18123",
      description =
          "ClickHouse's HTTP port on 127.0.0.1; 0: any free one. Default: ${DEFAULT-VALUE}")
  private int clickHousePort;

  @Option(
      names = "--pubsub",
      description = "Start the Pub/Sub emulator of the Google Cloud CLI as well.")
  private boolean pubsub;

  @Option(
      names = "--pubsubPort",
      defaultValue = "18085",
      description = "The emulator's port on 127.0.0.1; 0: any free one. Default: ${DEFAULT-VALUE}")
  private int pubsubPort;

  @Mixin private FlinkOptions flink;

  @Override
  public Integer call() {
    if (LocalStack.status(Home.data()).stream().anyMatch(ServerStatus::running)) {
      throw new WrongUseException(
          "the local stack is already up: `scripts/millrace status` shows it,"
              + " `scripts/millrace down` stops it");
    }
    Deque<AutoCloseable> started = new ArrayDeque<>();
    try {
      return start(started);
    } catch (RuntimeException e) {
      // What has started must end if the others do not start.
      started.forEach(UpCommand::close);
      throw e;
    }
  }

  private int start(Deque<AutoCloseable> started) {
    List<LocalServer> more = new ArrayList<>();
    if (flink.wanted) {
      FlinkJars.find();
    }
    // First, for it may not be installed.
    if (pubsub) {
      LocalPubsub emulator = LocalPubsub.startDetached(Home.data(), pubsubPort);
      started.push(emulator);
      more.add(emulator);
    }
    LocalStack stack = startStack();
    started.push(stack);
    if (flink.wanted) {
      LocalFlinkCluster cluster = flink.start(Home.data());
      started.push(cluster);
      more.addAll(cluster.servers());
    }
    LocalStack.writeState(stack, more, Home.data());
    print(stack.kafka());
    print(stack.clickHouse());
    more.forEach(UpCommand::print);
    return 0;
  }

  private static void print(LocalServer server) {
    System.out.printf("%-20s %s%n", server.name(), server.address());
  }

  private static void close(AutoCloseable server) {
    try {
      server.close();
    } catch (Exception e) {
      System.err.println("millrace: a server of the failed start may be left: " + e.getMessage());
    }
  }

  private LocalStack startStack() {
    return LocalStack.builder()
        .dataDirectory(Home.data())
        .kafkaPort(kafkaPort)
        .clickHousePort(clickHousePort)
        .externalKafka(servers.kafka)
        .externalClickHouse(servers.clickHouse)
        .lifetime(Lifetime.DETACHED)
        .progress(System.err::println)
        .start();
  }
}
