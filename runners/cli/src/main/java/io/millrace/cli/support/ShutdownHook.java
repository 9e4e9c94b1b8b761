package io.millrace.cli.support;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What happens on Ctrl-C (or SIGTERM) while a piece of work runs. */
public final class ShutdownHook {
  private static final long LONGEST_CLEAN_UP_SECONDS = 30;

  private ShutdownHook() {}

  /**
   * Does a piece of work. On Ctrl-C it is asked to stop, and the process waits until it has ended
   * and cleaned up, but no longer than {@value #LONGEST_CLEAN_UP_SECONDS} seconds.
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
      forget(hook);
    }
  }

  private static void await(CountDownLatch ended) {
    try {
      if (!ended.await(LONGEST_CLEAN_UP_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("millrace: gave up waiting for the work to end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already, and the hook with it.
    }
  }
}
