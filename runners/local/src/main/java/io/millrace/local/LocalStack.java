package io.millrace.local;

import io.millrace.local.clickhouse.LocalClickHouse;
import io.millrace.local.flink.LocalFlinkCluster;
import io.millrace.local.kafka.LocalKafka;
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
 * A Kafka broker and a ClickHouse for use on this computer, started together. Data stays in the
 * data directory: a later stack on the same directory finds it again. Both listen on 127.0.0.1
 * only. Memory: about 0.5 GB for the broker, 0.7 GB and more for ClickHouse.
 */
public record LocalStack(LocalKafka kafka, LocalClickHouse clickHouse) implements AutoCloseable {
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Stops what this stack started, nothing else. A {@link Lifetime#DETACHED} stack is stopped too:
   * do not close what shall live on.
   */
  @Override
  public void close() {
    CompletableFuture<Void> other = CompletableFuture.runAsync(kafka::close);
    clickHouse.close();
    other.join();
  }

  /** Records the stack in its data directory, for {@link #down} and {@link #status}. */
  public static void writeState(LocalStack stack, Path directory) {
    writeState(stack, List.of(), directory);
  }

  /**
   * Records the stack together with further servers, and lets them outlive this process if their
   * lifetime is {@link Lifetime#DETACHED}.
   *
   * @param more in the order in which they depend on each other: the last is stopped first
   */
  public static void writeState(
      LocalStack stack, List<? extends LocalServer> more, Path directory) {
    List<LocalServer> servers = new ArrayList<>(List.of(stack.kafka, stack.clickHouse));
    servers.addAll(more);
    StackState.of(servers.toArray(LocalServer[]::new)).write(directory);
    servers.forEach(LocalServer::handOver);
  }

  /** The recorded stack, if there is one; its processes may be gone by now. */
  public static Optional<StackState> readState(Path directory) {
    return StackState.read(directory);
  }

  /**
   * Stops the recorded stack and forgets it, and what else runs for this directory: what an {@code
   * up} left that was killed. A process is only stopped if it is the very one that was recorded,
   * not a later one with its pid, or names this directory on its command line.
   *
   * @return the names of the servers that were stopped
   */
  public static List<String> down(Path directory) {
    List<String> stopped = new ArrayList<>();
    Map<String, ProcessHandle> running = new LinkedHashMap<>();
    StackState.read(directory).map(StackState::servers).orElse(List.of()).stream()
        .filter(server -> !server.isExternal())
        .forEach(
            server ->
                server
                    .process(directory)
                    .ifPresent(process -> running.put(server.name(), process)));
    StackProcesses.all(directory).forEach(running::putIfAbsent);
    List<String> names = new ArrayList<>(running.keySet());
    // Who uses a server ends before it does.
    Collections.reverse(names);
    for (String name : names) {
      ChildProcess.stop(running.get(name));
      stopped.add(name);
    }
    Collections.reverse(stopped);
    StackState.delete(directory);
    return stopped;
  }

  /** Servers of the directory that run without being recorded. */
  public static List<String> unrecorded(Path directory) {
    List<String> names = new ArrayList<>(StackProcesses.all(directory).keySet());
    StackState.read(directory)
        .ifPresent(state -> state.servers().forEach(server -> names.remove(server.name())));
    return names;
  }

  /**
   * Stops every process of the directory but some, and forgets the stack if none is left.
   *
   * @param left process ids
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

  /** How the servers of the recorded stack are; empty if none is recorded. */
  public static List<ServerStatus> status(Path directory) {
    HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    return StackState.read(directory).map(StackState::servers).orElse(List.of()).stream()
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

  /** What to start. Not thread-safe. */
  public static final class Builder {
    private Path dataDirectory;
    private int kafkaPort;
    private int clickHousePort;
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

    /** Where data and logs go; needed unless both servers are external. */
    public Builder dataDirectory(Path directory) {
      this.dataDirectory = directory.toAbsolutePath().normalize();
      return this;
    }

    /** 0, the default: any free port. */
    public Builder kafkaPort(int port) {
      this.kafkaPort = port;
      return this;
    }

    /** 0, the default: any free port. */
    public Builder clickHousePort(int port) {
      this.clickHousePort = port;
      return this;
    }

    /** Use this broker, {@code HOST:PORT}, and start none. Empty: start one. */
    public Builder externalKafka(String hostPort) {
      this.externalKafka = hostPort;
      return this;
    }

    /** Use this ClickHouse, a URL, and start none. Empty: start one. */
    public Builder externalClickHouse(String url) {
      this.externalClickHouse = url;
      return this;
    }

    /** The only user of a ClickHouse that is started; by default {@code default}, no password. */
    public Builder clickHouseCredentials(String user, String password) {
      if (!user.matches("[A-Za-z_][A-Za-z0-9_]*")) {
        throw new LocalStackException(
            "clickhouse user \"" + user + "\" is not a plain name of letters, digits and _");
      }
      this.user = user;
      this.password = password;
      return this;
    }

    /**
     * Whether tables of ClickHouse's engine Kafka may be made; they connect to any broker that a
     * statement names, so the default is no.
     */
    public Builder clickHouseKafkaEngine(boolean allowed) {
      this.kafkaEngine = allowed;
      return this;
    }

    /**
     * A file with the password of the user {@code default}, see {@link StackPassword}.
     *
     * @see LocalClickHouse#passwordFile
     */
    public Builder clickHousePasswordFile(Path file) {
      this.passwordFile = Optional.of(file);
      return clickHouseCredentials("default", StackPassword.read(file));
    }

    /**
     * {@link Lifetime#WITH_PARENT} by default. With {@link Lifetime#DETACHED}, a server of the data
     * directory that still runs is taken as it is, at the port given here.
     */
    public Builder lifetime(Lifetime lifetime) {
      this.lifetime = lifetime;
      return this;
    }

    /** Directories to look for a {@code clickhouse} binary; the environment's PATH by default. */
    Builder searchPath(String searchPath) {
      this.searchPath = searchPath;
      return this;
    }

    /** Gets a line for each thing that happens, from several threads. */
    public Builder progress(Consumer<String> progress) {
      this.progress = progress;
      return this;
    }

    /**
     * Starts both in parallel and returns when both answer: 3 to 6 seconds on two cores. If one
     * does not start, the other is stopped.
     *
     * @throws LocalStackException what was wrong with the first that failed
     */
    public LocalStack start() {
      if (dataDirectory == null && (externalKafka.isEmpty() || externalClickHouse.isEmpty())) {
        throw new LocalStackException("the local stack needs a data directory: none was given");
      }
      // A taken port is told before minutes go into a download.
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
            : new LocalStackException("the local stack did not start: " + e.getCause(), e);
      }
    }

    /** Whether an earlier program has left it running. */
    private boolean runs(String name) {
      return lifetime == Lifetime.DETACHED && StackProcesses.find(dataDirectory, name).isPresent();
    }

    private void inThread(Runnable task) {
      new Thread(task, "local-stack-start").start();
    }

    private LocalKafka newKafka() {
      return externalKafka.isEmpty()
          ? LocalKafka.create(dataDirectory, kafkaPort, lifetime)
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
        progress.accept("%s is up at %s".formatted(server.name(), server.address()));
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
