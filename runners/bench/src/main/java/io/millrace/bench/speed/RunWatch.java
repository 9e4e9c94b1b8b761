package io.millrace.bench.speed;

import io.millrace.bench.contender.ContenderCheck;
import io.millrace.bench.contender.ExpectedOutcomes;
import io.millrace.bench.contender.ProgressProbe;
import io.millrace.bench.harness.BenchEnvironment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoubleConsumer;
import java.util.function.Function;

/** Observes a contender until it has processed the backlog with the expected outcomes. */
final class RunWatch {
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);
  private static final Duration TELL_EVERY = Duration.ofSeconds(5);
  private static final Duration LONGEST_SILENCE = Duration.ofMinutes(2);
  private static final Duration LONGEST_SETTLING = Duration.ofSeconds(30);
  private static final Duration LONGEST_MERGING = Duration.ofSeconds(60);

  /** For so long there must be no merge: the server looks for the next ones in intervals. */
  private static final Duration MERGED_FOR = Duration.ofSeconds(3);

  private final BenchEnvironment environment;
  private final String name;
  private final ContenderCheck tally;
  private final ExpectedOutcomes truth;
  private final ProgressProbe look;
  private final Workers workers;
  private final List<JvmThreads> threads;
  private final List<Sample> samples = new ArrayList<>();

  /** The observed processes. */
  interface Workers {
    /** No process besides the servers. */
    Workers SERVERS =
        new Workers() {
          @Override
          public List<Long> pids() {
            return List.of();
          }

          @Override
          public void requireRunning() {
            // The environment monitors the servers.
          }
        };

    /** The ids of the JVM processes. */
    List<Long> pids();

    /**
     * Fails if a process has ended.
     *
     * @throws IllegalStateException with the reason
     */
    void requireRunning();
  }

  /**
   * Creates a watch without starting it.
   *
   * @param name the run's name, for progress
   */
  RunWatch(
      BenchEnvironment environment,
      String name,
      ContenderCheck tally,
      ExpectedOutcomes truth,
      ProgressProbe look,
      Workers workers) {
    this.environment = environment;
    this.name = name;
    this.tally = tally;
    this.truth = truth;
    this.look = look;
    this.workers = workers;
    this.threads = workers.pids().stream().map(JvmThreads::new).toList();
  }

  /**
   * Samples the run until it is finished.
   *
   * @param onShare receives the share of processed events at each sample
   * @return the samples in order
   * @throws IllegalStateException if the run ends early, stalls or has wrong outcomes
   */
  List<Sample> untilDone(DoubleConsumer onShare) {
    return untilDoneWith(
        share -> {
          onShare.accept(share);
          return Optional.of(truth);
        });
  }

  /**
   * Samples the run until it is finished. Shares are those of the backlog.
   *
   * @param arrivals the events that arrive meanwhile
   * @return the samples in order. The last one comes when ClickHouse has merged the rows
   * @throws IllegalStateException if the run ends early, stalls or has wrong outcomes
   */
  List<Sample> untilDoneWith(Arrivals arrivals) {
    long all = tally.all(truth);
    long seen = 0;
    long moved = System.nanoTime();
    long logged = moved;
    Optional<ExpectedOutcomes> expected = Optional.empty();
    while (expected.isEmpty() || seen < tally.all(expected.get())) {
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
      workers.requireRunning();
      long now = tally.seen(look);
      samples.add(sample((double) now / all));
      expected = arrivals.all((double) now / all);
      if (System.nanoTime() - logged > TELL_EVERY.toNanos()) {
        logged = System.nanoTime();
        String how = now == 0 ? "starting" : 100 * now / all + " %";
        environment.progress("  " + name + ": " + how);
      }
      if (now != seen) {
        seen = now;
        moved = System.nanoTime();
      } else if (System.nanoTime() - moved > LONGEST_SILENCE.toNanos()) {
        throw new IllegalStateException("no progress at " + seen + " of " + all);
      }
    }
    awaitMerges();
    // Before the outcomes are compared: their queries are no work of the contender.
    samples.add(sample(samples.get(samples.size() - 1).share()));
    settle(expected.get());
    return samples;
  }

  /** Waits until ClickHouse merges no more, but not for what it only does an age later. */
  private void awaitMerges() {
    long begin = System.nanoTime();
    long lastMerge = begin;
    long now = begin;
    while (now - lastMerge < MERGED_FOR.toNanos() && now - begin < LONGEST_MERGING.toNanos()) {
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
      workers.requireRunning();
      boolean merges = look.merges() > 0;
      now = System.nanoTime();
      lastMerge = merges ? now : lastMerge;
    }
  }

  private Sample sample(double share) {
    threads.forEach(JvmThreads::look);
    return new Sample(
        System.nanoTime(),
        share,
        new Sample.Cpu(
            sum(workers.pids(), RunWatch::cpu),
            sum(threads, JvmThreads::compiler),
            sum(threads, JvmThreads::collector),
            cpu(environment.kafkaPid()),
            cpu(environment.clickHouse().pid())));
  }

  private static <T> Duration sum(List<T> of, Function<T, Duration> part) {
    return of.stream().map(part).reduce(Duration.ZERO, Duration::plus);
  }

  private static Duration cpu(long pid) {
    return Sample.Cpu.ofProcess(pid)
        .orElseThrow(() -> new IllegalStateException("process " + pid + " is gone"));
  }

  /** Waits for the last batches and the audit. */
  private void settle(ExpectedOutcomes expected) {
    long deadline = System.nanoTime() + LONGEST_SETTLING.toNanos();
    List<String> differences = tally.differences(look, expected);
    while (!differences.isEmpty() && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
      workers.requireRunning();
      differences = tally.differences(look, expected);
    }
    requireSame(differences);
  }

  /**
   * Fails if there are differences.
   *
   * @throws IllegalStateException with all of them
   */
  static void requireSame(List<String> differences) {
    if (!differences.isEmpty()) {
      throw new IllegalStateException(String.join("; ", differences));
    }
  }
}
