package io.millrace.bench.speed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Holds processes to a share of a core's time each, as a small machine would: each is pinned to a
 * core of its own and stopped for the rest of every {@value #PERIOD_MILLIS} ms, at other moments
 * than the next one. Closing lets them go on, still pinned; so does the end of this JVM.
 *
 * <p>Signals by a shell: Linux's control groups could do the same, but seldom let themselves be
 * written to in a container.
 */
final class CpuShare implements AutoCloseable {
  private static final int PERIOD_MILLIS = 20;
  private static final int LONGEST_WAIT_SECONDS = 10;

  /**
   * Steps are a signal, a process and how long to wait afterwards. The wait is one for input: when
   * that ends, with or without this JVM, everybody goes on.
   */
  private static final String SCRIPT =
      """
      trap 'for pid in $0; do kill -CONT "$pid"; done' EXIT
      steps=("$@")
      while :; do
        set -- "${steps[@]}"
        while [ $# -gt 0 ]; do
          kill -"$1" "$2" || exit 0
          read -r -t "$3" _
          [ $? -gt 128 ] || exit 0
          shift 3
        done
      done
      """;

  private final Process shell;

  private CpuShare(Process shell) {
    this.shell = shell;
  }

  /**
   * From now on.
   *
   * @param pids of the processes
   * @param share of a core's time that each gets, above 0 and at most 1
   */
  static CpuShare of(List<Long> pids, double share) {
    int cores = Runtime.getRuntime().availableProcessors();
    for (int i = 0; i < pids.size(); i++) {
      pin(pids.get(i), i % cores);
    }
    List<String> command = new ArrayList<>(List.of("bash", "-c", SCRIPT));
    command.add(pids.stream().map(String::valueOf).collect(Collectors.joining(" ")));
    if (share < 1) {
      steps(pids, share).forEach(step -> command.addAll(step.words()));
    } else {
      command.addAll(List.of("CONT", String.valueOf(pids.get(0)), "1"));
    }
    return new CpuShare(start(command));
  }

  private static void pin(long pid, int core) {
    Process taskset =
        start(List.of("taskset", "-a", "-c", "-p", String.valueOf(core), String.valueOf(pid)));
    if (awaitEnd(taskset) != 0) {
      throw new IllegalStateException("taskset cannot pin process " + pid + " to core " + core);
    }
  }

  /**
   * A signal to a process.
   *
   * @param seconds until the next step
   */
  private record Step(String signal, long pid, double seconds) {
    List<String> words() {
      return List.of(signal, String.valueOf(pid), String.format(Locale.ROOT, "%.4f", seconds));
    }
  }

  /** A signal at a moment of a period, in milliseconds. */
  private record Moment(double at, String signal, long pid) {}

  private static List<Step> steps(List<Long> pids, double share) {
    List<Moment> moments = new ArrayList<>();
    for (int i = 0; i < pids.size(); i++) {
      double from = (double) i * PERIOD_MILLIS / pids.size();
      moments.add(new Moment(from, "CONT", pids.get(i)));
      double to = (from + share * PERIOD_MILLIS) % PERIOD_MILLIS;
      moments.add(new Moment(to, "STOP", pids.get(i)));
    }
    moments.sort(Comparator.comparingDouble(Moment::at));
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < moments.size(); i++) {
      Moment moment = moments.get(i);
      double next =
          i + 1 < moments.size() ? moments.get(i + 1).at : moments.get(0).at + PERIOD_MILLIS;
      // Bash does not wait at all if it is told to wait no time.
      double seconds = Math.max(0.1, next - moment.at) / 1000;
      steps.add(new Step(moment.signal, moment.pid, seconds));
    }
    return steps;
  }

  private static Process start(List<String> command) {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(
          command.get(0) + " is needed, which Linux has in util-linux or bash", e);
    }
  }

  private static int awaitEnd(Process process) {
    try {
      if (!process.waitFor(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("process " + process.pid() + " does not end");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /**
   * Fails if they are held no longer.
   *
   * @throws IllegalStateException if so
   */
  void requireHeld() {
    if (!shell.isAlive()) {
      throw new IllegalStateException("what holds the processes to their share has ended");
    }
  }

  @Override
  public void close() {
    try {
      shell.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot let the processes go on", e);
    }
    int unused = awaitEnd(shell);
  }
}
