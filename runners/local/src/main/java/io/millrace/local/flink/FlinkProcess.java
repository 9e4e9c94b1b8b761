package io.millrace.local.flink;

import io.millrace.local.process.ChildProcess;
import io.millrace.local.process.LocalServer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** One process of a {@link LocalFlinkCluster}. */
final class FlinkProcess implements LocalServer {
  private final String name;
  private final String address;
  private final ChildProcess child;
  private final Runnable prepare;
  private final BooleanSupplier answers;

  /**
   * @param prepare runs before each start
   * @param answers whether the last started process responds
   */
  FlinkProcess(
      String name, String address, ChildProcess child, Runnable prepare, BooleanSupplier answers) {
    this.name = name;
    this.address = address;
    this.child = child;
    this.prepare = prepare;
    this.answers = answers;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public long pid() {
    return child.pid();
  }

  @Override
  public boolean isRunning() {
    return child.isRunning();
  }

  @Override
  public Optional<Instant> since() {
    return child.since();
  }

  @Override
  public boolean isExternal() {
    return false;
  }

  @Override
  public void start() {
    if (child.isRunning()) {
      return;
    }
    prepare.run();
    child.start(answers);
  }

  @Override
  public void handOver() {
    child.handOver();
  }

  @Override
  public void kill() {
    child.kill();
  }

  @Override
  public void stop() {
    child.stop();
  }

  @Override
  public Path log() {
    return child.log();
  }

  @Override
  public void close() {
    child.stop();
  }
}
