package io.millrace.bench.speed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Limits processes to a share of a core's CPU time. Pins each to a core and suspends it while it
 * has used more than its share since the limit began, checked every {@value #TICK_MILLIS} ms. A
 * process that waited for another may catch up. Closing, or the end of this JVM, lifts the limit
 * but not the pinning.
 *
 * <p>Uses signals sent by a shell, because cgroups are usually not writable inside a container.
 */
final class CpuLimit implements AutoCloseable {
  private static final int TICK_MILLIS = 5;
  private static final int LONGEST_WAIT_SECONDS = 10;

  /** A script that sends a signal for each input line, and resumes all processes at the end. */
  private static final String SCRIPT =
      """
      while read -r signal pid; do
        kill -"$signal" "$pid" || break
      done
      for pid in $0; do
        kill -CONT "$pid"
      done
      """;

  private final List<Held> processes = new ArrayList<>();
  private final double share;
  private final Process shell;
  private final Thread thread;
  private volatile boolean closed;

  private CpuLimit(List<Long> pids, double share) {
    this.share = share;
    int cores = Runtime.getRuntime().availableProcessors();
    for (long pid : pids) {
      pin(pid, processes.size() % cores);
      processes.add(new Held(pid));
    }
    this.shell =
        start(
            List.of(
                "bash",
                "-c",
                SCRIPT,
                pids.stream().map(String::valueOf).collect(Collectors.joining(" "))));
    this.thread = new Thread(this::holdAll, "cpu-limit");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Starts limiting processes.
   *
   * @param pids the processes' ids
   * @param share each process's share of a core, above 0
   */
  static CpuLimit of(List<Long> pids, double share) {
    if (share <= 0) {
      throw new IllegalArgumentException("expected a share above 0, found " + share);
    }
    return new CpuLimit(pids, share);
  }

  /** A process. */
  private static final class Held {
    private final long pid;
    private final Duration before;
    private final long sinceNanos = System.nanoTime();
    private boolean stopped;

    Held(long pid) {
      this.pid = pid;
      this.before = cpu(pid);
    }

    boolean hasHadMoreThan(double share) {
      long elapsed = System.nanoTime() - sinceNanos;
      return cpu(pid).minus(before).toNanos() > share * elapsed;
    }
  }

  private void holdAll() {
    while (!closed) {
      for (Held process : processes) {
        boolean stop = process.hasHadMoreThan(share);
        if (stop != process.stopped) {
          process.stopped = stop;
          send(stop ? "STOP" : "CONT", process.pid);
        }
      }
      LockSupport.parkNanos(Duration.ofMillis(TICK_MILLIS).toNanos());
    }
  }

  private void send(String signal, long pid) {
    try {
      shell.outputWriter().write(signal + " " + pid + "\n");
      shell.outputWriter().flush();
    } catch (IOException e) {
      // The shell has ended; requireHeld reports it.
      closed = true;
    }
  }

  private static Duration cpu(long pid) {
    return Sample.Cpu.ofProcess(pid).orElse(Duration.ZERO);
  }

  private static void pin(long pid, int core) {
    Process taskset =
        start(List.of("taskset", "-a", "-c", "-p", String.valueOf(core), String.valueOf(pid)));
    if (awaitEnd(taskset) != 0) {
      throw new IllegalStateException("taskset cannot pin process " + pid + " to core " + core);
    }
  }

  private static Process start(List<String> command) {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(
          command.get(0) + " is required (Linux packages util-linux and bash)", e);
    }
  }

  private static int awaitEnd(Process process) {
    try {
      if (!process.waitFor(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("process " + process.pid() + " did not exit");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /**
   * Fails if the limit is no longer enforced.
   *
   * @throws IllegalStateException if it is not
   */
  void requireHeld() {
    if (!shell.isAlive() || !thread.isAlive()) {
      throw new IllegalStateException("the CPU limit is no longer enforced");
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
      shell.outputWriter().close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot resume the processes", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      int unused = awaitEnd(shell);
    }
  }
}
