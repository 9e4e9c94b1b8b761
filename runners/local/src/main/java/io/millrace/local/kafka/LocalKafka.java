package io.millrace.local.kafka;

import io.millrace.local.process.ChildJvm;
import io.millrace.local.process.ChildProcess;
import io.millrace.local.process.Lifetime;
import io.millrace.local.process.LocalFiles;
import io.millrace.local.process.LocalServer;
import io.millrace.local.process.LocalStackException;
import io.millrace.local.process.Ports;
import io.millrace.local.process.StackProcesses;
import io.millrace.local.process.StackState;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * A local Kafka broker (KRaft, broker and controller in one process) on 127.0.0.1, or an external
 * one. A start takes 3 to 6 seconds on two cores; the heap is limited to 512 MB.
 */
public final class LocalKafka extends LocalServer {
  private static final long LEADERS_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Path properties;
  private final int port;
  private final int controllerPort;
  private final Path data;
  private final Supplier<KafkaSettings> more;
  private KafkaSettings settings = KafkaSettings.NONE;

  private LocalKafka(
      String address,
      ChildProcess child,
      Path properties,
      int port,
      int controllerPort,
      Path data,
      Supplier<KafkaSettings> more) {
    super("kafka", address, child);
    this.properties = properties;
    this.port = port;
    this.controllerPort = controllerPort;
    this.data = data;
    this.more = more;
  }

  /**
   * Creates a broker without starting it.
   *
   * @param directory the stack's data directory; the broker uses {@code kafka/} and {@code logs/}
   * @param port 0 picks a free one
   */
  public static LocalKafka create(Path directory, int port, Lifetime lifetime) {
    return create(directory, port, lifetime, () -> KafkaSettings.NONE);
  }

  /**
   * Creates a broker without starting it.
   *
   * @param secure its listener with TLS and login
   */
  public static LocalKafka create(
      Path directory, int port, Lifetime lifetime, SecureListener secure) {
    return create(directory, port, lifetime, secure::prepare);
  }

  /**
   * Creates a broker without starting it.
   *
   * @param more further listeners and settings, made before each start
   */
  public static LocalKafka create(
      Path directory, int port, Lifetime lifetime, Supplier<KafkaSettings> more) {
    List<Integer> free = Ports.free(Ports.Range.KAFKA, 2);
    int realPort = port == 0 ? free.get(0) : port;
    int controllerPort = free.get(1);
    Path home = directory.resolve("kafka");
    Path properties = home.resolve("server.properties");
    ChildProcess child =
        new ChildProcess(
            "kafka",
            ChildJvm.server(
                List.of(StackProcesses.mark(directory, "kafka"), "-XX:MaxGCPauseMillis=50"),
                KafkaServer.class,
                lifetime,
                List.of(properties.toString())),
            home,
            Map.of(),
            directory.resolve("logs").resolve("kafka.log"),
            lifetime);
    String address = "127.0.0.1:" + realPort;
    StackState.follow(child, directory, "kafka", address);
    return new LocalKafka(
        address, child, properties, realPort, controllerPort, home.resolve("data"), more);
  }

  /** An external broker. */
  public static LocalKafka external(String address) {
    if (!address.matches("[^:,\\s]+:\\d{1,5}(,[^:,\\s]+:\\d{1,5})*")) {
      throw new LocalStackException(
          "kafka address \"" + address + "\": expected HOST:PORT, such as 127.0.0.1:9092");
    }
    return new LocalKafka(address, null, null, -1, -1, null, () -> KafkaSettings.NONE);
  }

  @Override
  protected void prepare() {
    Ports.requireFree(port, "--kafkaPort");
    settings = more.get();
    settings.listeners().forEach(listener -> Ports.requireFree(listener.port(), "--kafkaTlsPort"));
    writeProperties();
  }

  @Override
  protected void started(ChildProcess process) {
    settings.started().accept(address());
  }

  @Override
  protected boolean answers() {
    return answers(address());
  }

  /** Creates a topic with one replica, and waits for its leaders. No effect if it exists. */
  public void createTopic(String topic, int partitions) {
    try (Admin admin = admin(address(), 20_000)) {
      admin
          .createTopics(List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty())))
          .all()
          .get(30, TimeUnit.SECONDS);
      awaitLeaders(admin, topic, partitions);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new LocalStackException(
            "topic " + topic + " at " + address() + ": " + e.getCause().getMessage(), e);
      }
    } catch (TimeoutException e) {
      throw new LocalStackException("topic " + topic + ": " + address() + " does not respond", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalStackException("interrupted while creating topic " + topic, e);
    }
  }

  /**
   * Waits until each partition of a new topic has a leader. Before, the broker may take a
   * producer's second batch but not its first, which fails then, because its sequence numbers come
   * too late.
   */
  public static void awaitLeaders(Admin admin, String topic, int partitions)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<TopicPartition, OffsetSpec> ends =
        IntStream.range(0, partitions)
            .mapToObj(partition -> new TopicPartition(topic, partition))
            .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
    long deadline = System.nanoTime() + LEADERS_NANOS;
    while (true) {
      try {
        // Only a leader knows the end.
        Object unused = admin.listOffsets(ends).all().get(LEADERS_NANOS, TimeUnit.NANOSECONDS);
        return;
      } catch (ExecutionException e) {
        // A broker that has not learned of the topic yet says so at once.
        if (!(e.getCause() instanceof RetriableException) || System.nanoTime() - deadline > 0) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  /**
   * Whether a broker responds at the address. Times out after ten seconds, because starting a
   * client on a busy computer takes long.
   */
  public static boolean answers(String address) {
    // A plain connection first, because the client logs a warning for a refused one.
    if (!Ports.accepts(address.split(",", 2)[0])) {
      return false;
    }
    try (Admin admin = admin(address, 9_000)) {
      return !admin.describeCluster().nodes().get(10, TimeUnit.SECONDS).isEmpty();
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Admin admin(String address, int timeoutMillis) {
    return Admin.create(
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            address,
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
            timeoutMillis,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            timeoutMillis));
  }

  private void writeProperties() {
    LocalFiles.write(
        properties,
        """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%2$s
        listeners=PLAINTEXT://127.0.0.1:%1$s,CONTROLLER://127.0.0.1:%2$s%4$s
        advertised.listeners=PLAINTEXT://127.0.0.1:%1$s%4$s
        listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT%5$s
        controller.listener.names=CONTROLLER
        log.dirs=%3$s
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=5
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        transaction.state.log.num.partitions=5
        group.initial.rebalance.delay.ms=0
        # Demos and tests create topics by writing. Three partitions make several readers and
        # empty partitions the normal case.
        auto.create.topics.enable=true
        num.partitions=3
        # Records of samples and tests may have times of years ago.
        log.retention.ms=-1
        message.max.bytes=4194304
        replica.fetch.max.bytes=4194304
        log.cleaner.dedupe.buffer.size=16777216
        # A restarted broker cannot register before its old session has timed out.
        broker.session.timeout.ms=3000
        broker.heartbeat.interval.ms=500
        num.network.threads=2
        num.io.threads=4
        inter.broker.listener.name=PLAINTEXT
        %6$s"""
            .formatted(
                port,
                controllerPort,
                data.toString().replace("\\", "\\\\"),
                settings.addresses(),
                settings.protocols(),
                settings.lines()));
  }
}
