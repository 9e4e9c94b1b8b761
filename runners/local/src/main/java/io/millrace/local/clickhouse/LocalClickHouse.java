package io.millrace.local.clickhouse;

import io.millrace.local.clickhouse.facade.ClickHouseHttpServer;
import io.millrace.local.process.ChildJvm;
import io.millrace.local.process.ChildProcess;
import io.millrace.local.process.Lifetime;
import io.millrace.local.process.LocalServer;
import io.millrace.local.process.LocalStackException;
import io.millrace.local.process.Ports;
import io.millrace.local.process.ProcessGuard;
import io.millrace.local.process.StackProcesses;
import io.millrace.local.process.StackState;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A local ClickHouse on 127.0.0.1, or an external one. The local one is a {@code clickhouse} binary
 * if one is on the PATH. Otherwise it is the embedded engine with an HTTP interface; {@link
 * ClickHouseHttpServer} lists the differences from a server. A start takes one to two seconds. The
 * first start on a computer also downloads the engine.
 */
public final class LocalClickHouse extends LocalServer {
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

  private final String user;
  private final String password;
  private final Optional<Path> passwordFile;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(ANSWER_LIMIT)
          .build();
  private final int port;
  private final boolean guarded;

  /** Ends a guarded server with this process; null: there is none. */
  private ChildProcess guard;

  private LocalClickHouse(
      String address,
      String user,
      String password,
      Optional<Path> passwordFile,
      ChildProcess child,
      int port,
      boolean guarded) {
    super("clickhouse", address, child);
    this.user = user;
    this.password = password;
    this.passwordFile = passwordFile;
    this.port = port;
    this.guarded = guarded;
  }

  /**
   * Creates a server without starting it.
   *
   * @param directory the stack's data directory; the server uses {@code clickhouse/} and {@code
   *     logs/}
   * @param port 0 picks a free one
   * @param kafkaEngine whether to allow tables of the engine Kafka, which connect to brokers
   * @param searchPath directories to search for a clickhouse binary, as in PATH
   */
  public static LocalClickHouse create(
      Path directory,
      int port,
      Lifetime lifetime,
      String user,
      String password,
      Optional<Path> passwordFile,
      boolean kafkaEngine,
      String searchPath,
      Consumer<String> progress) {
    int realPort = port == 0 ? Ports.free(Ports.Range.CLICKHOUSE) : port;
    Path home = directory.resolve("clickhouse");
    Path logs = directory.resolve("logs");
    Path data = home.resolve("data");
    Optional<Path> binary = findBinary(searchPath);
    List<String> command;
    Map<String, String> environment;
    if (binary.isPresent()) {
      Path config = home.resolve("server.xml");
      ClickHouseServerConfig.writeServer(
          config,
          data,
          logs.resolve("clickhouse-engine.log"),
          realPort,
          user,
          password,
          kafkaEngine);
      command = List.of(binary.get().toString(), "server", "--config-file=" + config);
      // The watchdog process would receive the signals instead of the server.
      environment = Map.of("CLICKHOUSE_WATCHDOG_ENABLE", "0");
    } else {
      Path library = ChdbLibrary.ofThisComputer().locate(progress);
      Path config = home.resolve("engine.xml");
      ClickHouseServerConfig.writeEngine(
          config, logs.resolve("clickhouse-engine.log"), kafkaEngine);
      command =
          ChildJvm.server(
              List.of(StackProcesses.mark(directory, "clickhouse")),
              ClickHouseHttpServer.class,
              lifetime,
              List.of(library.toString(), data.toString(), config.toString(), "" + realPort));
      environment = new HashMap<>();
      environment.putAll(
          Map.of(
              // The engine replaces the JVM's signal handlers; libjsig prevents a JVM crash.
              "LD_PRELOAD",
              Path.of(System.getProperty("java.home"), "lib", "libjsig.so").toString(),
              "MILLRACE_CLICKHOUSE_USER",
              user,
              "MILLRACE_CLICKHOUSE_PASSWORD",
              password));
      if (kafkaEngine) {
        environment.put("MILLRACE_CLICKHOUSE_KAFKA", "1");
      }
    }
    ChildProcess child =
        new ChildProcess(
            "clickhouse", command, home, environment, logs.resolve("clickhouse.log"), lifetime);
    String address = "http://127.0.0.1:" + realPort;
    StackState.follow(child, directory, "clickhouse", address);
    return new LocalClickHouse(
        address, user, password, passwordFile, child, realPort, binary.isPresent());
  }

