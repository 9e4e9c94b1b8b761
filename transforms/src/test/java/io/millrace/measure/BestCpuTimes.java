package io.millrace.measure;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * The CPU time of several works beside each other, in nanoseconds of the calling thread: for each
 * the best of at least {@value #ROUNDS} rounds, in which each runs once, in order. Where the bounds
 * do not hold yet, rounds go on for up to a minute of CPU time: beside other processes the JIT
 * compiler may come late, and what it has not compiled takes several times as long.
 */
public final class BestCpuTimes {
  private static final int ROUNDS = 10;
  private static final long MOST_NANOS = 60_000_000_000L;

  private BestCpuTimes() {}

  /** One of the works that are compared. */
  public interface Work {
    void run() throws Exception;
  }

  /** The best times, in the order of the works. */
  public static long[] of(Predicate<long[]> bounds, Work... works) throws Exception {
    long[] best = new long[works.length];
    Arrays.fill(best, Long.MAX_VALUE);
    long start = cpuNanos();
    for (int round = 0;
        round < ROUNDS || (!bounds.test(best) && cpuNanos() - start < MOST_NANOS);
        round++) {
      for (int i = 0; i < works.length; i++) {
        long begin = cpuNanos();
        works[i].run();
        best[i] = Math.min(best[i], cpuNanos() - begin);
      }
    }
    return best;
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
