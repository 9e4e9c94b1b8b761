package io.millrace.local.process;

import java.time.Instant;
import java.util.concurrent.CountDownLatch;

/**
 * Ends another process, a third-party server, when the parent is gone. Arguments: process id, start
 * time.
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
