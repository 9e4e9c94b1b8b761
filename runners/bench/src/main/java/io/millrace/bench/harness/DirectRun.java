package io.millrace.bench.harness;

import io.millrace.io.InFlight;
import io.millrace.pipeline.Balance;
import io.millrace.pipeline.Launch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.beam.sdk.PipelineResult;

/** The whole pipeline on the DirectRunner. It runs until closed. */
public final class DirectRun implements AutoCloseable {
  private final InFlight inFlight;
  private final PipelineResult result;

  private DirectRun(InFlight inFlight, PipelineResult result) {
    this.inFlight = inFlight;
    this.result = result;
  }

  /** Starts a run. */
  public static DirectRun start(Launch launch) {
    AtomicReference<PipelineResult> started = new AtomicReference<>();
    InFlight inFlight = InFlight.publish(launch.runId(), () -> launch.counts(started.get()));
    try {
      started.set(launch.start());
      return new DirectRun(inFlight, started.get());
    } finally {
      if (started.get() == null) {
        inFlight.close();
      }
    }
  }

  /**
   * Waits until this number of records is read and audited.
   *
   * @return the equation at that moment or after the timeout
   * @throws RuntimeException the pipeline's failure
   */
  public Balance awaitSettled(long records, Duration longest) {
    long deadline = System.nanoTime() + longest.toNanos();
    while (true) {
      PipelineResult.State unused = result.waitUntilFinish(org.joda.time.Duration.millis(100));
      Balance balance = Balance.of(result);
      if ((balance.read() >= records && balance.settled()) || System.nanoTime() - deadline > 0) {
        return balance;
      }
    }
  }

  /**
   * Fails if the run has ended; an unbounded run ends only after a failure.
   *
   * @throws RuntimeException the pipeline's failure
   */
  public void requireRunning() {
    PipelineResult.State unused = result.waitUntilFinish(org.joda.time.Duration.millis(1));
    if (result.getState().isTerminal()) {
      throw new IllegalStateException("the pipeline has ended: " + result.getState());
    }
  }

  @Override
  public void close() {
    inFlight.close();
    if (!result.getState().isTerminal()) {
      try {
        PipelineResult.State unused = result.cancel();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
