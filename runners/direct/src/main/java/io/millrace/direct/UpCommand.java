package io.millrace.direct;

import io.millrace.local.Lifetime;
import io.millrace.local.LocalPubsub;
import io.millrace.local.LocalStack;
import io.millrace.local.ServerStatus;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts the local stack and leaves it running. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = "Starts Kafka and ClickHouse on this computer and leaves them running.",
    footer = {"", "Example: scripts/millrace up --kafkaPort=19092 --clickhousePort=18123"})
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

  @Override
  public Integer call() {
    if (LocalStack.status(Home.data()).stream().anyMatch(ServerStatus::running)) {
      throw new WrongUseException(
          "the local stack is already up: `scripts/millrace status` shows it,"
              + " `scripts/millrace down` stops it");
    }
    // First, for it may not be installed; and what has started must end if the others do not.
    Optional<LocalPubsub> emulator =
        pubsub ? Optional.of(LocalPubsub.startDetached(Home.data(), pubsubPort)) : Optional.empty();
    LocalStack stack;
    try {
      stack = start();
    } catch (RuntimeException e) {
      emulator.ifPresent(LocalPubsub::close);
      throw e;
    }
    LocalStack.writeState(stack, emulator, Home.data());
    System.out.println("kafka       " + stack.kafka().address());
    System.out.println("clickhouse  " + stack.clickHouse().address());
    emulator.ifPresent(running -> System.out.println("pubsub      " + running.address()));
    return 0;
  }

  private LocalStack start() {
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
