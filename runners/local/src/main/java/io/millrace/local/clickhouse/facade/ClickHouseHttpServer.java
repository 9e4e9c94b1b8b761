package io.millrace.local.clickhouse.facade;

import com.sun.net.httpserver.HttpServer;
import io.millrace.local.process.ParentWatch;
import io.millrace.local.process.ServerArchives;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The process of {@link io.millrace.local.clickhouse.LocalClickHouse}: the embedded ClickHouse
 * engine (libchdb) with ClickHouse's HTTP interface on 127.0.0.1.
 *
 * <p>Arguments: library, data directory, engine configuration, port. Spool files are in the working
 * directory. The environment variables {@code MILLRACE_CLICKHOUSE_USER} and {@code
 * MILLRACE_CLICKHOUSE_PASSWORD} set the user; {@code MILLRACE_CLICKHOUSE_KAFKA} allows tables of
 * the engine Kafka. {@link StatementGuard} and the user's rights confine statements to the data
 * directory. {@link ForeignRequest} rejects requests of web pages. On SIGTERM the server finishes
 * running statements, for at most ten seconds.
 *
 * <p>Requests run in parallel, each on its own connection. Memory per request is bounded; insert
 * data and rows are spooled to disk. Differences from a server:
 *
 * <ul>
 *   <li>{@code DROP … SYNC} does not wait; the space of dropped tables is freed at the next start.
 *   <li>There are no system log tables such as {@code system.query_log}.
 *   <li>There is one user, and no other can be created.
 *   <li>A query does not end with its client's connection.
 *   <li>{@code system.processes} shows the engine's query ids; KILL QUERY also accepts the
 *       clients'.
 *   <li>{@code system.tables} shows no UUIDs for the database {@code default}.
 * </ul>
 */
public final class ClickHouseHttpServer {
  private static final long GRACE_NANOS = 10_000_000_000L;

  /** The engine's recursive parser assumes the 8 MiB stack of a main thread. */
  private static final long STACK_BYTES = 8L << 20;

  private ClickHouseHttpServer() {}

  public static void main(String[] args) throws IOException {
    ParentWatch.start(args);
    // Avoids 40 ms of delayed acknowledgment for each small response.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.idleInterval", "30");
    System.setProperty("sun.net.httpserver.maxIdleConnections", "1000");
    try {
      start(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]), Integer.parseInt(args[3]));
    } catch (ServerError e) {
      System.err.println("ERROR " + e.getMessage());
      Runtime.getRuntime().halt(1);
    } catch (IOException e) {
      System.err.println("ERROR Cannot listen on 127.0.0.1:" + args[3] + ": " + e.getMessage());
      Runtime.getRuntime().halt(1);
    }
  }

  private static void start(Path library, Path data, Path config, int port) throws IOException {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    // Before opening the engine, so that a port conflict does not touch the data directory.
    HttpServer server = HttpServer.create(new InetSocketAddress(loopback, port), 1024);
    ChdbEngine engine = new ChdbEngine(library, data, config);
    Sessions sessions = new Sessions(engine);
    Map<String, String> environment = System.getenv();
    QueryHandler handler =
        new QueryHandler(
            engine,
            sessions,
            new Spool(Path.of("spool")),
            new Credentials(
                environment.getOrDefault("MILLRACE_CLICKHOUSE_USER", "default"),
                environment.getOrDefault("MILLRACE_CLICKHOUSE_PASSWORD", "")),
            new StatementGuard(
                engine.engines(), environment.containsKey("MILLRACE_CLICKHOUSE_KAFKA")));
    server.createContext("/", handler);
    AtomicInteger number = new AtomicInteger();
    ExecutorService threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread =
                  new Thread(null, task, "http-" + number.incrementAndGet(), STACK_BYTES);
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  awaitIdle(handler);
                  server.stop(0);
                  sessions.close();
                  engine.close();
                  ServerArchives.writeIfAsked();
                  // Skips the engine's exit handlers, which can crash running threads.
                  Runtime.getRuntime().halt(0);
                }));
    server.start();
    System.out.println("ClickHouse engine " + engine.version() + " listens on 127.0.0.1:" + port);
  }

  private static void awaitIdle(QueryHandler handler) {
    long deadline = System.nanoTime() + GRACE_NANOS;
    while (handler.active() > 0 && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(20_000_000);
    }
  }
}
