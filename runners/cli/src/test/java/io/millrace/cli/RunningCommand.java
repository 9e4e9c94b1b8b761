package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A run in a process of its own, until it is stopped or killed, or fails. */
public final class RunningCommand implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofMinutes(3);

  /** A condition often asks ClickHouse or the run, which costs both some CPU time. */
  private static final long PAUSE_NANOS = Duration.ofMillis(150).toNanos();

  /** As scripts/millrace starts it. */
  static final List<String> JVM =
      Stream.of("lang", "net", "nio", "time", "util", "util.concurrent")
          .map(open -> "--add-opens=java.base/java." + open + "=ALL-UNNAMED")
          .toList();

  private final Process process;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final CompletableFuture<Void> out;
  private final CompletableFuture<String> err;

  public RunningCommand(String... args) {
    process = MillraceProcess.start(Map.of(), JVM, args);
    out = CompletableFuture.runAsync(this::readOut);
    err = MillraceProcess.read(process.getErrorStream());
  }

  private void readOut() {
    try (InputStream stream = process.getInputStream()) {
      stream.transferTo(printed);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the command's output", e);
    }
  }

  /** What it has printed to standard output so far. */
  public String out() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  long pid() {
    return process.pid();
  }

  /** Waits until something holds, while the command runs. */
  public void await(String what, BooleanSupplier reached) {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (!reached.getAsBoolean()) {
      if (!process.isAlive()) {
        throw new AssertionError("it ended before " + what + ": " + err.join());
      }
      assertThat("in time: " + what, System.nanoTime() - deadline < 0);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Stops it by SIGTERM. */
  public MillraceProcess.Result stop() throws InterruptedException {
    // Process.destroy would close what it prints as well.
    process.toHandle().destroy();
    return end();
  }

  /** Waits until it has ended. */
  MillraceProcess.Result end() throws InterruptedException {
    assertThat("it ends", process.waitFor(LONGEST.toNanos(), TimeUnit.NANOSECONDS));
    out.join();
    return new MillraceProcess.Result(process.exitValue(), out(), err.join());
  }

  /** Kills it by SIGKILL, if it runs. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
