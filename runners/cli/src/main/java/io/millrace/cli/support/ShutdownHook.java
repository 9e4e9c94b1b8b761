package io.millrace.cli.support;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Stops work on Ctrl-C or SIGTERM. */
public final class ShutdownHook {
  private static final long LONGEST_CLEAN_UP_SECONDS = 30;

  private ShutdownHook() {}

  /**
   * Runs work. On Ctrl-C it calls {@code stop} and delays the exit until the work has ended, for at
   * most {@value #LONGEST_CLEAN_UP_SECONDS} seconds.
   *
   * @param stop called in another thread
   */
  public static <T> T whileRunning(Runnable stop, Supplier<T> work) {
    CountDownLatch ended = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              stop.run();
              await(ended);
            },
            "ctrl-c");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return work.get();
    } finally {
      ended.countDown();
      remove(hook);
    }
  }

  private static void await(CountDownLatch ended) {
    try {
      if (!ended.await(LONGEST_CLEAN_UP_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("millrace: timed out waiting for the command to stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Removes a hook, unless the process is already shutting down. */
  public static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It is.
    }
  }
}
