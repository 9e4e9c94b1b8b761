package io.millrace.flink.client;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition of another process. */
public final class Poll {
  private Poll() {}

  /**
   * Polls ten times a second.
   *
   * @throws FlinkClientException with the failure as its message, after the limit
   */
  public static void until(Duration limit, BooleanSupplier done, Supplier<String> failure) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new FlinkClientException(failure.get());
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new FlinkClientException("interrupted while waiting: " + failure.get());
      }
      LockSupport.parkNanos(100_000_000);
    }
  }
}
