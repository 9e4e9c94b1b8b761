package io.millrace.local.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * A command that runs as a child process and can be restarted. Its output goes to a log file.
 * Thread-safe.
 */
public final class ChildProcess {
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration STOP_GRACE = Duration.ofSeconds(15);

  private final String name;
  private final List<String> command;
  private final Path directory;
  private final Map<String, String> environment;
  private final Path log;
  private final Lifetime lifetime;
  private Process process;

  /** A process of the command that another program started. */
  private Optional<ProcessHandle> adopted = Optional.empty();

  private LongConsumer record = pid -> {};

  public ChildProcess(
      String name,
      List<String> command,
      Path directory,
      Map<String, String> environment,
      Path log,
      Lifetime lifetime) {
    this.name = name;
    this.command = List.copyOf(command);
    this.directory = directory;
    this.environment = Map.copyOf(environment);
    this.log = log;
    this.lifetime = lifetime;
  }

  public boolean isDetached() {
    return lifetime == Lifetime.DETACHED;
  }

  public Path log() {
    return log;
  }

  /**
   * Configures a child that outlives this process.
   *
   * @param running a running process of the same command, which is reused; {@link #stop} and {@link
   *     #kill} do not end it
   * @param record receives 0 before a start and the process id after it
   */
  synchronized void detached(Optional<ProcessHandle> running, LongConsumer record) {
    this.adopted = running;
    this.record = record;
  }

  private Optional<ProcessHandle> running() {
    return Optional.ofNullable(process)
        .map(Process::toHandle)
        .or(() -> adopted)
        .filter(ProcessHandle::isAlive);
  }

  public synchronized boolean isRunning() {
    return process == null ? running().isPresent() : process.isAlive();
  }

  public synchronized long pid() {
    return running().map(ProcessHandle::pid).orElse(-1L);
  }

  public synchronized Optional<Instant> since() {
    return running().flatMap(handle -> handle.info().startInstant());
  }

  /** Lets the process outlive this one, if this one started it. */
  public synchronized void handOver() {
    if (lifetime == Lifetime.DETACHED && process != null && process.isAlive()) {
      try (OutputStream input = process.getOutputStream()) {
        input.write(ParentWatch.HANDED_OVER);
      } catch (IOException e) {
        throw new LocalStackException(
            name + " ended: " + e.getMessage() + " (log: " + log + ")", e);
      }
    }
  }

  /**
   * Starts the process and waits until it responds.
   *
   * @throws LocalStackException if it exits or does not respond in time
   */
  public synchronized void start(BooleanSupplier answers) {
    if (isRunning()) {
      return;
    }
    long logStart;
    try {
      Files.createDirectories(directory);
      Files.createDirectories(log.getParent());
      logStart = Files.exists(log) ? Files.size(log) : 0;
      ProcessBuilder builder = new ProcessBuilder(withSession()).directory(directory.toFile());
      builder.environment().putAll(environment);
      builder
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      // Standard input is a pipe, which lets the child detect this process's exit (ParentWatch).
      record.accept(0);
      process = builder.start();
      record.accept(process.pid());
    } catch (IOException e) {
      throw new LocalStackException("cannot start " + name + ": " + e.getMessage(), e);
    }
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (true) {
      boolean responds = answers.getAsBoolean();
      if (!process.isAlive()) {
        throw new LocalStackException(
            name + " ended while it started: " + lastLine(logStart) + " (log: " + log + ")");
      }
      if (responds) {
        return;
      }
      if (System.nanoTime() - deadline > 0) {
        kill();
        throw new LocalStackException(
            "%s does not respond after %s s: %s (log: %s)"
                .formatted(name, START_LIMIT.toSeconds(), lastLine(logStart), log));
      }
      LockSupport.parkNanos(25_000_000);
    }
  }

  /**
   * Starts a detached child in a new session, so that it does not receive the terminal's Ctrl-C.
   */
  private List<String> withSession() {
    if (lifetime == Lifetime.WITH_PARENT || !Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      return command;
    }
    return Stream.concat(Stream.of("/usr/bin/setsid"), command.stream()).toList();
  }

  public synchronized void kill() {
    if (process != null) {
      process.destroyForcibly();
      awaitExit();
    }
  }

  public synchronized void stop() {
    if (process != null) {
      stop(process.toHandle());
      awaitExit();
    }
  }

  /**
   * Waits until {@link Process#isAlive()} is false, which can lag behind the process's exit, so
   * that {@link #isRunning()} is correct after a stop.
   */
  private void awaitExit() {
    try {
      process.waitFor(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends SIGTERM, then SIGKILL after a grace period; returns once the process is gone. */
  public static void stop(ProcessHandle handle) {
    handle.destroy();
    if (!await(handle, STOP_GRACE)) {
      handle.destroyForcibly();
      await(handle, Duration.ofSeconds(30));
    }
  }

  private static boolean await(ProcessHandle handle, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (handle.isAlive() && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
    return !handle.isAlive();
  }

  /** The most informative line of this run's log about its exit. */
  private String lastLine(long from) {
    try {
      byte[] all = Files.readAllBytes(log);
      int start = (int) Math.min(from, all.length);
      List<String> lines =
          new String(all, start, all.length - start, StandardCharsets.UTF_8)
              .lines()
              .map(String::strip)
              .filter(line -> !line.isEmpty() && !line.startsWith("at "))
              .toList();
      return lastError(lines)
          .or(() -> lines.stream().filter(line -> line.contains("Exception")).findFirst())
          .or(() -> lines.stream().reduce((first, second) -> second))
          .orElse("no output");
    } catch (IOException e) {
      return "cannot read its log: " + e.getMessage();
    }
  }

  /** The last error line, with its exception. */
  private static Optional<String> lastError(List<String> lines) {
    for (int i = lines.size() - 1; i >= 0; i--) {
      String line = lines.get(i);
      if (line.contains("ERROR") || line.contains("FATAL")) {
        boolean explained = i + 1 < lines.size() && lines.get(i + 1).contains("Exception");
        return Optional.of(explained ? line + ": " + lines.get(i + 1) : line);
      }
    }
    return Optional.empty();
  }
}
