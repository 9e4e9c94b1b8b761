package io.millrace.deadletter.replay;

import io.millrace.event.SourceRecord;
import io.millrace.io.HeldReading;
import io.millrace.io.InFlightLimit;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.io.range.OffsetRange;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.splittabledofn.OffsetRangeTracker;
import org.apache.beam.sdk.transforms.splittabledofn.RestrictionTracker;
import org.joda.time.Instant;

/**
 * Reads the records of a {@link ReplayFile} in their order, one reader at a time. It waits for the
 * rate, and while too many events are in flight: a runner without backpressure would hold all of
 * them. State: the number of the next record.
 */
@DoFn.BoundedPerElement
final class ReadReplayFn extends DoFn<String, SourceRecord> {
  private static final long serialVersionUID = 1L;

  private static final long NANOS = TimeUnit.SECONDS.toNanos(1);

  private final InFlightLimit run;
  private final int rate;
  private transient long nextNanos;
  private transient HeldReading held;

  /**
   * Creates the function.
   *
   * @param run the run whose events in flight are bounded
   * @param rate records a second at most; 0: no limit
   */
  ReadReplayFn(InFlightLimit run, int rate) {
    this.run = run;
    this.rate = rate;
  }

  @Setup
  public void setUp() {
    nextNanos = System.nanoTime();
    held = new HeldReading(run);
  }

  @GetInitialRestriction
  public OffsetRange all(@Element String directory) throws IOException {
    return new OffsetRange(0, ReplayFile.count(directory));
  }

  @GetRestrictionCoder
  public Coder<OffsetRange> rangeCoder() {
    return OffsetRange.Coder.of();
  }

  @NewTracker
  public OffsetRangeTracker tracker(@Restriction OffsetRange range) {
    return new OffsetRangeTracker(range);
  }

  @ProcessElement
  public ProcessContinuation read(
      @Element String directory,
      RestrictionTracker<OffsetRange, Long> tracker,
      OutputReceiver<SourceRecord> out)
      throws IOException, InterruptedException {
    long number = tracker.currentRestriction().getFrom();
    try (ReplayFile.Reader records = new ReplayFile.Reader(directory, number)) {
      while (true) {
        ProcessContinuation pause = held.pause();
        if (pause != null) {
          return pause;
        }
        if (!tracker.tryClaim(number)) {
          return ProcessContinuation.stop();
        }
        SourceRecord record = records.next();
        held.read(record.value());
        awaitTurn();
        out.outputWithTimestamp(record, Instant.ofEpochMilli(record.arrivalWatermarkMillis()));
        number++;
      }
    }
  }

  private void awaitTurn() throws InterruptedException {
    if (rate == 0) {
      return;
    }
    long now = System.nanoTime();
    long turn = Math.max(now, nextNanos);
    nextNanos = turn + NANOS / rate;
    if (turn > now) {
      TimeUnit.NANOSECONDS.sleep(turn - now);
    }
  }
}
