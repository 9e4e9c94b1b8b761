package io.millrace.cli.stack;

import io.millrace.cli.support.ShutdownHook;
import io.millrace.local.LocalStack;
import io.millrace.local.ServerStatus;
import io.millrace.local.StackPassword;
import io.millrace.local.flink.FlinkJars;
import io.millrace.local.kafka.SecureListener;
import io.millrace.local.process.Lifetime;
import io.millrace.local.process.LocalServer;
import io.millrace.local.process.MillraceHome;
import io.millrace.local.pubsub.LocalPubsub;
import io.millrace.pipeline.ExitCodes;
import io.millrace.pipeline.WrongUseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts the missing servers of the local stack. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description =
        "Starts Kafka and ClickHouse on this computer; with --flink, also a Flink cluster. The"
            + " servers keep running. Does not touch servers that already run. Prints the"
            + " addresses, including ClickHouse's user and password.",
    footer = {
      "",
      "Example: scripts/millrace up --kafkaPort=19092 --clickhousePort=18123",
      "Example: scripts/millrace up --secure",
      "Example: scripts/millrace up --flink --taskManagers=2 --slots=2 --flinkHa"
    })
public final class UpCommand implements Callable<Integer> {
  private static final int KAFKA_PORT = 19092;
  private static final int KAFKA_TLS_PORT = 19093;
  private static final int CLICKHOUSE_PORT = 18123;
  private static final int PUBSUB_PORT = 18085;

  @Mixin private StackMixin servers;

  @Option(
      names = "--kafkaPort",
      paramLabel = "PORT",
      description = "Kafka's port on 127.0.0.1; 0 picks a free port. Default: " + KAFKA_PORT)
  private Integer kafkaPort;

  @Option(
      names = "--secure",
      description =
          "Kafka also listens with TLS and login (SASL_SSL, SCRAM-SHA-512), with a private CA and a"
              + " file for --kafkaConfig.")
  private boolean secure;

  @Option(
      names = "--kafkaTlsPort",
      paramLabel = "PORT",
      description =
          "Port of that listener on 127.0.0.1; 0 picks a free port. Default: " + KAFKA_TLS_PORT)
  private Integer kafkaTlsPort;

  @Option(
      names = "--clickhousePort",
      paramLabel = "PORT",
      description =
          "ClickHouse's HTTP port on 127.0.0.1; 0 picks a free port. Default: " + CLICKHOUSE_PORT)
  private Integer clickHousePort;

  @Option(
      names = "--pubsub",
      description = "Also start the Pub/Sub emulator of the Google Cloud CLI.")
  private boolean pubsub;

  @Option(
      names = "--pubsubPort",
      paramLabel = "PORT",
      description =
          "The emulator's port on 127.0.0.1; 0 picks a free port. Default: " + PUBSUB_PORT)
  private Integer pubsubPort;

  @Mixin private FlinkMixin flink;

  @Override
  public Integer call() {
    UpPlan plan = UpPlan.of(MillraceHome.data());
    Optional<SecureListener> secureKafka =
        servers.kafka.isEmpty()
            ? plan.secure(secure, kafkaTlsPort, KAFKA_TLS_PORT)
            : withoutSecure();
    Thread hook = new Thread(() -> stopStarted(plan), "up-interrupted");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      start(plan, secureKafka);
    } catch (RuntimeException e) {
      // Stops the servers started so far, since not all could start.
      plan.stopStarted();
      throw e;
    } finally {
      ShutdownHook.remove(hook);
    }
    List<ServerStatus> now = LocalStack.status(MillraceHome.data());
    now.forEach(server -> System.out.printf("%-20s %s%n", server.name(), server.url()));
    secureKafka.ifPresent(UpCommand::printSecure);
    List<ServerStatus> silent = now.stream().filter(server -> !server.answers()).toList();
    silent.forEach(UpCommand::reportSilent);
    return silent.isEmpty() ? 0 : ExitCodes.FAILED;
  }

  private Optional<SecureListener> withoutSecure() {
    if (secure) {
      throw new WrongUseException("--secure: only for the local Kafka; leave out --kafka");
    }
    return Optional.empty();
  }

  private static void printSecure(SecureListener listener) {
    System.out.printf("%-20s %s%n", "kafka (TLS, login)", listener.address());
    System.out.printf(
        "Try: scripts/millrace generate --to=kafka://%s/query-events --kafkaConfig=%s%n",
        listener.address(), listener.clientConfig());
  }

  private void start(UpPlan plan, Optional<SecureListener> secureKafka) {
    if (flink.wanted) {
      FlinkJars.find();
    }
    LocalStack.Builder builder =
        LocalStack.builder()
            .dataDirectory(MillraceHome.data())
            .secureKafka(secureKafka)
            .kafkaPort(plan.port("kafka", kafkaPort, "--kafkaPort", KAFKA_PORT))
            .clickHousePort(
                plan.port("clickhouse", clickHousePort, "--clickhousePort", CLICKHOUSE_PORT))
            .externalKafka(plan.external("kafka", servers.kafka, "--kafka"))
            .externalClickHouse(plan.external("clickhouse", servers.clickHouse, "--clickhouse"))
            .clickHousePasswordFile(StackPassword.fileIn(MillraceHome.data()))
            .lifetime(Lifetime.DETACHED)
            .progress(System.err::println);
    List<LocalServer> more = new ArrayList<>();
    // First, because it may not be installed.
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

  /** On Ctrl-C or SIGTERM: stops the servers that this command started. */
  private static void stopStarted(UpPlan plan) {
    System.err.println("millrace: interrupted; stopping the servers started by this `up`");
    plan.stopStarted();
    System.err.println("millrace: all of them are stopped");
  }

  private static void reportSilent(ServerStatus server) {
    System.err.println(
        ("millrace: %s (pid %s) is running but does not respond at %s. See %s, or restart"
                + " with `scripts/millrace down` and `up`")
            .formatted(server.name(), server.pid(), server.address(), server.log()));
  }
}
