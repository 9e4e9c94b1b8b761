package io.millrace.cli.state;

import io.millrace.direct.Freshness;
import io.millrace.direct.ProgressLine;
import io.millrace.direct.StoppableRun;
import io.millrace.flink.embedded.StatefulRun;
import io.millrace.pipeline.Balance;
import io.millrace.pipeline.Checkpoints;
import io.millrace.pipeline.StepMetrics;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A running pipeline that keeps its state in a directory. Its counters start at zero. */
public final class StatefulPipeline implements StoppableRun {
  private static final long POLL_NANOS = 250_000_000;

  /** Counters move when a bundle ends, once a second: a shorter rate would mostly be zero. */
  private static final long SHOW_NANOS = 2_000_000_000;

  private final StatefulRun run;
  private final ProgressLine line = ProgressLine.onStandardError();
  private @Nullable Map<String, Balance> last;
  private @Nullable StepMetrics lastMetrics;
  private boolean saved;
  private long shownNanos = System.nanoTime() - SHOW_NANOS;

  private StatefulPipeline(StatefulRun run) {
    this.run = run;
  }

  /**
   * Starts a prepared run. {@link #cancel} closes it.
   *
   * @throws RuntimeException as {@link StatefulRun#start}
   */
  public static StatefulPipeline start(StatefulRun run) {
    run.start();
    return new StatefulPipeline(run);
  }

  @Override
  public Map<String, Balance> balances() {
    return last == null ? run.balances() : last;
  }

  @Override
  public Balance balance() {
    return Balance.furthestBehind(run.launch().wholes(balances()));
  }

  @Override
  public Balance await(Predicate<Balance> awaited) {
    Map<String, Long> before = balance().counters();
    while (true) {
      run.requireRunning();
      Collection<Balance> balances = run.launch().wholes(balances());
      Balance balance = Balance.furthestBehind(balances);
      boolean reached = balances.stream().allMatch(awaited);
      if (reached || System.nanoTime() - shownNanos >= SHOW_NANOS) {
        shownNanos = System.nanoTime();
        String freshness = Freshness.text(Freshness.p95(balance.counters(), before));
        line.show(balance, freshness, 0, System.currentTimeMillis());
      }
      if (reached) {
        line.end();
        return balance;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** Stops with a savepoint, for which all rows are written that are not waiting for a sink. */
  @Override
  public Balance finish(Duration longest) {
    saved = run.stop(longest);
    return balance();
  }

  @Override
  public boolean endedWell() {
    return saved;
  }

  @Override
  public boolean isRunning() {
    return last == null && run.isRunning();
  }

  @Override
  public StepMetrics stepMetrics() {
    return lastMetrics == null ? run.stepMetrics() : lastMetrics;
  }

  @Override
  public Checkpoints checkpoints() {
    return run.checkpoints();
  }

  @Override
  public boolean isResumed() {
    return run.isResumed();
  }

  @Override
  public String remainder() {
    return saved
        ? "The records without outcome are in the state. The next run writes them."
        : "The run could not be saved in time. The next run continues from the last checkpoint and"
            + " reads later records again; the views deduplicate them.";
  }

  @Override
  public void cancel() {
    line.end();
    if (last == null) {
      last = balances();
      lastMetrics = stepMetrics();
      run.close();
    }
  }
}
