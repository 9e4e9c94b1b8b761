package io.millrace.local;

import io.millrace.local.clickhouse.LocalClickHouse;
import io.millrace.local.flink.LocalFlinkCluster;
import io.millrace.local.kafka.LocalKafka;
import io.millrace.local.kafka.SecureListener;
import io.millrace.local.process.ChildProcess;
import io.millrace.local.process.Lifetime;
import io.millrace.local.process.LocalServer;
import io.millrace.local.process.LocalStackException;
import io.millrace.local.process.Ports;
import io.millrace.local.process.StackProcesses;
import io.millrace.local.process.StackState;
import io.millrace.local.pubsub.LocalPubsub;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A local Kafka broker and ClickHouse server. Both listen on 127.0.0.1 only. Their data persists in
 * the data directory. Memory: about 0.5 GB for Kafka, at least 0.7 GB for ClickHouse.
 */
public record LocalStack(LocalKafka kafka, LocalClickHouse clickHouse) implements AutoCloseable {
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Stops the servers that this stack started, also with {@link Lifetime#DETACHED}. Do not call it
   * if they must keep running.
   */
  @Override
  public void close() {
    CompletableFuture<Void> other = CompletableFuture.runAsync(kafka::close);
    clickHouse.close();
    other.join();
  }

  /**
   * Records the stack and further servers, for {@link #down} and {@link #status}. From now on,
   * those with {@link Lifetime#DETACHED} outlive this process.
   *
   * @param more in the order of their dependencies; the last is stopped first
   */
  public static void writeState(
      LocalStack stack, List<? extends LocalServer> more, Path directory) {
    List<LocalServer> servers = new ArrayList<>(List.of(stack.kafka, stack.clickHouse));
    servers.addAll(more);
    StackState.of(servers).write(directory);
    servers.forEach(LocalServer::handOver);
  }

  /** The servers of the recorded stack, if any; their processes may have ended. */
  public static List<StackState.Server> recorded(Path directory) {
    return StackState.read(directory).map(StackState::servers).orElse(List.of());
  }

  /**
   * Stops the recorded stack and deletes its record. Also stops unrecorded servers of this
   * directory, which a killed {@code up} leaves. Never stops an unrelated process that reuses a
   * recorded pid.
   *
   * @return the names of the servers that were stopped
   */
  public static List<String> down(Path directory) {
    Map<String, ProcessHandle> running = new LinkedHashMap<>();
    for (StackState.Server server : recorded(directory)) {
      server.process(directory).ifPresent(process -> running.put(server.name(), process));
    }
    StackProcesses.all(directory).forEach(running::putIfAbsent);
    List<ProcessHandle> processes = new ArrayList<>(running.values());
    // Stops clients before the servers they use.
    Collections.reverse(processes);
    processes.forEach(ChildProcess::stop);
    StackState.delete(directory);
    return List.copyOf(running.keySet());
  }

  /** Running servers of the directory that are not recorded. */
  public static List<String> unrecorded(Path directory) {
    List<String> names = new ArrayList<>(StackProcesses.all(directory).keySet());
    recorded(directory).forEach(server -> names.remove(server.name()));
    return names;
  }

  /**
   * Stops all processes of the directory except some. Deletes the record if none is left.
   *
   * @param left ids of the processes to keep
   */
  public static void stopAllBut(Set<Long> left, Path directory) {
    StackProcesses.all(directory).values().stream()
        .filter(process -> !left.contains(process.pid()))
        .map(process -> CompletableFuture.runAsync(() -> ChildProcess.stop(process)))
        .toList()
        .forEach(CompletableFuture::join);
    if (left.isEmpty()) {
      StackState.delete(directory);
    }
  }

  /** The status of the recorded stack's servers; empty without a record. */
  public static List<ServerStatus> status(Path directory) {
    HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    return recorded(directory).stream()
        .map(
            server -> {
              Optional<ProcessHandle> process = server.process(directory);
              boolean answers =
                  (server.isExternal() || process.isPresent())
                      && answers(http, server.name(), server.address());
              return new ServerStatus(
                  server.name(),
                  server.address(),
                  process.map(ProcessHandle::pid).orElse(server.pid()),
                  server.isExternal() ? answers : process.isPresent(),
                  answers,
                  process.flatMap(found -> found.info().startInstant()).orElse(server.since()),
                  server.log(),
                  url(directory, server));
            })
        .toList();
  }

  private static String url(Path directory, StackState.Server server) {
    return server.name().equals("clickhouse")
        ? StackPassword.fileFor(directory, server.address().replaceFirst("^https?://", ""))
            .map(file -> StackPassword.url(server.address(), file))
            .orElse(server.address())
        : server.address();
  }

  private static boolean answers(HttpClient http, String name, String address) {
    if (LocalFlinkCluster.isNameOfOne(name)) {
      return LocalFlinkCluster.answers(name, address);
    }
    return switch (name) {
      case "kafka" -> LocalKafka.answers(address);
      case LocalPubsub.NAME -> LocalPubsub.answers(address);
      default -> LocalClickHouse.answers(http, address);
    };
  }

  /** Configures a stack. Not thread-safe. */
  public static final class Builder {
    private Path dataDirectory;
    private int kafkaPort;
    private int clickHousePort;
    private Optional<SecureListener> secure = Optional.empty();
    private String externalKafka = "";
    private String externalClickHouse = "";
    private String user = "default";
    private String password = "";
    private Optional<Path> passwordFile = Optional.empty();
    private boolean kafkaEngine;
    private Lifetime lifetime = Lifetime.WITH_PARENT;
    private String searchPath = Optional.ofNullable(System.getenv("PATH")).orElse("");
    private Consumer<String> progress = line -> {};

    private Builder() {}

    /** Directory for data and logs; required unless both servers are external. */
    public Builder dataDirectory(Path directory) {
      this.dataDirectory = directory.toAbsolutePath().normalize();
      return this;
    }

    /** Kafka's port; 0, the default, picks a free one. */
    public Builder kafkaPort(int port) {
      this.kafkaPort = port;
      return this;
    }

    /** A listener of the local Kafka with TLS and login; none by default. */
    public Builder secureKafka(Optional<SecureListener> listener) {
      this.secure = listener;
      return this;
    }

    /** ClickHouse's port; 0, the default, picks a free one. */
    public Builder clickHousePort(int port) {
      this.clickHousePort = port;
      return this;
    }

    /** Uses the broker at {@code HOST:PORT} instead of starting one; empty to start one. */
    public Builder externalKafka(String hostPort) {
      this.externalKafka = hostPort;
      return this;
    }

    /** Uses the ClickHouse at a URL instead of starting one; empty to start one. */
    public Builder externalClickHouse(String url) {
      this.externalClickHouse = url;
      return this;
    }

    /** The only user of the local ClickHouse; {@code default} without password by default. */
    public Builder clickHouseCredentials(String user, String password) {
      if (!user.matches("[A-Za-z_][A-Za-z0-9_]*")) {
        throw new LocalStackException(
            "clickhouse user \"" + user + "\": expected a name of letters, digits and _");
      }
      this.user = user;
      this.password = password;
      return this;
    }

    /**
     * Whether to allow tables of ClickHouse's engine Kafka. They can connect to any broker, so the
     * default is false.
     */
    public Builder clickHouseKafkaEngine(boolean allowed) {
      this.kafkaEngine = allowed;
      return this;
    }

    /**
     * Sets the user {@code default} with the password in a file, see {@link StackPassword}.
     *
     * @see LocalClickHouse#passwordFile
     */
    public Builder clickHousePasswordFile(Path file) {
      this.passwordFile = Optional.of(file);
      return clickHouseCredentials("default", StackPassword.read(file));
    }

    /**
     * {@link Lifetime#WITH_PARENT} by default. With {@link Lifetime#DETACHED}, a running server of
     * the data directory is reused; its port must be set here.
     */
    public Builder lifetime(Lifetime lifetime) {
      this.lifetime = lifetime;
      return this;
    }

    /** Search path for a {@code clickhouse} binary; the environment's PATH by default. */
    Builder searchPath(String searchPath) {
      this.searchPath = searchPath;
      return this;
    }

    /** Receives progress lines, from several threads. */
    public Builder progress(Consumer<String> progress) {
      this.progress = progress;
      return this;
    }

    /**
     * Starts both servers in parallel and returns once both respond, after 3 to 6 seconds on two
     * cores. If one fails to start, stops the other.
     *
     * @throws LocalStackException with the first failure
     */
    public LocalStack start() {
      if (dataDirectory == null && (externalKafka.isEmpty() || externalClickHouse.isEmpty())) {
        throw new LocalStackException("the local stack needs a data directory");
      }
      // Reports a port conflict before a download that may take minutes.
      if (externalKafka.isEmpty() && kafkaPort != 0 && !runs("kafka")) {
        Ports.requireFree(kafkaPort, "--kafkaPort");
      }
      if (externalClickHouse.isEmpty() && clickHousePort != 0 && !runs("clickhouse")) {
        Ports.requireFree(clickHousePort, "--clickhousePort");
      }
      CompletableFuture<LocalKafka> kafka =
          CompletableFuture.supplyAsync(() -> started(this::newKafka), this::inThread);
      CompletableFuture<LocalClickHouse> clickHouse =
          CompletableFuture.supplyAsync(() -> started(this::newClickHouse), this::inThread);
      try {
        CompletableFuture.allOf(kafka, clickHouse).join();
        return new LocalStack(kafka.join(), clickHouse.join());
      } catch (CompletionException e) {
        closeIfStarted(kafka);
        closeIfStarted(clickHouse);
        throw e.getCause() instanceof LocalStackException cause
            ? cause
            : new LocalStackException("cannot start the local stack: " + e.getCause(), e);
      }
    }

    /** Whether an earlier process left the server running. */
    private boolean runs(String name) {
      return lifetime == Lifetime.DETACHED && StackProcesses.find(dataDirectory, name).isPresent();
    }

    private void inThread(Runnable task) {
      new Thread(task, "local-stack-start").start();
    }

    private LocalKafka newKafka() {
      return externalKafka.isEmpty()
          ? secure
              .map(with -> LocalKafka.create(dataDirectory, kafkaPort, lifetime, with))
              .orElseGet(() -> LocalKafka.create(dataDirectory, kafkaPort, lifetime))
          : LocalKafka.external(externalKafka);
    }

    private LocalClickHouse newClickHouse() {
      return externalClickHouse.isEmpty()
          ? LocalClickHouse.create(
              dataDirectory,
              clickHousePort,
              lifetime,
              user,
              password,
              passwordFile,
              kafkaEngine,
              searchPath,
              progress)
          : LocalClickHouse.external(externalClickHouse, user, password, passwordFile);
    }

    private <S extends LocalServer> S started(Supplier<S> create) {
      long begin = System.nanoTime();
      S server = create.get();
      if (!server.isExternal() && server.isRunning()) {
        progress.accept("%s is already running at %s".formatted(server.name(), server.address()));
        return server;
      }
      server.start();
      double seconds = (System.nanoTime() - begin) / 1e9;
      progress.accept(
          "%s answers at %s (%.1f s)".formatted(server.name(), server.address(), seconds));
      return server;
    }

    private static void closeIfStarted(CompletableFuture<? extends LocalServer> server) {
      if (!server.isCompletedExceptionally()) {
        server.join().close();
      }
    }
  }
}
