package io.millrace.testdata;

import io.millrace.testdata.generate.EventGenerator;
import io.millrace.testdata.generate.GeneratorOptions;
import io.millrace.testdata.manifest.Manifest;
import io.millrace.testdata.manifest.ManifestEntry;
import io.millrace.testdata.manifest.ManifestTotals;
import io.millrace.testdata.sink.GeneratedRecord;
import io.millrace.testdata.sink.RecordSink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Sends the records of a generator to a sink at a given rate and writes the manifest.
 *
 * <p>A record enters the manifest after the sink has confirmed it. The run confirms records every
 * {@value #BLOCK} records or every second. {@link #stop()} or an interrupt ends the run early: it
 * confirms the sent records and closes the manifest. If the sink fails, the run closes the manifest
 * too, and its summary holds the number of unconfirmed records.
 *
 * <p>A run can be used once. It does not close the sink.
 */
public final class GenerateRun {
  private static final int BLOCK = 10_000;
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final GeneratorOptions options;
  private final RecordSink sink;
  private final List<ManifestEntry> unconfirmed = new ArrayList<>();
  private final ManifestTotals.Counter counter = new ManifestTotals.Counter();
  private volatile boolean stopAsked;
  private boolean interrupted;
  private Path manifestFile;
  private Progress progress = (sent, rate) -> {};
  private LongSupplier clock = System::currentTimeMillis;

  /** A run without manifest and progress, with the system clock. */
  public GenerateRun(GeneratorOptions options, RecordSink sink) {
    this.options = options;
    this.sink = sink;
  }

  /** Sets the manifest file; compressed if its name ends in {@code .gz}. */
  public GenerateRun manifest(Path file) {
    manifestFile = file;
    return this;
  }

  public GenerateRun progress(Progress listener) {
    progress = listener;
    return this;
  }

  /** Sets the clock for record times, in epoch milliseconds. The rate uses the system clock. */
  public GenerateRun clock(LongSupplier millis) {
    clock = millis;
    return this;
  }

  /** Receives the progress about once a second and when the run finishes, in the run's thread. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Receives the progress.
     *
     * @param sent the records sent so far
     * @param rate records per second since the last call
     */
    void at(long sent, double rate);
  }

  /**
   * The result of a run.
   *
   * @param totals the totals of the confirmed records
   * @param elapsed the time from the first record to the last confirmation
   * @param stopped whether the run ended before all records were sent
   */
  public record Result(ManifestTotals totals, Duration elapsed, boolean stopped) {}

  /**
   * Sends all records, or until the run is stopped. An interrupt stops the run like {@link #stop()}
   * and sets the thread's interrupt flag again. A second interrupt leaves the last records
   * unconfirmed.
   *
   * @throws IllegalStateException or {@link java.io.UncheckedIOException} when the sink or the
   *     manifest fails
   */
  public Result run() {
    EventGenerator generator =
        new EventGenerator(options, sink.partitions(), sink.malformedKinds(), clock);
    try (Manifest.Writer manifest = manifestFile == null ? null : Manifest.write(manifestFile)) {
      long start = System.nanoTime();
      try {
        send(generator, manifest, start);
        confirmLast(manifest);
      } finally {
        if (manifest != null) {
          manifest.unconfirmed(unconfirmed.size());
        }
      }
      Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
      boolean stopped = generator.hasNext() || !unconfirmed.isEmpty();
      return new Result(counter.totals(unconfirmed.size(), true), elapsed, stopped);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Stops the run soon. Thread-safe. */
  public void stop() {
    stopAsked = true;
  }

  private void send(EventGenerator generator, Manifest.Writer manifest, long start) {
    RateLimit rate = new RateLimit(options.rate(), start);
    long sent = 0;
    long reported = 0;
    long reportedAt = start;
    long confirmedAt = start;
    try {
      while (generator.hasNext() && rate.waitForNext()) {
        GeneratedRecord record = generator.next();
        sink.send(record);
        unconfirmed.add(record.entry());
        sent++;
        long now = System.nanoTime();
        if (unconfirmed.size() >= BLOCK || now - confirmedAt >= SECOND_NANOS) {
          confirm(manifest);
          confirmedAt = System.nanoTime();
        }
        if (now - reportedAt >= SECOND_NANOS) {
          progress.at(sent, perSecond(sent - reported, now - reportedAt));
          reported = sent;
          reportedAt = now;
        }
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    progress.at(sent, perSecond(sent - reported, System.nanoTime() - reportedAt));
  }

  private void confirmLast(Manifest.Writer manifest) {
    try {
      confirm(manifest);
    } catch (InterruptedException e) {
      interrupted = true;
    }
  }

  private void confirm(Manifest.Writer manifest) throws InterruptedException {
    sink.flush();
    for (ManifestEntry entry : unconfirmed) {
      counter.add(entry);
      if (manifest != null) {
        manifest.add(entry);
      }
    }
    unconfirmed.clear();
    if (manifest != null) {
      manifest.flush();
    }
  }

  private static double perSecond(long records, long nanos) {
    return (double) records * SECOND_NANOS / Math.max(1, nanos);
  }

  /** Limits the rate of the records. */
  private final class RateLimit {
    private static final long MAX_SLEEP_NANOS = 50_000_000;

    private final double nanosEach;
    private final long origin;
    private double due;

    RateLimit(double rate, long start) {
      nanosEach = rate > 0 ? SECOND_NANOS / rate : 0;
      origin = start;
    }

    /** Sleeps until the next record is due; false if the run was stopped. */
    boolean waitForNext() throws InterruptedException {
      long passed = System.nanoTime() - origin;
      while (nanosEach > 0 && passed < due && !stopAsked) {
        LockSupport.parkNanos(Math.min(MAX_SLEEP_NANOS, (long) (due - passed)));
        if (Thread.currentThread().isInterrupted()) {
          break;
        }
        passed = System.nanoTime() - origin;
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      // After a stall, catch up two seconds at most instead of sending a burst.
      due = Math.max(due, passed - 2.0 * SECOND_NANOS) + nanosEach;
      return !stopAsked;
    }
  }
}
