package io.millrace.local.process;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * One server of the local stack: a child process that can be killed and started again on the same
 * port and data; or a server of somebody else's that is only used, and refuses to be started,
 * stopped or killed. Thread-safe. Every method that fails throws {@link LocalStackException}.
 */
public abstract class LocalServer implements AutoCloseable {
  private final String name;
  private final String address;

  /** Null for a server of somebody else's. */
  private final ChildProcess child;

  /**
   * A server that is not started yet.
   *
   * @param child null for a server of somebody else's
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

  /** {@code http://127.0.0.1:18123} for what speaks HTTP, else {@code 127.0.0.1:19092}. */
  public final String address() {
    return address;
  }

  /** Process id of the running server; -1 if it is stopped or not ours. */
  public final long pid() {
    return child == null ? -1 : child.pid();
  }

  /** Whether the process lives; for a server that is not ours, whether it answers. */
  public final boolean isRunning() {
    return child == null ? answers() : child.isRunning();
  }

  /** When the running process was started; empty if it is stopped or not ours. */
  public final Optional<Instant> since() {
    return child == null ? Optional.empty() : child.since();
  }

  /** Whether the server is somebody else's. */
  public final boolean isExternal() {
    return child == null;
  }

  /** Whether the process is one that can outlive this one. */
  protected final boolean isDetached() {
    return child != null && child.isDetached();
  }

  /** Whether the server does its work. */
  protected abstract boolean answers();

  /** What each start needs: a port, a configuration. */
  protected abstract void prepare();

  /** Follows a start of the process. */
  protected void started(ChildProcess process) {}

  /** Starts it, again after {@link #kill} or {@link #stop}; returns when it answers. */
  public final synchronized void start() {
    if (child == null) {
      if (!answers()) {
        throw new LocalStackException(
            "%s at %s does not answer: start it, or leave --%s out to have one started"
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

  /** From now on it outlives this process, if its lifetime is {@link Lifetime#DETACHED}. */
  public void handOver() {
    if (child != null) {
      child.handOver();
    }
  }

  /** SIGKILL; returns when the process is gone. Does nothing if it is stopped. */
  public void kill() {
    own("killed").kill();
  }

  /** SIGTERM, after a grace of 15 seconds SIGKILL; returns when it is gone. */
  public void stop() {
    own("stopped").stop();
  }

  private ChildProcess own(String what) {
    if (child == null) {
      throw new LocalStackException(
          "%s at %s was not started here, so it is not %s here".formatted(name, address, what));
    }
    return child;
  }

  /** What the process prints; empty for a server that is not ours. */
  public final Path log() {
    return child == null ? Path.of("") : child.log();
  }

  /** {@link #stop}, and nothing for a server that is not ours. */
  @Override
  public final void close() {
    if (child != null) {
      stop();
    }
  }
}
