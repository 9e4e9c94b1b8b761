package io.millrace.local.process;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A server of the local stack. It is either a child process that can be killed and restarted on the
 * same port and data, or an external server, which cannot be started, stopped or killed.
 * Thread-safe. Failing methods throw {@link LocalStackException}.
 */
public interface LocalServer extends AutoCloseable {
  /** {@code kafka}, {@code clickhouse}, {@code pubsub}, {@code flink-jobmanager}, ... */
  String name();

  /** {@code http://127.0.0.1:18123} for HTTP servers, else {@code 127.0.0.1:19092}. */
  String address();

  /** Process id of the running server; -1 if it is stopped or external. */
  long pid();

  /** Whether the process is alive; for an external server, whether it responds. */
  boolean isRunning();

  /** Start time of the running process; empty if it is stopped or external. */
  Optional<Instant> since();

  /** Whether this stack only uses the server and did not start it. */
  boolean isExternal();

  /** Starts or restarts the server; returns once it responds. */
  void start();

  /** Lets the server outlive this process, if its lifetime is {@link Lifetime#DETACHED}. */
  void handOver();

  /** Sends SIGKILL; returns once the process is gone. No effect if it is stopped. */
  void kill();

  /** Sends SIGTERM, then SIGKILL after 15 seconds; returns once the process is gone. */
  void stop();

  /** The process's log file; empty for an external server. */
  Path log();

  /** Stops the server, unless it is external. */
  @Override
  void close();
}
