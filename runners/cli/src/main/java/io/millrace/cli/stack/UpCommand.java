package io.millrace.cli.stack;

import io.millrace.local.LocalStack;
import io.millrace.local.ServerStatus;
import io.millrace.local.StackPassword;
import io.millrace.local.flink.FlinkJars;
import io.millrace.local.process.Lifetime;
import io.millrace.local.process.LocalServer;
import io.millrace.local.process.MillraceHome;
import io.millrace.local.pubsub.LocalPubsub;
import io.millrace.pipeline.ExitCodes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts what is missing of the local stack, and leaves it running. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description =
        "Starts Kafka and ClickHouse on this computer, with --flink a Flink cluster as well, and"
            + " leaves them running. What already runs is left as it is. Prints the addresses,"
            + " ClickHouse's with its user and password.",
    footer = {
      "",
      "Example: scripts/millrace up --kafkaPort=19092 --clickhousePort=18123",
      "Example: scripts/millrace up --flink --taskManagers=2 --slots=2 --flinkHa"
    })
public final class UpCommand implements Callable<Integer> {
  private static final int KAFKA_PORT = 19092;
  private static final int CLICKHOUSE_PORT = 18123;
  private static final int PUBSUB_PORT = 18085;

  @Mixin private StackMixin servers;

  @Option(
      names = "--kafkaPort",
      paramLabel = "PORT",
      description = "Kafka's port on 127.0.0.1; 0: any free one. Default: " + KAFKA_PORT)
  private Integer kafkaPort;

  @Option(
      names = "--clickhousePort",
      paramLabel = "PORT",
      description =
          "ClickHouse's HTTP port on 127.0.0.1; 0: any free one. Default: " + CLICKHOUSE_PORT)
  private Integer clickHousePort;

  @Option(
      names = "--pubsub",
      description = "Start the Pub/Sub emulator of the Google Cloud CLI as well.")
  private boolean pubsub;

  @Option(
      names = "--pubsubPort",
      paramLabel = "PORT",
      description = "The emulator's port on 127.0.0.1; 0: any free one. Default: " + PUBSUB_PORT)
  private Integer pubsubPort;

  @Mixin private FlinkMixin flink;

  @Override
  public Integer call() {
    UpPlan plan = UpPlan.of(MillraceHome.data());
    Thread interrupted = new Thread(() -> stopStarted(plan), "up-interrupted");
    Runtime.getRuntime().addShutdownHook(interrupted);
    try {
      start(plan);
    } catch (RuntimeException e) {
      // What has started must end if the others do not start.
      plan.stopStarted();
      throw e;
    } finally {
      forget(interrupted);
    }
    List<ServerStatus> now = LocalStack.status(MillraceHome.data());
    now.forEach(server -> System.out.printf("%-20s %s%n", server.name(), server.url()));
    List<ServerStatus> silent = now.stream().filter(server -> !server.answers()).toList();
    silent.forEach(UpCommand::tellSilent);
    return silent.isEmpty() ? 0 : ExitCodes.FAILED;
  }

  private void start(UpPlan plan) {
    if (flink.wanted) {
      FlinkJars.find();
    }
    LocalStack.Builder builder =
        LocalStack.builder()
            .dataDirectory(MillraceHome.data())
            .kafkaPort(plan.port("kafka", kafkaPort, "--kafkaPort", KAFKA_PORT))
            .clickHousePort(
                plan.port("clickhouse", clickHousePort, "--clickhousePort", CLICKHOUSE_PORT))
            .externalKafka(plan.external("kafka", servers.kafka, "--kafka"))
            .externalClickHouse(plan.external("clickhouse", servers.clickHouse, "--clickhouse"))
            .clickHousePasswordFile(StackPassword.fileIn(MillraceHome.data()))
            .lifetime(Lifetime.DETACHED)
            .progress(System.err::println);
    List<LocalServer> more = new ArrayList<>();
    // First, for it may not be installed.
    if (pubsub || plan.has("pubsub"::equals)) {
      int port = plan.port("pubsub", pubsubPort, "--pubsubPort", PUBSUB_PORT);
      more.add(LocalPubsub.startDetached(MillraceHome.data(), port));
    }
    LocalStack stack = builder.start();
    if (flink.wanted || plan.has(name -> name.startsWith("flink-"))) {
      more.addAll(flink.start(MillraceHome.data()).servers());
    }
    LocalStack.writeState(stack, more, MillraceHome.data());
  }

  /** On Ctrl-C or SIGTERM: what this command started has not been handed over, and ends. */
  private static void stopStarted(UpPlan plan) {
    System.err.println("millrace: interrupted; stopping the servers that this `up` started");
    plan.stopStarted();
    System.err.println("millrace: none of them is left running");
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already, and the hook with it.
    }
  }

  private static void tellSilent(ServerStatus server) {
    System.err.println(
        "millrace: "
            + server.name()
            + " (pid "
            + server.pid()
            + ") runs but does not answer at "
            + server.address()
            + ": see "
            + server.log()
            + ", or `scripts/millrace down` and `up` again");
  }
}
