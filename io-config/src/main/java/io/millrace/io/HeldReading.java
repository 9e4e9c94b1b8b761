package io.millrace.io;

import org.apache.beam.sdk.transforms.DoFn.ProcessContinuation;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.joda.time.Duration;

/**
 * Lets splittable readers of a run wait while too many events are in flight, or while the run comes
 * to its end. A reader that waits returns to the runner and is called again: the DirectRunner has a
 * few threads for all steps, so that readers which keep them while they wait would wait for ever
 * for the steps after them. One instance for each instance of a reader. Not thread-safe.
 */
public final class HeldReading {
  private static final long SHORTEST_MILLIS = 20;
  private static final long LONGEST_MILLIS = 2000;

  private final InFlightLimit run;
  private long refused;
  private long records;
  private long bytes;

  /** Creates it for the readers of a run. */
  public HeldReading(InFlightLimit run) {
    this.run = run;
  }

  /**
   * Counts a record that was read: large records count as several.
   *
   * @param value its bytes; null: none
   */
  public void read(byte @Nullable [] value) {
    records++;
    bytes += value == null ? 0 : value.length;
  }

  /**
   * What a reader that has to wait returns; null: reading may go on. The more readers wait, the
   * later they ask again, so that those of thousands of files do not keep the runner busy.
   */
  public @Nullable ProcessContinuation pause() {
    if (!run.reached((double) bytes / Math.max(1, records))) {
      refused = 0;
      return null;
    }
    refused++;
    return ProcessContinuation.resume()
        .withResumeDelay(Duration.millis(Math.min(LONGEST_MILLIS, SHORTEST_MILLIS + refused)));
  }
}
