package io.millrace.bench.contender;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The main class of a contender's process. Starts the job; on a byte of input, prints the job's
 * counts and exits. Exits when its input ends, that is with its parent.
 */
public final class ContenderProcess {
  /** Among the counts: the bytes that the heap holds after a collection. */
  public static final String LIVE_HEAP = "live_heap";

  private static final int FAILED = 1;

  private ContenderProcess() {}

  /**
   * Runs a job.
   *
   * @param args the file of a {@link JobSpec}
   */
  public static void main(String[] args) throws Exception {
    System.getProperties().putIfAbsent("logback.configurationFile", "bench-logback.xml");
    CompletableFuture<Void> asked = new CompletableFuture<>();
    Thread input = new Thread(() -> awaitInput(asked), "input");
    input.setDaemon(true);
    input.start();
    try {
      JobSpec spec = JobSpec.read(Path.of(args[0]));
      RunningJob job = spec.contender().start(spec);
      while (!isAsked(asked)) {
        job.requireRunning();
      }
      Map<String, Long> counts = new TreeMap<>(job.outcomes());
      counts.put(LIVE_HEAP, liveHeap());
      System.out.println(new ObjectMapper().writeValueAsString(counts));
      System.out.flush();
    } catch (RuntimeException e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(FAILED);
    }
    // The job is unbounded. Uses exit, not halt, because a profiler writes its file at exit.
    System.exit(0);
  }

  private static long liveHeap() {
    // A second collection clears what finalizers and references of the first let go.
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static void awaitInput(CompletableFuture<Void> asked) {
    try {
      if (System.in.read() >= 0) {
        asked.complete(null);
        return;
      }
    } catch (IOException e) {
      // The parent is gone.
    }
    Runtime.getRuntime().halt(FAILED);
  }

  private static boolean isAsked(CompletableFuture<Void> asked)
      throws InterruptedException, ExecutionException {
    try {
      asked.get(500, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }
}
