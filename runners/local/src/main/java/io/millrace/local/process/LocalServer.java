package io.millrace.local.process;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * One server of the local stack: a child process that can be killed and started again on the same
 * port and data; or a server of somebody else's that is only used, and refuses to be started,
 * stopped or killed. Thread-safe. Every method that fails throws {@link LocalStackException}.
 */
public interface LocalServer extends AutoCloseable {
  /** {@code kafka}, {@code clickhouse}, {@code pubsub}, {@code flink-jobmanager}, ... */
  String name();

  /** {@code http://127.0.0.1:18123} for what speaks HTTP, else {@code 127.0.0.1:19092}. */
  String address();

  /** Process id of the running server; -1 if it is stopped or not ours. */
  long pid();

  /** Whether the process lives; for a server that is not ours, whether it answers. */
  boolean isRunning();

  /** When the running process was started; empty if it is stopped or not ours. */
  Optional<Instant> since();

  /** Whether the server is somebody else's. */
  boolean isExternal();

  /** Starts it, again after {@link #kill} or {@link #stop}; returns when it answers. */
  void start();

  /** From now on it outlives this process, if its lifetime is {@link Lifetime#DETACHED}. */
  void handOver();

  /** SIGKILL; returns when the process is gone. Does nothing if it is stopped. */
  void kill();

  /** SIGTERM, after a grace of 15 seconds SIGKILL; returns when it is gone. */
  void stop();

  /** What the process prints; empty for a server that is not ours. */
  Path log();

  /** {@link #stop}, and nothing for a server that is not ours. */
  @Override
  void close();
}
