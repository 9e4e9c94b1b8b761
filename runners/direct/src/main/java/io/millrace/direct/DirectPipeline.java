package io.millrace.direct;

import io.millrace.io.InFlight;
import io.millrace.pipeline.Balance;
import io.millrace.pipeline.Launch;
import io.millrace.pipeline.StepMetrics;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.beam.sdk.PipelineResult;
import org.joda.time.Duration;

/** A running pipeline on the DirectRunner, with its progress line. */
public final class DirectPipeline implements StoppableRun {
  private static final Duration POLL_INTERVAL = Duration.millis(250);

  private final Launch launch;
  private final PipelineResult result;
  private final InFlight inFlight;
  private final ProgressLine line;

  private DirectPipeline(
      Launch launch, PipelineResult result, InFlight inFlight, ProgressLine line) {
    this.launch = launch;
    this.result = result;
    this.inFlight = inFlight;
    this.line = line;
  }

  /** Starts a pipeline and publishes its number of events in flight to its readers. */
  public static DirectPipeline start(Launch launch) {
    AtomicReference<PipelineResult> started = new AtomicReference<>();
    InFlight inFlight = InFlight.publish(launch.runId(), () -> launch.counts(started.get()));
    try {
      started.set(launch.start());
      DriverPacing.apply(started.get());
    } finally {
      if (started.get() == null) {
        inFlight.close();
      }
    }
    return new DirectPipeline(launch, started.get(), inFlight, ProgressLine.onStandardError());
  }

  @Override
  public Balance balance() {
    return launch.balance(result);
  }

  @Override
  public Map<String, Balance> balances() {
    return launch.balances(result);
  }

  @Override
  public Balance await(Predicate<Balance> awaited) {
    Map<String, Long> before = balance().counters();
    while (true) {
      PipelineResult.State state = result.waitUntilFinish(POLL_INTERVAL);
      Collection<Balance> balances = launch.wholes(balances());
      Balance balance = Balance.furthestBehind(balances);
      String freshness = Freshness.text(Freshness.p95(balance.counters(), before));
      if (balances.stream().allMatch(Balance::settled) && isStill(balance)) {
        launch.settled(balance);
      }
      line.show(balance, freshness, inFlight.getBytesRead(), System.currentTimeMillis());
      if ((state != null && state.isTerminal()) || balances.stream().allMatch(awaited)) {
        line.end();
        return balance;
      }
    }
  }

  /**
   * Whether a second look gives the same numbers. Counters are read one after the other: one look
   * can see the records of a bundle without their events.
   */
  private boolean isStill(Balance balance) {
    Balance again = balance();
    return again.handedOver() == balance.handedOver() && again.events() == balance.events();
  }

  /** Stops reading and waits for records in flight. */
  @Override
  public Balance finish(java.time.Duration longest) {
    inFlight.stopReading();
    long deadline = System.nanoTime() + longest.toNanos();
    return await(b -> (b.settled() && launch.isAllCounted(b)) || System.nanoTime() - deadline > 0);
  }

  @Override
  public boolean endedWell() {
    return balances().values().stream().allMatch(Balance::balances);
  }

  @Override
  public boolean isRunning() {
    return !result.getState().isTerminal();
  }

  @Override
  public StepMetrics stepMetrics() {
    return StepMetrics.of(result);
  }

  @Override
  public boolean isResumed() {
    return false;
  }

  @Override
  public String remainder() {
    return "The next run reads the records in flight again, and the views deduplicate them. Pub/Sub"
        + " redelivers only messages that are not acknowledged (docs/pubsub.md).";
  }

  @Override
  public void cancel() {
    line.end();
    inFlight.close();
    launch.ended();
    if (!result.getState().isTerminal()) {
      try {
        result.cancel();
      } catch (IOException | UnsupportedOperationException e) {
        System.err.println("millrace: cannot stop the pipeline: " + e.getMessage());
      }
    }
  }
}
