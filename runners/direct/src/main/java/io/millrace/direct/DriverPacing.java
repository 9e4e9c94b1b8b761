package io.millrace.direct;

import java.lang.reflect.Field;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.beam.sdk.PipelineResult;

/**
 * Lets the DirectRunner's driver pause while it has nothing to do.
 *
 * <p>The driver is a task that checks timers and dispatches bundles. It submits itself again at
 * once, so an idle pipeline keeps a core busy. With pacing, the driver waits for a millisecond if
 * no bundle was dispatched since its last turn. A bundle that completes in this time is seen a
 * millisecond later.
 *
 * <p>Beam has no setting for this, so the executor of a running pipeline is replaced by reflection,
 * once per pipeline.
 */
final class DriverPacing {
  private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

  private DriverPacing() {}

  /**
   * Paces the driver of a running pipeline.
   *
   * @return whether it is paced; if not, because this version of Beam has other fields, the
   *     pipeline runs as before
   */
  static boolean apply(PipelineResult result) {
    try {
      Object executor = field(result, "executor").get(result);
      Field threads = field(executor, "executorService");
      if (!(threads.get(executor) instanceof ThreadPoolExecutor pool)) {
        return false;
      }
      // Bundles go to the pool itself; only the driver reads this field for each turn.
      threads.set(executor, new PacedExecutor(pool));
      return true;
    } catch (ReflectiveOperationException | RuntimeException e) {
      return false;
    }
  }

  private static Field field(Object owner, String name) throws NoSuchFieldException {
    Field field = owner.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  /** Runs the driver's turns in the pool. One turn submits the next, so calls do not overlap. */
  private static final class PacedExecutor extends AbstractExecutorService {
    private final ThreadPoolExecutor pool;
    private long tasksBefore;
    private long pauseNanos = SHORTEST_NANOS;

    PacedExecutor(ThreadPoolExecutor pool) {
      this.pool = pool;
    }

    @Override
    public void execute(Runnable turn) {
      long tasks = pool.getTaskCount();
      // One more is the driver's own turn.
      if (tasks - tasksBefore <= 1) {
        LockSupport.parkNanos(pauseNanos);
        pauseNanos = Math.min(2 * pauseNanos, LONGEST_NANOS);
      } else {
        pauseNanos = SHORTEST_NANOS;
      }
      tasksBefore = tasks;
      try {
        pool.execute(turn);
      } catch (RejectedExecutionException e) {
        // After the end of the pipeline a last turn has nothing to do, and is no error to log.
        if (!pool.isShutdown()) {
          throw e;
        }
      }
    }

    @Override
    public void shutdown() {
      pool.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
      return pool.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
      return pool.isShutdown();
    }

    @Override
    public boolean isTerminated() {
      return pool.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
      return pool.awaitTermination(timeout, unit);
    }
  }
}
