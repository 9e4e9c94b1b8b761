package io.millrace.io;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Publishes the number of records in flight to the readers of a run in the same process. The
 * DirectRunner has no backpressure: readers would fill memory while the sink waits. With this
 * number they can wait too, see {@link InFlightLimit}. Readers find it by the name of their run,
 * because runners serialize them. File readers report bytes the same way, because a runner's
 * counters do not move during a bundle.
 *
 * <p>The number is refreshed at most every {@link #FRESH_NANOS}, because the runner reads all its
 * counters for it.
 */
public final class InFlight implements AutoCloseable {
  private static final Map<String, InFlight> BY_RUN = new ConcurrentHashMap<>();
  private static final long FRESH_NANOS = 50_000_000;

  /** Reported instead of a count when readers must stop. */
  static final long DRAINING = Long.MAX_VALUE;

  private final String run;
  private final LongSupplier count;
  private boolean reading = true;
  private long asked;
  private long answer;
  private long bytesRead;

  private InFlight(String run, LongSupplier count) {
    this.run = run;
    this.count = count;
    this.asked = System.nanoTime() - FRESH_NANOS;
  }

  /** Publishes the number until {@link #close}, for the readers of a run. */
  public static InFlight publish(String run, LongSupplier count) {
    InFlight published = new InFlight(run, count);
    if (BY_RUN.putIfAbsent(run, published) != null) {
      throw new IllegalStateException("run " + run + " is already registered");
    }
    return published;
  }

  /** The number of a run; null if no run of this name publishes it. */
  static @Nullable InFlight of(String run) {
    return BY_RUN.get(run);
  }

  /** Stops the readers, so that the records in flight drain. */
  public synchronized void stopReading() {
    reading = false;
  }

  /** The number of records without an outcome yet; {@link #DRAINING} if readers must stop. */
  public synchronized long getInFlight() {
    if (!reading) {
      return DRAINING;
    }
    long now = System.nanoTime();
    if (now - asked >= FRESH_NANOS) {
      answer = count.getAsLong();
      asked = now;
    }
    return answer;
  }

  /** Bytes of files read so far, after decompression. */
  public synchronized long getBytesRead() {
    return bytesRead;
  }

  synchronized void addBytesRead(long bytes) {
    bytesRead += bytes;
  }

  /** Unregisters the number; readers no longer wait. */
  @Override
  public void close() {
    BY_RUN.remove(run, this);
  }
}
