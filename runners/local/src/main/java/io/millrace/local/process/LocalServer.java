package io.millrace.local.process;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A server of the local stack. It is either a child process that can be killed and restarted on the
 * same port and data, or an external server, which cannot be started, stopped or killed.
 * Thread-safe. Failing methods throw {@link LocalStackException}.
 */
public abstract class LocalServer implements AutoCloseable {
  private final String name;
  private final String address;

  /** Null for an external server. */
  private final ChildProcess child;

  /**
   * Creates a server without starting it.
   *
   * @param child null for an external server
   */
  protected LocalServer(String name, String address, ChildProcess child) {
    this.name = name;
    this.address = address;
    this.child = child;
  }

  /** {@code kafka}, {@code clickhouse}, {@code pubsub}, {@code flink-jobmanager}, ... */
  public final String name() {
    return name;
  }

  /** {@code http://127.0.0.1:18123} for HTTP servers, else {@code 127.0.0.1:19092}. */
  public final String address() {
    return address;
  }

  /** Process id of the running server; -1 if it is stopped or external. */
  public final long pid() {
    return child == null ? -1 : child.pid();
  }

  /** Whether the process is alive; for an external server, whether it responds. */
  public final boolean isRunning() {
    return child == null ? answers() : child.isRunning();
  }

  /** Start time of the running process; empty if it is stopped or external. */
  public final Optional<Instant> since() {
    return child == null ? Optional.empty() : child.since();
  }

  /** Whether this stack only uses the server and did not start it. */
  public final boolean isExternal() {
    return child == null;
  }

  /** Whether the server can outlive this process. */
  protected final boolean isDetached() {
    return child != null && child.isDetached();
  }

  /** Whether the server responds. */
  protected abstract boolean answers();

  /** Prepares a start: checks the port, writes the configuration. */
  protected abstract void prepare();

  /** Called after each start of the process. */
  protected void started(ChildProcess process) {}

  /** Starts or restarts the server; returns once it responds. */
  public final synchronized void start() {
    if (child == null) {
      if (!answers()) {
        throw new LocalStackException(
            "%s at %s does not respond. Start it, or remove --%s to start a local server"
                .formatted(name, address, name));
      }
      return;
    }
    if (!child.isRunning()) {
      prepare();
      child.start(this::answers);
      started(child);
    }
  }

  /** Lets the server outlive this process, if its lifetime is {@link Lifetime#DETACHED}. */
  public void handOver() {
    if (child != null) {
      child.handOver();
    }
  }

  /** Sends SIGKILL; returns once the process is gone. No effect if it is stopped. */
  public void kill() {
    own("killed").kill();
  }

  /** Sends SIGTERM, then SIGKILL after 15 seconds; returns once the process is gone. */
  public void stop() {
    own("stopped").stop();
  }

  private ChildProcess own(String what) {
    if (child == null) {
      throw new LocalStackException(
          "%s at %s is external, so it cannot be %s here".formatted(name, address, what));
    }
    return child;
  }

  /** The process's log file; empty for an external server. */
  public final Path log() {
    return child == null ? Path.of("") : child.log();
  }

  /** Stops the server, unless it is external. */
  @Override
  public final void close() {
    if (child != null) {
      stop();
    }
  }
}
