package io.millrace.local.process;

import java.time.Instant;
import java.util.concurrent.CountDownLatch;

/**
 * Ends another process when the parent is gone: for a server that is not one of our own main
 * classes. Arguments: process id, start instant.
 */
public final class ProcessGuard {
  private ProcessGuard() {}

  public static void main(String[] args) throws InterruptedException {
    long pid = Long.parseLong(args[0]);
    Instant start = Instant.parse(args[1]);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> StackState.find(pid, start).ifPresent(ChildProcess::stop)));
    ParentWatch.start(args);
    new CountDownLatch(1).await();
  }
}
