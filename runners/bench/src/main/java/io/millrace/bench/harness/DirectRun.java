package io.millrace.bench.harness;

import io.millrace.io.InFlight;
import io.millrace.pipeline.Balance;
import io.millrace.pipeline.Launch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.beam.sdk.PipelineResult;

/** The whole pipeline on the DirectRunner, which reads on until it is closed. */
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
    InFlight inFlight =
        InFlight.publish(
            launch.runId(),
            () -> started.get() == null ? 0 : launch.balance(started.get()).inFlight());
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
   * Waits until this many records have been read and each has its outcome, audited.
   *
   * @return the equation then, or when the time was over
   * @throws RuntimeException what the pipeline failed with
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
   * Fails if the run has ended, which it does not by itself.
   *
   * @throws RuntimeException what the pipeline failed with
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