  /** An external server. */
  public static LocalClickHouse external(
      String url, String user, String password, Optional<Path> passwordFile) {
    if (!url.matches("https?://[^/\\s?#@]+/?")) {
      throw new LocalStackException(
          "clickhouse address \"" + url + "\": expected a URL such as http://127.0.0.1:8123");
    }
    return new LocalClickHouse(
        url.replaceFirst("/$", ""), user, password, passwordFile, null, -1, false);
  }

  private static Optional<Path> findBinary(String searchPath) {
    for (String directory : searchPath.split(File.pathSeparator, -1)) {
      if (!directory.isEmpty()) {
        Path candidate = Path.of(directory, "clickhouse");
        if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
          return Optional.of(candidate.toAbsolutePath());
        }
      }
    }
    return Optional.empty();
  }

  /** The file with the password of its user {@code default}, if there is one. */
  public Optional<Path> passwordFile() {
    return passwordFile;
  }

  @Override
  protected void prepare() {
    Ports.requireFree(port, "--clickhousePort");
  }

  @Override
  protected boolean answers() {
    return answers(http, address());
  }

  @Override
  protected synchronized void started(ChildProcess child) {
    if (guarded) {
      guard =
          new ChildProcess(
              "clickhouse guard",
              ChildJvm.command(
                  List.of("-Xmx32m"),
                  ProcessGuard.class,
                  Lifetime.WITH_PARENT,
                  List.of("" + child.pid(), child.since().orElseThrow().toString())),
              child.log().getParent(),
              Map.of(),
              child.log(),
              Lifetime.WITH_PARENT);
      guard.start(() -> true);
    }
  }

  @Override
  public synchronized void handOver() {
    super.handOver();
    if (guard != null && isDetached()) {
      // Kill skips the guard's cleanup, which would end the server.
      guard.kill();
      guard = null;
    }
  }

  @Override
  public synchronized void kill() {
    super.kill();
    endGuard();
  }

  @Override
  public synchronized void stop() {
    super.stop();
    endGuard();
  }

  private void endGuard() {
    if (guard != null) {
      guard.stop();
      guard = null;
    }
  }

  /**
   * Runs one statement and returns its rows as text, in the statement's format (TabSeparated by
   * default).
   *
   * @throws LocalStackException with the server's message if the statement fails
   */
  public String query(String sql) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address() + "/"))
            .header("X-ClickHouse-User", user)
            .POST(BodyPublishers.ofString(sql));
    if (!password.isEmpty()) {
      request.header("X-ClickHouse-Key", password);
    }
    HttpResponse<String> response;
    try {
      response = http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new LocalStackException("clickhouse at " + address() + " does not respond: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalStackException("interrupted while querying clickhouse at " + address(), e);
    }
    if (response.statusCode() != 200) {
      throw new LocalStackException("clickhouse at " + address() + ": " + response.body().strip());
    }
    return response.body();
  }

  /** Whether a ClickHouse responds at the URL. */
  public static boolean answers(HttpClient http, String url) {
    try {
      HttpRequest ping =
          HttpRequest.newBuilder(URI.create(url + "/ping")).timeout(ANSWER_LIMIT).GET().build();
      HttpResponse<String> response = http.send(ping, BodyHandlers.ofString());
      return response.statusCode() == 200 && response.body().startsWith("Ok.");
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
